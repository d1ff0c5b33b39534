import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { rememberAttempt, repeatAttempt } from "../store/attempt.ts"
import { isQueueAttribute } from "../queues/attributes.ts"
import { arrivals } from "../store/depth.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidValue, tooManyInFlight, unknownAttribute } from "../errors.ts"
import { RECEIVE_MESSAGES, VISIBILITY_SECONDS, WAIT_SECONDS } from "../limits.ts"
import { openBody } from "../messages/encryption.ts"
import type { Message } from "../store/message.ts"
import { closeStore, openStore, type OpenStore } from "../store/open-store.ts"
import { assertUp, findQueue, sharedAccess, type Queue } from "../queue.ts"
import {
  isFull,
  isSystemAttribute,
  shownMessage,
  takeMessages,
  type ReceivedMessage,
} from "../store/receive.ts"
import { handleOf } from "../store/receipt.ts"
import { meterPayload, meterRequest } from "../requests.ts"
import { assertToken, notOfThisType } from "../messages/send.ts"
import { countCall } from "../store/throttle.ts"

type Input = In<"ReceiveMessage">

/** What one look into the queue brought. */
interface Look {
  readonly messages: readonly ReceivedMessage[]
  readonly store: number
  readonly waitMs: number
}

/** Looks, and while there is nothing waits for the queue's bell: long polling. */
export const ReceiveMessage = op.action("ReceiveMessage", {
  authorize: sharedAccess("ReceiveMessage"),
  anonymous: true,
  begin(tx, input, call): Out<"ReceiveMessage"> | undefined {
    const look = lookOnce(tx, { input, call, first: true })
    return look.messages.length > 0 || look.waitMs === 0 ? answerOf(look) : undefined
  },
  async run(ctx, input, call): Promise<Out<"ReceiveMessage">> {
    // Again: something may have arrived since the first look, and nobody would ring for it.
    let look = await ctx.write((tx) => lookOnce(tx, { input, call, first: false }))
    const deadline = ctx.now() + look.waitMs
    while (look.messages.length === 0 && ctx.now() < deadline) {
      const rung = await ctx.changed(arrivals, [look.store], deadline)
      // Nobody is there any more to take a message in.
      if (ctx.signal.aborted) break
      look = await ctx.write((tx) => lookOnce(tx, { input, call, first: false }))
      if (!rung) break
    }
    return answerOf(look)
  },
})

const answerOf = ({ messages }: Look): Out<"ReceiveMessage"> =>
  messages.length === 0 ? {} : { Messages: messages }

function lookOnce(
  tx: WriteTx,
  { input, call, first }: { input: Input; call: Call; first: boolean },
): Look {
  const queue = findQueue(tx, input.QueueUrl, call)
  if (first) assertRequest(queue, input)
  else assertUp(tx, queue.region)
  const { WaitTimeSeconds: waitSeconds = queue.settings.waitSeconds } = input
  const open = openStore(tx, queue)
  if (first) countCall(open, "ReceiveMessage")
  // Documented: a long poll gets no error, and a FIFO queue's receive never does.
  if (isFull(open) && waitSeconds === 0 && !queue.fifo) throw tooManyInFlight()
  const taken = receive(open, input)
  const shown = {
    system: wantedAttributes(input, call),
    own: input.MessageAttributeNames,
    body: (message: Message) => openBody(tx, { queue, call }, message),
  }
  const messages = taken.map((message) => shownMessage(open, message, shown))
  closeStore(open)
  // A long poll is one request, however often it looks.
  if (first) meterRequest(tx, queue, sizeOf(messages))
  else meterPayload(tx, queue, sizeOf(messages))
  return { messages, store: queue.store, waitMs: waitSeconds * 1000 }
}

function receive(open: OpenStore, input: Input): readonly Message[] {
  const { queue } = open
  const { MaxNumberOfMessages: count = 1, ReceiveRequestAttemptId: attempt } = input
  const visibilityMs = (input.VisibilityTimeout ?? queue.settings.visibilitySeconds) * 1000
  if (attempt === undefined) return takeMessages(open, count, visibilityMs)
  const again = repeatAttempt(open, attempt, visibilityMs)
  if (again) return again
  const taken = takeMessages(open, count, visibilityMs)
  rememberAttempt(
    open,
    attempt,
    taken.map((message) => handleOf(queue, message)),
  )
  return taken
}

function assertRequest(queue: Queue, input: Input): void {
  const { MaxNumberOfMessages: count, ReceiveRequestAttemptId: attempt } = input
  if (count !== undefined && (count < 1 || count > RECEIVE_MESSAGES)) {
    const reason = `Must be between 1 and ${RECEIVE_MESSAGES}, if provided.`
    throw invalidValue("MaxNumberOfMessages", count, reason)
  }
  assertRange("VisibilityTimeout", input.VisibilityTimeout, VISIBILITY_SECONDS)
  assertRange("WaitTimeSeconds", input.WaitTimeSeconds, WAIT_SECONDS)
  if (attempt !== undefined) {
    if (!queue.fifo) throw notOfThisType("ReceiveRequestAttemptId", attempt)
    assertToken("ReceiveRequestAttemptId", attempt)
  }
  for (const name of [
    ...(input.AttributeNames ?? []),
    ...(input.MessageSystemAttributeNames ?? []),
  ])
    if (name !== "All" && !isSystemAttribute(name) && !isQueueAttribute(name))
      throw unknownAttribute(name)
}

/** Recorded for WaitTimeSeconds. */
function assertRange(
  parameter: string,
  value: number | undefined,
  { min, max }: { min: number; max: number },
): void {
  if (value === undefined || (value >= min && value <= max)) return
  throw invalidValue(parameter, value, `Must be >= ${min} and <= ${max}, if provided.`)
}

/** Both lists count; the Query protocol sees only the older one when it gets both (recorded). */
function wantedAttributes(input: Input, { protocol }: Call): readonly string[] {
  const { AttributeNames: older = [], MessageSystemAttributeNames: newer = [] } = input
  if (protocol === "query" && older.length > 0) return older
  return older.length === 0 ? newer : [...newer, ...older]
}

const sizeOf = (messages: readonly ReceivedMessage[]): number =>
  messages.reduce((sum, { Body }) => sum + Buffer.byteLength(Body), 0)
