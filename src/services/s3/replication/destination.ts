import type { ReplicationRule } from "../../../models/types/s3.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { bucketNameOf } from "../buckets/bucket-name.ts"
import { bucketNamed, type Bucket } from "../buckets/bucket.ts"
import { invalidArgument, invalidRequest, invalidStorageClass, malformedXml } from "../errors.ts"
import { isStorageClass } from "../objects/new-object.ts"

export type Destination = NonNullable<ReplicationRule["Destination"]>

/** The one threshold that there is ("S3 Replication Time Control"). */
export const THRESHOLD_MINUTES = 15

/** What can be told of a destination by itself. Throws S3's errors. */
export function assertDestination(destination: Destination): void {
  const { Bucket: arn, StorageClass, AccessControlTranslation, Account } = destination
  // Not verified, as the words below that are not marked.
  if (bucketNameOf(arn) === undefined) throw invalidArgument("Invalid bucket ARN.", "Bucket", arn)
  if (StorageClass !== undefined && !isStorageClass(StorageClass))
    throw invalidStorageClass(StorageClass)
  // Documented ("List of Replication-related error codes").
  if (Account === "")
    throw invalidArgument("Account is empty. It must contain a valid account ID.", "Account", "")
  if (AccessControlTranslation) {
    if (AccessControlTranslation.Owner !== "Destination") throw malformedXml()
    if (Account === undefined)
      throw invalidRequest(
        "Account must be specified if AccessControlTranslation Owner has a value.",
      )
  }
  assertTimes(destination)
}

/** Documented, but for the punctuation ("List of Replication-related error codes"). */
function assertTimes({ ReplicationTime: time, Metrics: metrics }: Destination): void {
  if (time) {
    const { Status, Time } = time
    if (!Status) throw invalidArgument("ReplicationTime-Status must contain a value.", "Status")
    if (!Time)
      throw invalidArgument("ReplicationTime-ReplicationTimeValue must contain a value.", "Time")
    if (Time.Minutes !== THRESHOLD_MINUTES)
      throw invalidArgument(
        "Replication-ReplicationTimeValue-Minutes value must be 15.",
        "Minutes",
        String(Time.Minutes),
      )
    if (!metrics)
      throw invalidRequest(
        "Replication destination must contain both ReplicationTime and Metrics or neither.",
      )
    if (metrics.Status !== Status)
      throw invalidRequest("ReplicationTime and ReplicationMetrics must have the same status.")
    if (!metrics.EventThreshold)
      throw invalidArgument("ReplicationMetrics must contain an EventThreshold.", "EventThreshold")
  }
  if (!metrics) return
  if (!metrics.Status) throw invalidArgument("ReplicationMetrics must contain a Status.", "Status")
  const { EventThreshold: threshold } = metrics
  if (threshold && threshold.Minutes !== THRESHOLD_MINUTES)
    throw invalidArgument(
      "EventThreshold-ReplicationTimeValue-Minutes value must be 15.",
      "Minutes",
      String(threshold.Minutes),
    )
}

/** The bucket that a destination names, if there is one in the partition. */
export const destinationBucket = (
  tx: ReadTx,
  partition: string,
  { Bucket: arn }: Pick<Destination, "Bucket">,
): Bucket | undefined => {
  const name = bucketNameOf(arn)
  return name === undefined ? undefined : bucketNamed(tx, partition, name)
}

/** Throws InvalidRequest for a destination that cannot take replicas of the bucket's objects. */
export function assertFitsTogether(tx: ReadTx, source: Bucket, destination: Destination): void {
  const bucket = destinationBucket(tx, source.partition, destination)
  // Not verified.
  if (bucket?.id === source.id)
    throw invalidRequest("Destination bucket cannot be the same as the source bucket.")
  // Recorded, of a bucket that is not there too.
  if (bucket?.versioning !== "Enabled")
    throw invalidRequest("Destination bucket must have versioning enabled.")
  const { Account: account } = destination
  if (account !== undefined && account !== bucket.account)
    // Documented.
    throw invalidArgument(
      "The AWS account specified in the Account element must match the destination bucket owner.",
      "Account",
      account,
    )
}
