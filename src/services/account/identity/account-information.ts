import { changeAccount, knownAccount } from "../../organizations/port.ts"
import { op, type Out } from "../define.ts"
import { noGovCloudAccount } from "../errors.ts"
import { onTarget, targetOf } from "../target.ts"

export const GetAccountInformation = op.read("GetAccountInformation", {
  authorize: onTarget(),
  run(tx, input, call): Out<"GetAccountInformation"> {
    const id = targetOf(tx, input, call)
    const { name, createdMs } = knownAccount(tx, { id, partition: call.partition })
    return {
      AccountId: id,
      AccountName: name,
      ...(createdMs !== undefined && { AccountCreatedDate: createdMs }),
    }
  },
})

export const PutAccountName = op.write("PutAccountName", {
  authorize: onTarget(),
  run(tx, input, call): Out<"PutAccountName"> {
    const id = targetOf(tx, input, call)
    const account = knownAccount(tx, { id, partition: call.partition })
    changeAccount(tx, account, { name: input.AccountName })
    return {}
  },
})

/** No account here has a counterpart in GovCloud: AWS's Organizations links them. */
export const GetGovCloudAccountInformation = op.read("GetGovCloudAccountInformation", {
  authorize: (tx, { StandardAccountId: AccountId }, call) => onTarget()(tx, { AccountId }, call),
  run(tx, { StandardAccountId: AccountId }, call): Out<"GetGovCloudAccountInformation"> {
    targetOf(tx, { AccountId }, call)
    throw noGovCloudAccount()
  },
})
