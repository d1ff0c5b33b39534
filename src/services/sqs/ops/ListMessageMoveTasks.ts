import { op, type Out } from "../define.ts"
import { invalidParameter } from "../errors.ts"
import { MOVE_TASKS } from "../limits.ts"
import {
  latestTasks,
  moveAccess,
  queueOfArn,
  taskHandle,
  type MoveTask,
} from "../store/move-task.ts"
import { meterRequest } from "../requests.ts"

export const ListMessageMoveTasks = op.write("ListMessageMoveTasks", {
  authorize: (tx, { SourceArn: arn }, call) =>
    moveAccess(queueOfArn(tx, { arn, parameter: "SourceArn" }, call), "ListMessageMoveTasks"),
  run(tx, { SourceArn: arn, MaxResults = 1 }, call): Out<"ListMessageMoveTasks"> {
    const source = queueOfArn(tx, { arn, parameter: "SourceArn" }, call)
    if (MaxResults < 1 || MaxResults > MOVE_TASKS) {
      // The limit is documented; the words are not verified.
      throw invalidParameter(
        "MaxResults",
        `MaxResults must be an integer between 1 and ${MOVE_TASKS}.`,
      )
    }
    meterRequest(tx, source)
    const tasks = latestTasks(tx, source.id, MaxResults)
    return tasks.length === 0 ? {} : { Results: tasks.map(shownTask) }
  },
})

/** Members that do not apply are left out (recorded): the handle of a task that has ended, say. */
const shownTask = (task: MoveTask) => ({
  TaskHandle: task.status === "RUNNING" ? taskHandle(task) : undefined,
  Status: task.status,
  SourceArn: task.sourceArn,
  DestinationArn: task.destinationArn,
  MaxNumberOfMessagesPerSecond: task.perSecond,
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  FailureReason: task.failure,
  StartedTimestamp: task.startedMs,
})
