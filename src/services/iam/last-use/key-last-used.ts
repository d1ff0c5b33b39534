import { principalArn } from "../../../iam/principal.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { accessKeys } from "../access-key/access-key.ts"
import { op, type Out } from "../define.ts"
import { accessTo, iamArnOf } from "../grant.ts"
import { nameKey } from "../names.ts"
import { userArn, users } from "../user/user.ts"
import { keyUses } from "./use.ts"

/** What the answer says of a key that was never used ("AccessKeyLastUsed", API reference). */
const NEVER = Object.freeze({ ServiceName: "N/A", Region: "N/A" })

export const GetAccessKeyLastUsed = op.read("GetAccessKeyLastUsed", {
  authorize(tx, input, call) {
    const key = tx.get(accessKeys, [input.AccessKeyId])
    const user = key && tx.get(users, [call.account, nameKey(key.userName)])
    return accessTo(
      { arn: user ? userArn(user) : iamArnOf(call, "root"), tags: user?.tags },
      input,
      call,
    )
  },
  run(tx, { AccessKeyId }, { account, principal, partition }): Out<"GetAccessKeyLastUsed"> {
    const key = tx.get(accessKeys, [AccessKeyId])
    // In these words AWS refuses keys of others and keys that are not there, as users report it.
    if (key?.account !== account)
      throw new AwsError(
        "AccessDenied",
        `User: ${principalArn(principal, partition)} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId}`,
        { status: 403 },
      )
    const use = tx.get(keyUses, [AccessKeyId])
    return {
      // What AWS calls the owner of a key of root: not verified.
      UserName: key.userName === "" ? "<root_account>" : key.userName,
      AccessKeyLastUsed: use
        ? { LastUsedDate: use.usedMs, ServiceName: use.service, Region: use.region }
        : NEVER,
    }
  },
})
