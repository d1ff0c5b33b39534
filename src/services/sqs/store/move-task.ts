import type { AccessRequest } from "../../../iam/access.ts"
import { job } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { invalidParameterValue, queueOfArnMissing } from "../errors.ts"
import { MOVE_TASKS } from "../limits.ts"
import { bodyOf, type Message } from "./message.ts"
import { parseQueueArn } from "../queues/names.ts"
import { addMessage, closeStore, discardMessage, openStore, type OpenStore } from "./open-store.ts"
import { accessTo, findQueueByArn, type Queue, type QueueRef } from "../queue.ts"
import { receivable } from "./receivable.ts"
import { stateOnArrival } from "./unreceived.ts"

/** A task that moves a dead-letter queue's messages on. */
export interface MoveTask {
  /** The id of the queue that is emptied. */
  readonly queueId: number
  readonly serial: number
  readonly taskId: string
  readonly sourceArn: string
  /** None: each message goes back to the queue that it came from. */
  readonly destinationArn?: string | undefined
  readonly perSecond?: number | undefined
  readonly status: "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED"
  readonly moved: number
  readonly toMove: number
  readonly failure?: string | undefined
  readonly startedMs: number
}

export const moveTasks = table<MoveTask>("sqs/move-task", {
  key: (task) => [task.queueId, task.serial],
})

export interface MoveRef extends QueueRef {
  readonly serial: number
}

/** Carries a move task on; see jobs.ts. */
export const moveJob = job<MoveRef>("sqs/move", {})

/** Messages that a task without a rate moves in one step. */
const STEP = 100
/** A task with a rate takes a step a second. */
const STEP_MS = 1_000

/** The latest tasks of a queue, the last first. */
export const latestTasks = (tx: ReadTx, queueId: number, limit: number): readonly MoveTask[] =>
  tx.scan(moveTasks, { prefix: [queueId], reverse: true, limit }).rows

export const isActive = ({ status }: MoveTask): boolean =>
  status === "RUNNING" || status === "CANCELLING"

/** Only so many tasks are remembered as a list can show. */
export function forgetOldTasks(tx: WriteTx, queueId: number): void {
  for (const task of latestTasks(tx, queueId, 2 * MOVE_TASKS).slice(MOVE_TASKS)) {
    tx.remove(moveTasks, task)
  }
}

/** The queue of an ARN in a request, of the Region that is asked; throws AWS's refusals. */
export function queueOfArn(
  tx: ReadTx,
  { arn, parameter }: { arn: string; parameter: "SourceArn" | "DestinationArn" },
  { region }: Pick<Call, "region">,
): Queue {
  if (!parseQueueArn(arn)) {
    throw invalidParameterValue(
      `You must use this format to specify the ${parameter}: ` +
        "arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
    )
  }
  const queue = findQueueByArn(tx, arn)
  if (queue?.region !== region) throw queueOfArnMissing(parameter)
  return queue
}

const AT_THE_SOURCE = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"] as const

/** What the operations on move tasks ask of the dead-letter queue ("Amazon SQS API permissions"). */
export const moveAccess = (source: Queue, action: string): AccessRequest[] => [
  { ...accessTo(source, action), ownerOnly: true },
  ...AT_THE_SOURCE.map((one) => accessTo(source, one)),
]

/** Base64 of JSON, as AWS's handles are (recorded). */
export const taskHandle = ({ taskId, sourceArn }: MoveTask): string =>
  Buffer.from(JSON.stringify({ taskId, sourceArn })).toString("base64")

export function parseTaskHandle(handle: string): { taskId: string; sourceArn: string } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(handle, "base64").toString())
    const { taskId, sourceArn } = parsed as Record<string, unknown>
    if (typeof taskId === "string" && typeof sourceArn === "string") return { taskId, sourceArn }
  } catch {
    // Neither JSON nor an object: no handle.
  }
  throw invalidParameterValue("Value for parameter TaskHandle is invalid.")
}

/** One step of a task: moves what its rate allows, or ends it. */
export function stepTask(tx: WriteTx, queue: Queue, task: MoveTask): void {
  if (task.status === "CANCELLING") tx.put(moveTasks, { ...task, status: "CANCELLED" })
  if (task.status !== "RUNNING") return
  const open = openStore(tx, queue)
  const count = Math.min(task.perSecond ?? STEP, task.toMove - task.moved)
  const found = count > 0 ? receivable(open, count) : []
  const { moved, failure } = moveAll(open, task, found)
  closeStore(open)
  const next: MoveTask = { ...task, moved: task.moved + moved, failure }
  if (failure !== undefined) tx.put(moveTasks, { ...next, status: "FAILED" })
  else if (found.length === 0 || next.moved >= task.toMove) {
    tx.put(moveTasks, { ...next, status: "COMPLETED" })
  } else {
    tx.put(moveTasks, next)
    const { account, region, name, id } = queue
    const at = task.perSecond === undefined ? tx.now : tx.now + STEP_MS
    tx.schedule(moveJob, { account, region, name, id, serial: task.serial }, at)
  }
}

function moveAll(
  open: OpenStore,
  task: MoveTask,
  found: readonly Message[],
): { moved: number; failure?: string } {
  let moved = 0
  for (const message of found) {
    const arn = task.destinationArn ?? message.sourceArn
    // Not verified: emulators report this reason for messages that were sent to the queue itself.
    if (arn === undefined) return { moved, failure: "CouldNotDetermineMessageSource" }
    const target = findQueueByArn(open.tx, arn)
    // Recorded: the code of the Query protocol is the reason.
    if (!target) return { moved, failure: "AWS.SimpleQueueService.NonExistentQueue" }
    moveMessage(open, target, message)
    moved += 1
  }
  return { moved }
}

/**
 * "All redriven messages are considered new messages with a new messageID and enqueueTime"
 * ("Configuring a dead-letter queue redrive").
 */
function moveMessage(open: OpenStore, target: Queue, message: Message): void {
  const { tx } = open
  const body = bodyOf(tx, message)
  discardMessage(open, message)
  const to = openStore(tx, target)
  addMessage(to, {
    ...message,
    body,
    store: target.store,
    seq: tx.serial(),
    id: tx.random("sqs/message-id").uuid(),
    sentMs: tx.now,
    enqueuedMs: tx.now,
    sourceArn: undefined,
    state: stateOnArrival(to, message.group),
    availableMs: tx.now,
    receives: 0,
    carried: undefined,
    order: undefined,
    firstReceivedMs: undefined,
    receivedMs: undefined,
    changedReceive: undefined,
  })
  closeStore(to)
}
