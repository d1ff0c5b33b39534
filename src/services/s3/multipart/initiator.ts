import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { objectAccess } from "../access/access.ts"
import { findBucket } from "../buckets/find.ts"
import { canonicalId } from "../owner.ts"
import { maybeUpload, type Initiator, type WantedUpload } from "./upload.ts"

/** "ListParts", Initiator: of users their ARN, of the root the account's canonical id. */
export function initiatorOf({ principal, account, partition }: Call): Initiator {
  switch (principal.type) {
    case "user":
      return {
        id: `arn:${partition}:iam::${account}:user${principal.path}${principal.userName}`,
        name: principal.userName,
      }
    case "assumed-role": {
      const { roleName, sessionName } = principal
      return {
        id: `arn:${partition}:sts::${account}:assumed-role/${roleName}/${sessionName}`,
        name: `${roleName}/${sessionName}`,
      }
    }
    default:
      return { id: canonicalId(account) }
  }
}

/**
 * Asks for an action on an upload that who began it has without a word of the bucket's owner
 * ("Multipart upload API and permissions": AbortMultipartUpload, ListParts).
 */
export const uploadAccess = (action: string) => {
  const onKey = objectAccess(action)
  return (tx: ReadTx, input: WantedUpload & { Bucket: string }, call: Call): AccessRequest => {
    const request = onKey(tx, { Bucket: input.Bucket, Key: input.Key }, call)
    const upload = maybeUpload(tx, findBucket(tx, input, call), input)
    if (upload === undefined || !isIdentified(call)) return request
    if (upload.initiator.id !== initiatorOf(call).id) return request
    const grantee = `arn:${call.partition}:iam::${call.account}:root`
    return { ...request, grant: { name: "multipart upload", grantee } }
  }
}

const isIdentified = ({ principal: { type } }: Call): boolean =>
  type !== "anonymous" && type !== "service"
