import type { Principal } from "../../../iam/principal.ts"
import { principalId } from "../../../iam/principal.ts"
import type { Call } from "../../../registry/call.ts"
import { deduplicationIdOf, findOriginal, remember } from "../store/deduplication.ts"
import { invalidParameterValue, invalidValue, messageTooLong, missingParameter } from "../errors.ts"
import { DELAY_SECONDS, TOKEN_LENGTH } from "../limits.ts"
import { md5OfAttributes, md5OfBody } from "./md5.ts"
import {
  assertAttributes,
  attributesSizeBytes,
  storedAttributes,
  TRACE_HEADER,
  traceHeaderOf,
  withOneValue,
  type MessageAttributes,
  type SentAttributes,
} from "./message-attributes.ts"
import { assertBody } from "./message-body.ts"
import { sequenceNumber, type Message } from "../store/message.ts"
import { addMessage, type OpenStore } from "../store/open-store.ts"
import { stateOnArrival } from "../store/unreceived.ts"
import type { Queue } from "../queue.ts"

/** A message as a request brings it: of SendMessage, or one entry of SendMessageBatch. */
export interface SentMessage {
  readonly MessageBody?: string | undefined
  readonly DelaySeconds?: number | undefined
  readonly MessageAttributes?: SentAttributes | undefined
  readonly MessageSystemAttributes?: SentAttributes | undefined
  readonly MessageDeduplicationId?: string | undefined
  readonly MessageGroupId?: string | undefined
}

/** A message that may be put into its queue. */
export interface Letter {
  readonly body: string
  readonly attributes: MessageAttributes | undefined
  readonly trace: string | undefined
  /** The trace of the request: kept with the message, but not part of what was sent. */
  readonly inheritedTrace?: string
  readonly delaySeconds: number
  readonly group: string
  /** FIFO queues only. */
  readonly deduplicationId: string | undefined
  readonly sizeBytes: number
  /** Its body as it is kept, where that is not as it was sent. */
  readonly stored?: { readonly body: string; readonly dataKey: Message["dataKey"] }
}

/** What the sender learns. */
export interface Posted {
  readonly MessageId: string
  readonly MD5OfMessageBody: string
  readonly MD5OfMessageAttributes?: string
  readonly MD5OfMessageSystemAttributes?: string
  readonly SequenceNumber?: string
}

/** Letters, digits and ASCII punctuation. */
const TOKEN = /^[\x21-\x7e]+$/

/** Checks a message against its queue; throws AWS's refusal. */
export function letterOf(queue: Queue, sent: SentMessage, inBatch = false): Letter {
  const { MessageBody: body } = sent
  assertBody(body)
  const { group, deduplicationId } = queue.fifo ? fifoIds(queue, sent) : standardIds(sent)
  const delaySeconds = delayOf(queue, sent.DelaySeconds)
  const attributes = attributesOf(sent)
  const trace = traceHeaderOf(sent.MessageSystemAttributes)
  const sizeBytes = Buffer.byteLength(body) + attributesSizeBytes(attributes)
  const { maximumMessageBytes } = queue.settings
  if (sizeBytes > maximumMessageBytes) throw messageTooLong(maximumMessageBytes, inBatch)
  return { body, attributes, trace, delaySeconds, group, deduplicationId, sizeBytes }
}

function attributesOf({
  MessageAttributes: attributes,
}: SentMessage): MessageAttributes | undefined {
  assertAttributes(attributes)
  return attributes && withOneValue(attributes)
}

/** Recorded: without a trace header of its own a message takes that of its request. */
export const withTraceOf = ({ traceHeader }: Pick<Call, "traceHeader">, letter: Letter): Letter =>
  traceHeader === undefined || letter.trace !== undefined
    ? letter
    : { ...letter, inheritedTrace: traceHeader }

