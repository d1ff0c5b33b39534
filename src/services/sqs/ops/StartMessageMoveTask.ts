import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { countsOf } from "../queues/counts.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidParameter, invalidParameterValue } from "../errors.ts"
import { LIST_RESULTS, MOVES_PER_SECOND } from "../limits.ts"
import {
  forgetOldTasks,
  isActive,
  latestTasks,
  moveAccess,
  moveJob,
  moveTasks,
  queueOfArn,
  taskHandle,
  type MoveTask,
} from "../store/move-task.ts"
import { accessTo, arnOf, queues, refOf, type Queue } from "../queue.ts"
import { meterRequest } from "../requests.ts"

export const StartMessageMoveTask = op.write("StartMessageMoveTask", {
  authorize(tx, input, call) {
    const { source, destination } = endsOf(tx, input, call)
    const takers = destination ? [destination] : sourcesOf(tx, source)
    return [
      ...moveAccess(source, "StartMessageMoveTask"),
      ...takers.map((queue) => accessTo(queue, "SendMessage")),
    ]
  },
  run(tx, input, call): Out<"StartMessageMoveTask"> {
    const { source, destination } = endsOf(tx, input, call)
    assertStartable(tx, { source, destination }, input)
    const task: MoveTask = {
      queueId: source.id,
      serial: tx.serial(),
      taskId: tx.random("sqs/move-task").uuid(),
      sourceArn: input.SourceArn,
      destinationArn: input.DestinationArn,
      perSecond: input.MaxNumberOfMessagesPerSecond,
      status: "RUNNING",
      moved: 0,
      toMove: countsOf(tx, source).visible,
      startedMs: tx.now,
    }
    tx.insert(moveTasks, task)
    forgetOldTasks(tx, source.id)
    tx.schedule(moveJob, { ...refOf(source), serial: task.serial }, tx.now)
    meterRequest(tx, source)
    return { TaskHandle: taskHandle(task) }
  },
})

interface Ends {
  readonly source: Queue
  readonly destination: Queue | undefined
}

function endsOf(tx: ReadTx, input: In<"StartMessageMoveTask">, call: Call): Ends {
  const { SourceArn, DestinationArn } = input
  const source = queueOfArn(tx, { arn: SourceArn, parameter: "SourceArn" }, call)
  if (DestinationArn === undefined) return { source, destination: undefined }
  const named = { arn: DestinationArn, parameter: "DestinationArn" } as const
  return { source, destination: queueOfArn(tx, named, call) }
}

/** The queues that a dead-letter queue's messages come from, as far as they are set up for it now. */
const sourcesOf = (tx: ReadTx, { account, region, name }: Queue): readonly Queue[] => {
  const prefix = [arnOf({ account, region, name })]
  return tx.scan(queues, { index: "byDeadLetter", prefix, limit: LIST_RESULTS }).rows
}

function assertStartable(
  tx: ReadTx,
  { source, destination }: Ends,
  input: In<"StartMessageMoveTask">,
): void {
  const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate } = input
  const sources = { index: "byDeadLetter", prefix: [SourceArn] }
  if (!tx.first(queues, sources)) {
    throw invalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
  }
  // The words of the next three are not verified.
  if (SourceArn === DestinationArn) {
    throw invalidParameterValue("Source queue arn and destination queue arn cannot be the same.")
  }
  if (destination && destination.fifo !== source.fifo) {
    throw invalidParameterValue(
      "The source queue and destination queue must be of the same queue type.",
    )
  }
  const { min, max } = MOVES_PER_SECOND
  if (rate !== undefined && (rate < min || rate > max)) {
    throw invalidParameter(
      "MaxNumberOfMessagesPerSecond",
      `You must enter a number that's between ${min} and ${max}.`,
    )
  }
  if (latestTasks(tx, source.id, 1).some(isActive)) {
    throw invalidParameterValue(
      "There is already a task running. Only one active task is allowed for a source queue arn " +
        "at a given time.",
    )
  }
}
