import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { accessPoints, bucketNamed, bucketNameOf } from "../../s3/port.ts"
import { isOfAccessGrants, taggedOf } from "../access-grants/tagging.ts"
import { noSuchResource } from "../errors.ts"
import { groups } from "../storage-lens/group.ts"
import {
  taggedBucket,
  taggedRow,
  taggingOperations,
  type OnResource,
  type Tagged,
} from "./tagged.ts"

export const { TagResource, UntagResource, ListTagsForResource } = taggingOperations({
  authorize: (_tx, input, { operation }) => ({
    action: `s3:${operation}`,
    resource: input.ResourceArn,
    owner: input.AccountId,
    context: requestTagKeys(input),
  }),
  find,
})

/**
 * A bucket, an access point, a Storage Lens group or something of Access Grants, of the account.
 * Throws NoSuchResource.
 */
function find(tx: ReadTx, { AccountId, ResourceArn }: OnResource, call: Call): Tagged {
  const arn = parseArn(ResourceArn)
  const name = arn && /^accesspoint\/(.+)$/.exec(arn.resource)?.[1]
  if (arn && name !== undefined) {
    const point = tx.get(accessPoints, [arn.account, arn.region, name])
    if (point?.account === AccountId) return taggedRow(accessPoints, point)
    throw noSuchResource()
  }
  if (arn && isOfAccessGrants(arn)) {
    const granted = arn.account === AccountId ? taggedOf(tx, arn) : undefined
    if (granted) return granted
    throw noSuchResource()
  }
  const ofGroup = arn && /^storage-lens-group\/(.+)$/.exec(arn.resource)?.[1]
  if (arn && ofGroup !== undefined) {
    const group = tx.get(groups, [arn.account, arn.region, ofGroup])
    if (group?.account === AccountId) return taggedRow(groups, group)
    throw noSuchResource()
  }
  const bucket = bucketNamed(tx, call.partition, bucketNameOf(ResourceArn) ?? "")
  if (bucket?.account !== AccountId) throw noSuchResource()
  return taggedBucket(bucket)
}