/** Puts a letter into the queue, unless it repeats one of the last five minutes. */
export function post(open: OpenStore, letter: Letter, sender: Principal): Posted {
  const { tx, queue } = open
  const { body, attributes, trace, group } = letter
  const md5 = md5OfBody(body)
  const deduplicationId = queue.fifo ? deduplicationIdOf(letter.deduplicationId, body) : undefined
  const original =
    deduplicationId === undefined ? undefined : findOriginal(open, group, deduplicationId)
  if (original) return postedOf(letter, md5, { id: original.messageId, seq: original.seq })
  const id = tx.random("sqs/message-id").uuid()
  const seq = tx.serial()
  const delayed = letter.delaySeconds > 0
  addMessage(open, {
    store: queue.store,
    group,
    seq,
    id,
    md5,
    body: letter.stored?.body ?? body,
    dataKey: letter.stored?.dataKey,
    attributes: storedAttributes(attributes),
    trace: trace ?? letter.inheritedTrace,
    senderId: principalId(sender),
    sentMs: tx.now,
    enqueuedMs: tx.now,
    fifo: queue.fifo || undefined,
    deduplicationId,
    state: delayed ? "delayed" : stateOnArrival(open, group),
    availableMs: tx.now + letter.delaySeconds * 1000,
    receives: 0,
  })
  if (deduplicationId !== undefined) {
    remember(open, { group, deduplicationId, messageId: id, seq })
  }
  return postedOf(letter, md5, queue.fifo ? { id, seq } : { id })
}

function postedOf(
  { attributes, trace }: Letter,
  MD5OfMessageBody: string,
  { id, seq }: { id: string; seq?: number },
): Posted {
  const md5OfOwn = md5OfAttributes(attributes)
  const system = trace === undefined ? undefined : { DataType: "String", StringValue: trace }
  const md5OfSystem = system && md5OfAttributes({ [TRACE_HEADER]: system })
  return {
    MessageId: id,
    MD5OfMessageBody,
    ...(md5OfOwn !== undefined && { MD5OfMessageAttributes: md5OfOwn }),
    ...(md5OfSystem !== undefined && { MD5OfMessageSystemAttributes: md5OfSystem }),
    ...(seq !== undefined && { SequenceNumber: sequenceNumber(seq) }),
  }
}

function fifoIds(queue: Queue, sent: SentMessage): Pick<Letter, "group" | "deduplicationId"> {
  const { MessageGroupId: group, MessageDeduplicationId: deduplicationId } = sent
  if (group === undefined) throw missingParameter("MessageGroupId")
  assertToken("MessageGroupId", group)
  if (deduplicationId !== undefined) assertToken("MessageDeduplicationId", deduplicationId)
  else if (!queue.settings.contentDeduplication) {
    throw invalidParameterValue(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId " +
        "provided explicitly",
    )
  }
  return { group, deduplicationId }
}

/** A standard queue may have groups, which make it a fair queue. */
function standardIds(sent: SentMessage): Pick<Letter, "group" | "deduplicationId"> {
  const { MessageGroupId: group, MessageDeduplicationId: deduplicationId } = sent
  if (group !== undefined) assertToken("MessageGroupId", group)
  if (deduplicationId !== undefined) throw notOfThisType("MessageDeduplicationId", deduplicationId)
  return { group: group ?? "", deduplicationId: undefined }
}

/** A FIFO queue's delay is the queue's; 0 is accepted and means just that (recorded). */
function delayOf({ fifo, settings }: Queue, asked: number | undefined): number {
  if (asked === undefined || (fifo && asked === 0)) return settings.delaySeconds
  if (fifo) throw notOfThisType("DelaySeconds", asked)
  if (asked < DELAY_SECONDS.min || asked > DELAY_SECONDS.max) {
    throw invalidValue("DelaySeconds", asked, "DelaySeconds must be >= 0 and <= 900.")
  }
  return asked
}

/** Recorded for DelaySeconds. */
export const notOfThisType = (parameter: string, value: string | number): Error =>
  invalidValue(
    parameter,
    value,
    "The request include parameter that is not valid for this queue type.",
  )

/** Recorded for group and deduplication ids, empty ones included. */
export function assertToken(parameter: string, token: string): void {
  if (token.length <= TOKEN_LENGTH && TOKEN.test(token)) return
  throw invalidValue(
    parameter,
    token,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  )
}
