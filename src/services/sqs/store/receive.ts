import { comesAgain, isRedelivering, outOfOrder } from "../../../kernel/faults.ts"
import { deadLetterQueueOf, isSpent, moveToDeadLetters } from "./dead-letter.ts"
import { IN_FLIGHT_MESSAGES } from "../limits.ts"
import { md5OfAttributes } from "../messages/md5.ts"
import {
  selectedAttributes,
  TRACE_HEADER,
  type MessageAttributes,
} from "../messages/message-attributes.ts"
import { bodyOf, sequenceNumber, type Message } from "./message.ts"
import { hidden, replaceMessage, ring, writeTurns, type OpenStore } from "./open-store.ts"
import { handleOf } from "./receipt.ts"
import { receivable } from "./receivable.ts"
import { isSomethingDue, settleDue } from "./settle.ts"
import { passSent } from "./unreceived.ts"

/** A receive settles no more than this of what came due; the job does the rest. */
const SETTLED_IN_PASSING = 32
/** How often a receive looks again when all it found had to go to the dead letters. */
const ROUNDS = 10
/** How many messages it looks at in all rounds but the first. */
const SPENT_AT_ONCE = 10

/** Which of a message's attributes the caller wants to see. */
export interface Shown {
  readonly system: readonly string[]
  readonly own: readonly string[] | undefined
  /** Opens its body; default: as it is kept. */
  readonly body?: (message: Message) => string
}

/** A received message as the answer shows it. */
export interface ReceivedMessage {
  readonly MessageId: string
  readonly ReceiptHandle: string
  readonly MD5OfBody: string
  readonly Body: string
  readonly Attributes?: Readonly<Record<string, string>>
  readonly MD5OfMessageAttributes?: string
  readonly MessageAttributes?: MessageAttributes
}

/** Whether the queue has no room for another message in flight. */
export const isFull = ({ depth }: OpenStore): boolean => depth.inFlight >= IN_FLIGHT_MESSAGES

/** Receives up to `count` messages, which are invisible for `visibilityMs` from now on. */
export function takeMessages(open: OpenStore, count: number, visibilityMs: number): Message[] {
  if (isSomethingDue(open)) settleDue(open, SETTLED_IN_PASSING)
  const room = Math.min(count, IN_FLIGHT_MESSAGES - open.depth.inFlight)
  const taken: Message[] = []
  const target = deadLetterQueueOf(open)
  const inOrder = isInOrder(open)
  let round = 0
  for (; round < ROUNDS && taken.length < room; round += 1) {
    const before = open.depth.total
    const wanted = Math.max(room - taken.length, round === 0 ? 0 : SPENT_AT_ONCE)
    const except = taken.length > 0 ? new Set(taken.map(({ seq }) => seq)) : undefined
    const found = inOrder ? receivable(open, wanted, except) : inAnyOrder(open, wanted, except)
    const spent: Message[] = []
    for (const message of found) {
      if (taken.length === room) break
      if (target && isSpent(open, message)) spent.push(message)
      else taken.push(take(open, message, isCopy(open) ? 0 : visibilityMs))
      if (inOrder) passSent(open, message)
    }
    if (target && spent.length > 0) moveToDeadLetters(open, target, spent)
    if (open.depth.total === before) break
    writeTurns(open)
  }
  // There may be something behind what had to go: a long poll looks again at once.
  if (round === ROUNDS && taken.length === 0) ring(open)
  return taken
}

/** As far as one receive looks beyond what it may take. */
const DISORDER = 10

/** In a Region whose deliveries come again a standard queue delivers in any order. */
const isInOrder = ({ tx, queue }: OpenStore): boolean =>
  queue.fifo || !isRedelivering(tx, queue.region)

const inAnyOrder = (open: OpenStore, wanted: number, except?: ReadonlySet<number>) =>
  outOfOrder(open.tx, receivable(open, wanted * DISORDER, except))

/** Whether a server of the queue was away and has kept its copy of the message visible. */
const isCopy = ({ tx, queue }: OpenStore): boolean => !queue.fifo && comesAgain(tx, queue.region)

function take(open: OpenStore, message: Message, visibilityMs: number): Message {
  const { now } = open.tx
  const taken: Message = {
    ...hidden(open, message, visibilityMs),
    receives: message.receives + 1,
    firstReceivedMs: message.firstReceivedMs ?? now,
    receivedMs: now,
  }
  replaceMessage(open, message, taken)
  return taken
}

export function shownMessage(
  { tx, queue }: Pick<OpenStore, "tx" | "queue">,
  message: Message,
  { system, own, body }: Shown,
): ReceivedMessage {
  const attributes = shownSystemAttributes(message, system)
  const selected = selectedAttributes(message.attributes, own)
  // The digest is of what is returned, not of what was sent (recorded).
  const md5 = selected && md5OfAttributes(selected)
  const shown = {
    MessageId: message.id,
    ReceiptHandle: handleOf(queue, message),
    MD5OfBody: message.md5,
    Body: body ? body(message) : bodyOf(tx, message),
  }
  if (!attributes && !selected) return shown
  return {
    ...shown,
    ...(attributes && { Attributes: attributes }),
    ...(md5 !== undefined && { MD5OfMessageAttributes: md5 }),
    ...(selected && { MessageAttributes: selected }),
  }
}

/** The system attributes of a message in AWS's order, as text; absent ones do not show. */
const SYSTEM_ATTRIBUTES: Readonly<Record<string, (message: Message) => string | undefined>> = {
  SenderId: (message) => message.senderId,
  ApproximateFirstReceiveTimestamp: (message) => digits(message.firstReceivedMs),
  ApproximateReceiveCount: (message) => digits(message.receives),
  SentTimestamp: (message) => digits(message.sentMs),
  SequenceNumber: (message) => (message.fifo ? sequenceNumber(message.seq) : undefined),
  MessageDeduplicationId: (message) => message.deduplicationId,
  MessageGroupId: (message) => (message.group === "" ? undefined : message.group),
  [TRACE_HEADER]: (message) => message.trace,
  DeadLetterQueueSourceArn: (message) => message.sourceArn,
}

export const isSystemAttribute = (name: string): boolean => Object.hasOwn(SYSTEM_ATTRIBUTES, name)

function shownSystemAttributes(
  message: Message,
  wanted: readonly string[],
): Record<string, string> | undefined {
  if (wanted.length === 0) return undefined
  const names = wanted.includes("All") ? Object.keys(SYSTEM_ATTRIBUTES) : wanted
  const shown: Record<string, string> = {}
  for (const name of names) {
    const text = isSystemAttribute(name) ? SYSTEM_ATTRIBUTES[name]?.(message) : undefined
    if (text !== undefined) shown[name] = text
  }
  return Object.keys(shown).length === 0 ? undefined : shown
}

const digits = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : String(value)
