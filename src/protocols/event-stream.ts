import type { ByteStream } from "../kernel/wire.ts"
import type { Member, Shape, StructureShape } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import { bodyText } from "./body-text.ts"
import type { Values } from "./codec.ts"
import { unlessDropped } from "./events/dropped.ts"
import { decodeMessage, encodeMessage, EventStreamError, readMessages } from "./events/message.ts"
import type { EventHeader, EventMessage } from "./events/message.ts"

export const EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream"

/**
 * Events between a codec and a handler: each is an object with one member, the event's name in the
 * model, as a union has it. A handler that throws a modelled error ends the stream with it.
 */
export type Events = AsyncIterable<Values>

/** How a protocol writes the structures in events. */
export interface EventFormat {
  readonly contentType: string
  write(shape: StructureShape, value: Values): string | Uint8Array
  read(shape: StructureShape, bytes: Uint8Array): Values
}

/** The first message of a stream in a protocol without bindings: the output's other members. */
export interface InitialResponse {
  readonly shape: StructureShape
  readonly value: Values
}

/** The member of a structure that is a stream of events. */
export function eventMember(
  shape: StructureShape | undefined,
): { readonly name: string; readonly stream: StructureShape } | undefined {
  for (const name in shape?.members) {
    const target = shape.members[name]!.shape
    if (target.type === "structure" && target.eventstream) return { name, stream: target }
  }
  return undefined
}

/**
 * The events as bytes, one message each. An AwsError that the events throw becomes the last
 * message; anything else is our bug: it becomes an error message and is thrown on. Who takes none of
 * them ends the events all the same.
 */
export function encodeEvents(
  stream: StructureShape,
  events: Events,
  form: EventForm,
): AsyncIterable<Uint8Array> {
  return unlessDropped(messagesOf(stream, events, form), () =>
    events[Symbol.asyncIterator]().return?.(),
  )
}

interface EventForm {
  readonly format: EventFormat
  readonly initial?: InitialResponse
}

async function* messagesOf(
  stream: StructureShape,
  events: Events,
  { format, initial }: EventForm,
): AsyncGenerator<Uint8Array> {
  if (initial !== undefined) {
    const payload = toBytes(format.write(initial.shape, initial.value))
    yield encodeMessage({ headers: eventHeaders("initial-response", format.contentType), payload })
  }
  try {
    for await (const event of events) yield encodeEvent(stream, event, format)
  } catch (error) {
    yield encodeFailure(stream, error, format)
    if (!(error instanceof AwsError)) throw error
  }
}

/** The events that a client sends. Throws `SerializationException` on what is none. */
export async function* decodeEvents(
  stream: StructureShape,
  bytes: ByteStream,
  format: EventFormat,
): AsyncGenerator<Values> {
  try {
    for await (const message of readMessages(bytes)) {
      const event = unsigned(message)
      if (event === undefined) return
      const type = text(event.headers[":event-type"])
      if (type === "initial-request") continue
      const kind = text(event.headers[":message-type"])
      const member = Object.hasOwn(stream.members, type) ? stream.members[type] : undefined
      if (kind !== "event" || member?.shape.type !== "structure") {
        throw new AwsError("SerializationException", `Unexpected event ${type.slice(0, 100)}`)
      }
      yield { [type]: decodeEvent(member.shape, event, format) }
    }
  } catch (error) {
    if (error instanceof EventStreamError) {
      throw new AwsError("SerializationException", error.message)
    }
    throw error
  }
}

function encodeEvent(stream: StructureShape, event: Values, format: EventFormat): Uint8Array {
  const [name, ...more] = Object.keys(event)
  const member = name === undefined ? undefined : stream.members[name]
  if (member?.shape.type !== "structure" || more.length > 0) {
    throw new Error(`${stream.name} has no event ${Object.keys(event).join(" and ")}`)
  }
  const { shape } = member
  const value = event[name!] as Values
  const headers: Record<string, EventHeader> = {
    ":message-type": { type: "string", value: "event" },
    ":event-type": { type: "string", value: name! },
  }
  const rest: Values = {}
  let payload: Uint8Array | undefined
  for (const key in value) {
    const item = value[key]
    if (item === undefined || item === null) continue
    const part = Object.hasOwn(shape.members, key) ? shape.members[key] : undefined
    if (part?.eventheader) headers[part.locationName ?? key] = header(part.shape, item)
    else if (part?.eventpayload) payload = encodePayload(part, item, { format, headers })
    else rest[key] = item
  }
  if (hasBody(shape)) {
    headers[":content-type"] = { type: "string", value: format.contentType }
    payload = toBytes(format.write(shape, rest))
  }
  return encodeMessage({ headers, payload: payload ?? new Uint8Array() })
}

