import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { sameBucket, type Bucket } from "../buckets/bucket.ts"
import { versionWithId, type Version } from "../objects/version.ts"

/** One version on its way to one destination. All of a version's go when none is pending. */
export interface ReplicationTask {
  /** The source bucket. */
  readonly partition: string
  readonly name: string
  readonly bucket: number
  readonly key: string
  readonly versionId: string
  /** The version's own. */
  readonly serial: number
  /** ARN of the destination bucket. */
  readonly destination: string
  /** The rule's id. */
  readonly rule: string
  /** What is replicated, in the words of S3's events: `OBJECT_PUT`. */
  readonly operation: string
  readonly requestedMs: number
  /** Tells this request from later ones for the same version. */
  readonly request: number
  /** Tells the job that counts from those that a later one has replaced. */
  readonly step: number
  readonly state: "pending" | "done" | "failed"
  /** What it failed of ("Amazon S3 replication failure reasons"). */
  readonly failure?: string | undefined
  /** Under Replication Time Control; whether 15 minutes have passed. */
  readonly timed?: true | undefined
  readonly late?: true | undefined
  /** Its failures are told of. */
  readonly metered?: true | undefined
  /** The replica has been there: it is not made anew. */
  readonly change?: true | undefined
}

export const replicationTasks = table<ReplicationTask>("s3/replication", {
  key: (task) => [task.bucket, task.serial, task.destination],
})

export type TaskKey = Pick<ReplicationTask, "bucket" | "serial" | "destination">

export const findTask = (
  tx: ReadTx,
  { bucket, serial, destination }: TaskKey,
): ReplicationTask | undefined => tx.get(replicationTasks, [bucket, serial, destination])

/** What a task is about, as long as it is there. */
export function subjectOf(
  tx: ReadTx,
  task: ReplicationTask,
): { readonly source: Bucket; readonly version: Version } | undefined {
  const { partition, name, bucket: id, key, versionId, serial } = task
  const source = sameBucket(tx, { partition, name, id })
  const version = source && versionWithId(tx, { bucket: id, key, versionId })
  return version?.serial === serial ? { source: source as Bucket, version } : undefined
}
