import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { accessPoints, bucketNamed, bucketNameOf } from "../../s3/port.ts"
import { isOfAccessGrants, taggedOf } from "../access-grants/tagging.ts"
import { noSuchResource } from "../errors.ts"
import { groups } from "../storage-lens/group.ts"
import { taggedBucket, taggedRow, taggingOperations, type OnResource } from "./tagged.ts"

export const { TagResource, UntagResource, ListTagsForResource } = taggingOperations({
  authorize(tx, input, call) {
    return {
      action: `s3:${call.operation}`,
      resource: input.ResourceArn,
      owner: input.AccountId,
      context: { ...lookUp(tx, input, call)?.keys, ...requestTagKeys(input) },
    }
  },
  find(tx, input, call) {
    const found = lookUp(tx, input, call)
    if (!found) throw noSuchResource()
    return found
  },
})

/** A bucket, an access point, a Storage Lens group or something of Access Grants, of the account. */
function lookUp(tx: ReadTx, { AccountId, ResourceArn }: OnResource, call: Call) {
  const bucket = bucketNamed(tx, call.partition, bucketNameOf(ResourceArn) ?? "")
  if (bucket) return bucket.account === AccountId ? taggedBucket(bucket) : undefined
  const arn = parseArn(ResourceArn)
  if (arn?.account !== AccountId) return undefined
  if (isOfAccessGrants(arn)) return taggedOf(tx, arn)
  const [, kind, name = ""] = /^(accesspoint|storage-lens-group)\/(.+)$/.exec(arn.resource) ?? []
  const key = [arn.account, arn.region, name]
  if (kind === "accesspoint") {
    const point = tx.get(accessPoints, key)
    return point && taggedRow(accessPoints, point, "s3:AccessPointTag")
  }
  const group = kind === undefined ? undefined : tx.get(groups, key)
  return group && taggedRow(groups, group)
}
