import type { WriteTx } from "../../../kernel/transaction.ts"
import { updateVersion } from "../objects/store.ts"
import type { Version } from "../objects/version.ts"
import { tellOfTask } from "./events.ts"
import {
  findTask,
  replicationTasks,
  subjectOf,
  type ReplicationTask,
  type TaskKey,
} from "./task.ts"

/** "You can replicate … to multiple destination buckets": one rule for each, at most. */
const MOST_DESTINATIONS = 1_000

/** Books what became of a task; with the last of its version's, the version's status. */
export function settle(
  tx: WriteTx,
  { step, ...key }: TaskKey & { readonly step: number },
  failure: string | undefined,
): void {
  const task = findTask(tx, key)
  // A later request for the same version has a job of its own.
  if (task?.step !== step || task.state !== "pending") return
  const subject = subjectOf(tx, task)
  if (!subject) {
    tx.remove(replicationTasks, task)
    return
  }
  const settled: ReplicationTask = {
    ...task,
    state: failure === undefined ? "done" : "failed",
    failure,
  }
  tx.replace(replicationTasks, task, settled)
  if (failure !== undefined && task.metered)
    tellOfTask(tx, settled, "Replication:OperationFailedReplication")
  if (failure === undefined && task.late)
    tellOfTask(tx, settled, "Replication:OperationReplicatedAfterThreshold")
  finish(tx, subject.version)
}

/** The version's status, once nothing of it is on its way. */
function finish(tx: WriteTx, version: Version): void {
  const { bucket, serial } = version
  const { rows } = tx.scan(replicationTasks, { prefix: [bucket, serial], limit: MOST_DESTINATIONS })
  if (rows.some(({ state }) => state === "pending")) return
  for (const row of rows) tx.remove(replicationTasks, row)
  updateVersion(tx, version, { ...version, replication: stateAfter(version, rows) })
}

function stateAfter(
  { replication }: Version,
  rows: readonly ReplicationTask[],
): Version["replication"] {
  const { of } = replication ?? {}
  const failure = rows.find(({ state }) => state === "failed")?.failure
  if (failure !== undefined) return { status: "FAILED", failure, ...(of !== undefined && { of }) }
  // "When replica modification sync is enabled": done, a replica is a replica again.
  if (of !== undefined) return { status: "REPLICA", of }
  return rows.length > 0 ? { status: "COMPLETED" } : undefined
}

/** Gives a task up that no rule asks for any more, as if it had never been. */
export function drop(tx: WriteTx, task: ReplicationTask): void {
  if (task.timed) tellOfTask(tx, task, "Replication:OperationNotTracked")
  const subject = subjectOf(tx, task)
  tx.remove(replicationTasks, task)
  if (subject) finish(tx, subject.version)
}
