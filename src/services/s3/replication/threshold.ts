import { job } from "../../../kernel/later/later.ts"
import { tellOfTask } from "./events.ts"
import { findTask, replicationTasks, type TaskKey } from "./task.ts"
import { THRESHOLD_MINUTES } from "./destination.ts"

export const THRESHOLD_MS = THRESHOLD_MINUTES * 60_000

interface Watched extends TaskKey {
  readonly request: number
}

/** Replication Time Control: tells of what is not there after 15 minutes. */
export const thresholdJob = job<Watched>("s3/replication-threshold", {
  run(tx, { request, ...key }) {
    const task = findTask(tx, key)
    if (task?.request !== request || task.state !== "pending") return
    tx.replace(replicationTasks, task, { ...task, late: true })
    tellOfTask(tx, task, "Replication:OperationMissedThreshold")
  },
})
