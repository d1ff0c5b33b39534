import type { ActionContext } from "../../../../kernel/action.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import {
  bucketNamed,
  currentVersion,
  initiateReplication,
  replicationOf,
} from "../../../s3/port.ts"
import type { BatchJob, BatchTask } from "../job.ts"
import { rightsOf } from "../s3.ts"
import { SUCCEEDED, type Outcome } from "./carry-out.ts"

/** Begins to replicate a version; the task waits until that is done ("Replicating existing objects"). */
export async function beginReplication(
  ctx: ActionContext,
  job: BatchJob,
  task: BatchTask,
): Promise<Outcome> {
  const Key = decodeURIComponent(task.key)
  const found = await ctx.read((tx) => versionOf(tx, job, task))
  const { eligible } = await initiateReplication(ctx, rightsOf(job, found.region), {
    ...{ Bucket: task.bucket, Key, VersionId: found.versionId ?? "null" },
  })
  if (eligible) return { state: "waiting", versionId: found.versionId }
  // The words are not verified.
  const message = "The object is not eligible for replication"
  return { state: "failed", status: 400, code: "InvalidRequest", message }
}

function versionOf(tx: ReadTx, { partition }: BatchJob, task: BatchTask) {
  const bucket = bucketNamed(tx, partition, task.bucket)
  const { versionId } =
    task.versionId !== undefined || !bucket
      ? task
      : (currentVersion(tx, bucket.id, decodeURIComponent(task.key)) ?? {})
  return { region: bucket?.region, versionId }
}

/** How a replication that was begun has ended; undefined while it is on its way. */
export function replicated(
  tx: ReadTx,
  { partition }: BatchJob,
  { bucket: name, key, versionId = "null" }: BatchTask,
): Outcome | undefined {
  const bucket = bucketNamed(tx, partition, name)
  const at = { bucket: bucket?.id ?? 0, key: decodeURIComponent(key), versionId }
  const replication = bucket && replicationOf(tx, at)
  switch (replication?.status) {
    case "PENDING":
      return undefined
    case "COMPLETED":
    case "REPLICA":
      return SUCCEEDED
    case "FAILED":
      // Not verified: how AWS's report tells the reason.
      return { state: "failed", status: 400, code: replication.failure ?? "ReplicationFailed" }
    case undefined:
      return { state: "failed", status: 404, code: "NoSuchVersion", message: "Not Found" }
  }
}
