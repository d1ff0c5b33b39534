import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { StoredAttributes } from "../messages/message-attributes.ts"

/**
 * A message in a queue. `sent` and `ready` wait for a receive; `flight` was received and is invisible
 * until `availableMs`; `delayed` has not been visible yet. A state outlives its time until somebody
 * looks: a receive, or the job that settles what is due.
 *
 * `sent` is what most messages are first: visible at once, in a standard queue, without a group. They
 * lie in order of arrival, are received in it, and so are found by their keys: no index row is written
 * for them (a tenth of a SendMessage, measured).
 */
export interface Message {
  readonly store: number
  /** MessageGroupId; "" for none. */
  readonly group: string
  /** Grows with each message of the cloud: the order of arrival. */
  readonly seq: number
  /** MessageId. */
  readonly id: string
  readonly md5: string
  /** Absent: it is large and has a row of its own. */
  readonly body?: string | undefined
  /** SSE-KMS: the data key that the body is encrypted with, sealed by KMS for this queue (base64). */
  readonly dataKey?: { readonly blob: string; readonly arn: string } | undefined
  readonly attributes?: StoredAttributes | undefined
  /** AWSTraceHeader. */
  readonly trace?: string | undefined
  readonly senderId: string
  readonly sentMs: number
  /** Retention counts from here; differs from `sentMs` after a move. */
  readonly enqueuedMs: number
  readonly fifo?: true | undefined
  readonly deduplicationId?: string | undefined
  /** DeadLetterQueueSourceArn. */
  readonly sourceArn?: string | undefined
  readonly state: "sent" | "ready" | "flight" | "delayed"
  /** Since when, or from when on, it can be received. */
  readonly availableMs: number
  /** Receives in all queues that it was in. */
  readonly receives: number
  /** Receives in queues before this one. */
  readonly carried?: number | undefined
  readonly firstReceivedMs?: number | undefined
  readonly receivedMs?: number | undefined
  /** FIFO queues: the order of the receives and changes that end at the same instant. */
  readonly order?: number | undefined
  /** The last receive after which the visibility was changed. */
  readonly changedReceive?: number | undefined
}

/** Larger bodies (characters) lie apart, so that a receive does not rewrite them. */
const INLINE_BODY = 4_096

export const messages = table<Message>("sqs/message", {
  key: (message) => [message.store, message.group, message.seq],
  indexes: { byTurn: turnOf },
  encode: encodeMessage,
})

/**
 * As the kernel would encode the row, in two thirds of the time (measured): each message is written
 * at least twice in its life. What is seldom there goes the usual way.
 */
function encodeMessage(message: Message): string {
  const { store, group, seq, id, md5, senderId, sentMs, enqueuedMs, state } = message
  const { availableMs, receives, firstReceivedMs, receivedMs, body } = message
  let text =
    `1{"store":${store},"group":${quoted(group)},"seq":${seq},"id":"${id}","md5":"${md5}",` +
    `"senderId":${quoted(senderId)},"sentMs":${sentMs},"enqueuedMs":${enqueuedMs},` +
    `"state":"${state}","availableMs":${availableMs},"receives":${receives}`
  if (firstReceivedMs !== undefined) text += `,"firstReceivedMs":${firstReceivedMs}`
  if (receivedMs !== undefined) text += `,"receivedMs":${receivedMs}`
  const { attributes, trace, fifo, deduplicationId, sourceArn, carried, order } = message
  const { changedReceive, dataKey } = message
  const any =
    attributes ??
    trace ??
    fifo ??
    deduplicationId ??
    sourceArn ??
    carried ??
    order ??
    changedReceive ??
    dataKey
  if (any !== undefined) {
    const ids = { deduplicationId, sourceArn, carried, order, changedReceive }
    text += `,${JSON.stringify({ attributes, trace, fifo, ...ids, dataKey }).slice(1, -1)}`
  }
  return body === undefined ? `${text}}` : `${text},"body":${JSON.stringify(body)}}`
}

const quoted = (text: string): string => (text === "" ? '""' : JSON.stringify(text))

/**
 * `r`: a standard queue's ready messages by group and age. `w`: what becomes available at a time.
 * `d`: a FIFO queue's delayed messages by age, for its delay can change. A FIFO queue's ready
 * messages are found by their key, and so are those that are `sent`.
 */
function turnOf({ store, group, state, fifo, enqueuedMs, availableMs }: Message) {
  if (state === "sent") return false
  if (state === "ready") return !fifo && [store, "r", group, enqueuedMs]
  return fifo && state === "delayed" ? [store, "d", enqueuedMs] : [store, "w", availableMs]
}

export interface Body {
  readonly store: number
  readonly seq: number
  readonly text: string
}

export const bodies = table<Body>("sqs/body", { key: (body) => [body.store, body.seq] })

/** Adds a message whose key is new. */
export function insertMessage(tx: WriteTx, message: Message & { readonly body: string }): void {
  if (message.body.length <= INLINE_BODY) {
    tx.insert(messages, message)
    return
  }
  const { body, ...row } = message
  tx.insert(messages, row)
  tx.insert(bodies, { store: message.store, seq: message.seq, text: body })
}

export function removeMessage(tx: WriteTx, message: Message): void {
  tx.remove(messages, message)
  if (message.body === undefined) tx.delete(bodies, [message.store, message.seq])
}

export function bodyOf(tx: ReadTx, { body, store, seq }: Message): string {
  if (body !== undefined) return body
  const apart = tx.get(bodies, [store, seq])
  if (!apart) throw new Error(`sqs: message ${seq} has lost its body`)
  return apart.text
}

/** Whether a message waits for a receive; its time may not have come (FIFO queues), or be over. */
export const isWaiting = ({ state }: Message): boolean => state === "sent" || state === "ready"

/** Whether a message was never received in the queue that it is in. */
export const isFresh = ({ receives, carried = 0 }: Message): boolean => receives === carried

/** Receives in the queue that it is in: what its redrive policy counts. */
export const receivesHere = ({ receives, carried = 0 }: Message): number => receives - carried

/**
 * SequenceNumber: 20 digits that grow and leave gaps. AWS's are multiples of 256 near 18.8 × 10^18
 * (as seen in examples and recordings).
 */
export const sequenceNumber = (seq: number): string =>
  (18_850_000_000_000_000_000n + BigInt(seq) * 256n).toString()
