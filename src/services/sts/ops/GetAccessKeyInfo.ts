import { accountInId } from "../../../iam/access-key-id.ts"
import { assertMayCall } from "../caller.ts"
import { op, type Out } from "../define.ts"
import { accountUnknown } from "../errors.ts"

const ACCESS_KEY_ID = /^A[KS]IA[A-Z2-7]{16}$/

/**
 * Reads the account out of the id, whether or not the key exists: "This operation does not
 * indicate the state of the access key" (STS API).
 */
export const GetAccessKeyInfo = op.read("GetAccessKeyInfo", {
  authorize(tx, _input, call) {
    assertMayCall(tx, call)
    return { action: "sts:GetAccessKeyInfo", resource: "*", owner: call.account }
  },
  run: (_tx, { AccessKeyId }): Out<"GetAccessKeyInfo"> => {
    const account = ACCESS_KEY_ID.test(AccessKeyId) ? accountInId(AccessKeyId) : undefined
    if (account === undefined) throw accountUnknown(AccessKeyId)
    return { Account: account }
  },
})
