import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { op, type Out } from "../define.ts"
import { onAccount } from "../grant.ts"

/** What an account demands of the passwords of its users. */
export interface PasswordPolicy {
  readonly account: string
  readonly minimumLength: number
  readonly symbols: boolean
  readonly numbers: boolean
  readonly upperCase: boolean
  readonly lowerCase: boolean
  /** Users may change their own password, whatever their policies say. */
  readonly usersMayChange: boolean
  /** Days; none: passwords do not expire. */
  readonly maxAgeDays?: number | undefined
  /** How many former passwords may not come back. */
  readonly remembered?: number | undefined
  /** Who let the password expire needs an administrator. */
  readonly hardExpiry: boolean
}

export const passwordPolicies = table<PasswordPolicy>("iam/passwordPolicy", {
  key: ({ account }) => [account],
})

export const passwordPolicyOf = (tx: ReadTx, account: string): PasswordPolicy | undefined =>
  tx.get(passwordPolicies, [account])

/** As clients of AWS quote it; AWS calls the account a domain here. */
const noPolicy = (account: string) =>
  op.error(
    "NoSuchEntityException",
    `The Password Policy with domain name ${account} cannot be found.`,
  )

export const GetAccountPasswordPolicy = op.read("GetAccountPasswordPolicy", {
  authorize: onAccount,
  run(tx, _input, { account }): Out<"GetAccountPasswordPolicy"> {
    const policy = passwordPolicyOf(tx, account)
    if (!policy) throw noPolicy(account)
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.symbols,
        RequireNumbers: policy.numbers,
        RequireUppercaseCharacters: policy.upperCase,
        RequireLowercaseCharacters: policy.lowerCase,
        AllowUsersToChangePassword: policy.usersMayChange,
        ExpirePasswords: policy.maxAgeDays !== undefined,
        MaxPasswordAge: policy.maxAgeDays,
        PasswordReusePrevention: policy.remembered,
        HardExpiry: policy.hardExpiry,
      },
    }
  },
})

/** "This operation does not support partial updates": what is not sent becomes AWS's default. */
export const UpdateAccountPasswordPolicy = op.write("UpdateAccountPasswordPolicy", {
  authorize: onAccount,
  run(tx, input, { account }): Out<"UpdateAccountPasswordPolicy"> {
    tx.put(passwordPolicies, {
      account,
      minimumLength: input.MinimumPasswordLength ?? 6,
      symbols: input.RequireSymbols ?? false,
      numbers: input.RequireNumbers ?? false,
      upperCase: input.RequireUppercaseCharacters ?? false,
      lowerCase: input.RequireLowercaseCharacters ?? false,
      usersMayChange: input.AllowUsersToChangePassword ?? false,
      maxAgeDays: input.MaxPasswordAge,
      remembered: input.PasswordReusePrevention,
      hardExpiry: input.HardExpiry ?? false,
    })
    return {}
  },
})

export const DeleteAccountPasswordPolicy = op.write("DeleteAccountPasswordPolicy", {
  authorize: onAccount,
  run(tx, _input, { account }): Out<"DeleteAccountPasswordPolicy"> {
    if (!tx.delete(passwordPolicies, [account])) throw noPolicy(account)
    return {}
  },
})
