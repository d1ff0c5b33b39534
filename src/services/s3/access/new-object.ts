import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import type { LockHeaders } from "../lock/retention.ts"
import { toObject, type OnObject } from "./access.ts"
import { saysAcl, type AclInput } from "./acl/parse.ts"

/** What a new object's headers ask beyond the object itself. */
export interface NewObjectHeaders extends LockHeaders, AclInput {
  readonly Key: string
  readonly Tagging?: string | undefined
}

/**
 * The further accesses of a write that tags or locks what it writes, or says its ACL ("Required
 * permissions for Amazon S3 API operations", PutObject and CreateMultipartUpload).
 */
function extraAccess(bucket: Bucket, input: NewObjectHeaders): readonly AccessRequest[] {
  const { Key: key } = input
  const actions: string[] = []
  if (saysAcl(input)) actions.push("PutObjectAcl")
  if (input.Tagging) actions.push("PutObjectTagging")
  if (input.ObjectLockMode !== undefined || input.ObjectLockRetainUntilDate !== undefined)
    actions.push("PutObjectRetention")
  if (input.ObjectLockLegalHoldStatus !== undefined) actions.push("PutObjectLegalHold")
  return actions.length === 0 ? NONE : actions.map((action) => toObject(bucket, action, { key }))
}

/**
 * What writing an object, or beginning to, asks for. A service that delivers with a canned ACL needs
 * PutObject alone: the bucket policies of AWS's guides give no more ("Granting permissions for S3
 * Inventory and S3 analytics", and those of other services' logs).
 */
export function newObjectAccess(
  tx: ReadTx,
  input: OnObject & NewObjectHeaders,
  call: Call,
): readonly AccessRequest[] {
  const bucket = findBucket(tx, input, call)
  const asked = call.principal.type === "service" ? { ...input, ACL: undefined } : input
  const own = toObject(bucket, "PutObject", { key: input.Key })
  const extra = extraAccess(bucket, asked)
  return extra.length === 0 ? [own] : [own, ...extra]
}

const NONE: readonly AccessRequest[] = Object.freeze([])
