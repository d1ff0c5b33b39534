import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { op, type Out } from "../define.ts"
import { onAccount } from "../grant.ts"

/** An account has one alias at most, and no two accounts have the same. */
export interface AccountAlias {
  readonly account: string
  readonly alias: string
}

export const aliases = table<AccountAlias>("iam/accountAlias", {
  key: ({ account }) => [account],
  indexes: { byAlias: ({ alias }) => [alias] },
})

const aliasOf = (tx: ReadTx, account: string): string | undefined =>
  tx.get(aliases, [account])?.alias

export const CreateAccountAlias = op.write("CreateAccountAlias", {
  authorize: onAccount,
  run(tx, { AccountAlias: alias }, { account }): Out<"CreateAccountAlias"> {
    const taken = tx.first(aliases, { index: "byAlias", prefix: [alias] })
    if (taken)
      throw op.error("EntityAlreadyExistsException", `The account alias ${alias} already exists.`)
    // "If you create an alias, the new one overwrites the former" (IAM user guide).
    tx.put(aliases, { account, alias })
    return {}
  },
})

export const DeleteAccountAlias = op.write("DeleteAccountAlias", {
  authorize: onAccount,
  run(tx, { AccountAlias: alias }, { account }): Out<"DeleteAccountAlias"> {
    if (aliasOf(tx, account) !== alias)
      throw op.error(
        "NoSuchEntityException",
        `The account alias with name ${alias} cannot be found.`,
      )
    tx.delete(aliases, [account])
    return {}
  },
})

export const ListAccountAliases = op.read("ListAccountAliases", {
  authorize: onAccount,
  run(tx, _input, { account }): Out<"ListAccountAliases"> {
    const alias = aliasOf(tx, account)
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false }
  },
})
