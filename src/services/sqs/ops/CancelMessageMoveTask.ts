import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type Out } from "../define.ts"
import { moveTaskMissing, onlyActiveTasks } from "../errors.ts"
import { MOVE_TASKS } from "../limits.ts"
import {
  latestTasks,
  moveAccess,
  moveTasks,
  parseTaskHandle,
  queueOfArn,
  type MoveTask,
} from "../store/move-task.ts"
import type { Queue } from "../queue.ts"
import { meterRequest } from "../requests.ts"

/** What was moved stays moved. */
export const CancelMessageMoveTask = op.write("CancelMessageMoveTask", {
  authorize: (tx, { TaskHandle }, call) =>
    moveAccess(sourceOf(tx, TaskHandle, call), "CancelMessageMoveTask"),
  run(tx, { TaskHandle }, call): Out<"CancelMessageMoveTask"> {
    const source = sourceOf(tx, TaskHandle, call)
    const task = findTask(tx, source, TaskHandle)
    if (task.status !== "RUNNING") throw onlyActiveTasks()
    tx.replace(moveTasks, task, { ...task, status: "CANCELLING" })
    meterRequest(tx, source)
    return { ApproximateNumberOfMessagesMoved: task.moved }
  },
})

const sourceOf = (tx: ReadTx, handle: string, call: Call): Queue =>
  queueOfArn(tx, { arn: parseTaskHandle(handle).sourceArn, parameter: "SourceArn" }, call)

function findTask(tx: ReadTx, source: Queue, handle: string): MoveTask {
  const { taskId } = parseTaskHandle(handle)
  const task = latestTasks(tx, source.id, MOVE_TASKS).find((one) => one.taskId === taskId)
  if (!task) throw moveTaskMissing()
  return task
}
