import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { bucketOfAnyKind, directoryPoints, expressKeys } from "../../s3/port.ts"
import { noSuchResource } from "../errors.ts"
import {
  taggedBucket,
  taggedRow,
  taggingOperations,
  type OnResource,
  type Tagged,
} from "../tagging/tagged.ts"

export const directoryTagging = taggingOperations({
  authorize: (tx, input, call) => ({
    action: `s3express:${call.operation}`,
    resource: input.ResourceArn,
    owner: input.AccountId,
    context: {
      ...expressKeys(input.AccountId, call),
      ...maybe(tx, input, call)?.keys,
      ...requestTagKeys(input),
    },
  }),
  find(tx, input, call) {
    const found = maybe(tx, input, call)
    if (!found) throw noSuchResource()
    return found
  },
})

/** A directory bucket or an access point of one, of the account. */
function maybe(tx: ReadTx, { AccountId, ResourceArn }: OnResource, call: Call): Tagged | undefined {
  const arn = parseArn(ResourceArn)
  const [, kind, name = ""] = /^(bucket|accesspoint)\/(.+)$/.exec(arn?.resource ?? "") ?? []
  if (arn?.service !== "s3express" || arn.account !== AccountId) return undefined
  if (kind === "accesspoint") {
    const point = tx.get(directoryPoints, [arn.account, arn.region, name])
    return point && taggedRow(directoryPoints, point, "s3express:AccessPointTag")
  }
  const bucket = bucketOfAnyKind(tx, call.partition, name)
  const isOwn = bucket?.zone !== undefined && bucket.account === AccountId
  return isOwn && bucket.region === arn.region ? taggedBucket(bucket) : undefined
}