/** True when members of the event are neither headers nor the whole payload. */
function hasBody(shape: StructureShape): boolean {
  const members = Object.values(shape.members)
  return (
    members.some((member) => !member.eventheader) && !members.some((member) => member.eventpayload)
  )
}

function encodePayload(
  { shape }: Member,
  value: unknown,
  into: { readonly format: EventFormat; readonly headers: Record<string, EventHeader> },
): Uint8Array {
  const [type, bytes] =
    shape.type === "blob"
      ? ["application/octet-stream", value as Uint8Array]
      : shape.type === "string"
        ? ["text/plain", toBytes(value as string)]
        : [
            into.format.contentType,
            toBytes(into.format.write(shape as StructureShape, value as Values)),
          ]
  into.headers[":content-type"] = { type: "string", value: type }
  return bytes
}

function encodeFailure(stream: StructureShape, error: unknown, format: EventFormat): Uint8Array {
  const { code, message } =
    error instanceof AwsError
      ? error
      : { code: "InternalFailure", message: "The request processing has failed." }
  const modelled = Object.entries(stream.members).find(([, { shape }]) => shape.name === code)
  if (error instanceof AwsError && modelled !== undefined) {
    const [name, member] = modelled
    const shape = member.shape as StructureShape
    const key = ["message", "Message"].find((one) => Object.hasOwn(shape.members, one))
    const value = { ...error.options.members, ...(key !== undefined && { [key]: message }) }
    const headers: Record<string, EventHeader> = {
      ":message-type": { type: "string", value: "exception" },
      ":exception-type": { type: "string", value: name },
      ":content-type": { type: "string", value: format.contentType },
    }
    return encodeMessage({ headers, payload: toBytes(format.write(shape, value)) })
  }
  const headers: Record<string, EventHeader> = {
    ":message-type": { type: "string", value: "error" },
    ":error-code": { type: "string", value: code },
    ":error-message": { type: "string", value: message.slice(0, 4096) },
  }
  return encodeMessage({ headers, payload: new Uint8Array() })
}

/**
 * Signed streams put each event into a message with its signature; an empty one is the end. The
 * signatures are not looked at here.
 */
function unsigned(message: EventMessage): EventMessage | undefined {
  if (message.headers[":chunk-signature"] === undefined) return message
  return message.payload.length === 0 ? undefined : decodeMessage(message.payload)
}

function decodeEvent(shape: StructureShape, event: EventMessage, format: EventFormat): Values {
  const value: Values = {}
  let payload: [string, Member] | undefined
  for (const [name, member] of Object.entries(shape.members)) {
    const sent = event.headers[member.locationName ?? name]
    if (member.eventheader && sent !== undefined) value[name] = sent.value
    if (member.eventpayload) payload = [name, member]
  }
  if (payload === undefined) {
    if (event.payload.length > 0) Object.assign(value, format.read(shape, event.payload))
    return value
  }
  const [name, member] = payload
  value[name] = decodePayload(member.shape, event.payload, format)
  return value
}

function decodePayload(shape: Shape, payload: Uint8Array, format: EventFormat): unknown {
  if (shape.type === "blob") return payload
  if (shape.type !== "string") return format.read(shape as StructureShape, payload)
  const value = bodyText(payload)
  if (value === undefined) throw new EventStreamError("Text that is not UTF-8")
  return value
}

function header({ type }: Shape, value: unknown): EventHeader {
  switch (type) {
    case "boolean":
      return { type, value: value as boolean }
    case "integer":
    case "long":
    case "timestamp":
      return { type, value: value as number }
    case "blob":
      return { type: "bytes", value: value as Uint8Array }
    default:
      return { type: "string", value: String(value) }
  }
}

function eventHeaders(type: string, contentType: string): Record<string, EventHeader> {
  return {
    ":message-type": { type: "string", value: "event" },
    ":event-type": { type: "string", value: type },
    ":content-type": { type: "string", value: contentType },
  }
}

function text(sent: EventHeader | undefined): string {
  return sent?.type === "string" ? sent.value : ""
}

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? Buffer.from(value) : value
}
