import type { WriteTx } from "../../../kernel/transaction.ts"
import { notify } from "../notifications/notify.ts"
import type { ObjectChange } from "../objects/changes.ts"
import { THRESHOLD_MINUTES } from "./destination.ts"
import { subjectOf, type ReplicationTask } from "./task.ts"

/** `replicationEventData` of an event ("Receiving replication failure events …"; all are texts). */
export interface ReplicationEventData {
  readonly replicationRuleId: string
  readonly destinationBucket: string
  readonly s3Operation: string
  readonly requestTime: string
  readonly failureReason?: string
  readonly threshold?: string
  readonly replicationTime?: string
}

type ReplicationEvent = Extract<ObjectChange["event"], `Replication:${string}`>

/** Tells the source bucket's destinations of notifications what became of a task. */
export function tellOfTask(tx: WriteTx, task: ReplicationTask, event: ReplicationEvent): void {
  const subject = subjectOf(tx, task)
  if (!subject) return
  const { source: bucket, version } = subject
  notify(tx, { event, bucket, version, replication: dataOf(task, event, tx.now) })
}

function dataOf(
  task: ReplicationTask,
  event: ReplicationEvent,
  nowMs: number,
): ReplicationEventData {
  const { rule, destination, operation, requestedMs, failure } = task
  const seconds = Math.round((nowMs - requestedMs) / 1_000)
  return {
    replicationRuleId: rule,
    destinationBucket: destination,
    s3Operation: operation,
    requestTime: new Date(requestedMs).toISOString(),
    ...(failure !== undefined && { failureReason: failure }),
    ...(event.endsWith("Threshold") && { threshold: String(THRESHOLD_MINUTES) }),
    ...(event === "Replication:OperationReplicatedAfterThreshold" && {
      replicationTime: String(seconds),
    }),
  }
}
