import { crc32 } from "node:zlib"
import type { ByteStream } from "../../kernel/wire.ts"

/** A header's value with its type on the wire. Longs are numbers, times epoch milliseconds. */
export type EventHeader =
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "byte" | "short" | "integer" | "long" | "timestamp"; readonly value: number }
  | { readonly type: "bytes"; readonly value: Uint8Array }
  | { readonly type: "string" | "uuid"; readonly value: string }

/** One message of AWS's event stream encoding (`application/vnd.amazon.eventstream`). */
export interface EventMessage {
  readonly headers: Readonly<Record<string, EventHeader>>
  readonly payload: Uint8Array
}

/** Bytes that are no message, or a message that is too large. */
export class EventStreamError extends Error {
  override readonly name = "EventStreamError"
}

// "Event stream encoding" of Amazon Transcribe's guide: lengths and a checksum of themselves, the
// headers, the payload, and a checksum of all of it. The limits are those of AWS's own clients.
const PRELUDE_BYTES = 12
const OVERHEAD_BYTES = PRELUDE_BYTES + 4
const MAX_HEADERS_BYTES = 128 * 1024
const MAX_PAYLOAD_BYTES = 24 * 1024 * 1024
const MAX_NAME_BYTES = 255
const MAX_VALUE_BYTES = 32_767

const CODES = { byte: 2, short: 3, integer: 4, long: 5, bytes: 6, string: 7, timestamp: 8, uuid: 9 }

/** The message's bytes. Throws EventStreamError when it is larger than a client would read. */
export function encodeMessage({ headers, payload }: EventMessage): Uint8Array {
  const head = encodeHeaders(headers)
  if (head.length > MAX_HEADERS_BYTES) throw new EventStreamError("The headers are too large")
  if (payload.length > MAX_PAYLOAD_BYTES) throw new EventStreamError("The payload is too large")
  const total = OVERHEAD_BYTES + head.length + payload.length
  const bytes = Buffer.allocUnsafe(total)
  bytes.writeUInt32BE(total, 0)
  bytes.writeUInt32BE(head.length, 4)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8)
  bytes.set(head, PRELUDE_BYTES)
  bytes.set(payload, PRELUDE_BYTES + head.length)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, total - 4)), total - 4)
  return bytes
}

/** The message that fills `bytes`. Throws EventStreamError. */
export function decodeMessage(bytes: Uint8Array): EventMessage {
  const buffer = asBuffer(bytes)
  const total = messageLength(buffer)
  if (total === undefined || total !== buffer.length) {
    throw new EventStreamError("The message is incomplete")
  }
  if (crc32(buffer.subarray(0, total - 4)) !== buffer.readUInt32BE(total - 4)) {
    throw new EventStreamError("The message's checksum is wrong")
  }
  const headersEnd = PRELUDE_BYTES + buffer.readUInt32BE(4)
  return {
    headers: decodeHeaders(buffer.subarray(PRELUDE_BYTES, headersEnd)),
    payload: buffer.subarray(headersEnd, total - 4),
  }
}

/** The messages of a stream, however it is cut into chunks. Throws EventStreamError. */
export async function* readMessages(stream: ByteStream): AsyncGenerator<EventMessage> {
  let rest: Buffer = Buffer.alloc(0)
  let waiting: Uint8Array[] = []
  let missing = 0
  for await (const chunk of stream) {
    waiting.push(chunk)
    missing -= chunk.length
    if (missing > 0) continue
    rest = Buffer.concat([rest, ...waiting])
    waiting = []
    let total = messageLength(rest)
    while (total !== undefined && rest.length >= total) {
      yield decodeMessage(rest.subarray(0, total))
      rest = rest.subarray(total)
      total = messageLength(rest)
    }
    missing = (total ?? PRELUDE_BYTES) - rest.length
  }
  if (rest.length > 0 || waiting.length > 0) throw new EventStreamError("The stream ends too early")
}

/** The length that the prelude states, checked; `undefined` until the prelude is there. */
function messageLength(bytes: Buffer): number | undefined {
  if (bytes.length < PRELUDE_BYTES) return undefined
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) {
    throw new EventStreamError("The prelude's checksum is wrong")
  }
  const total = bytes.readUInt32BE(0)
  const headers = bytes.readUInt32BE(4)
  if (headers > MAX_HEADERS_BYTES || total < OVERHEAD_BYTES + headers) {
    throw new EventStreamError("The lengths do not fit")
  }
  if (total > OVERHEAD_BYTES + headers + MAX_PAYLOAD_BYTES) {
    throw new EventStreamError("The message is too large")
  }
  return total
}

function encodeHeaders(headers: EventMessage["headers"]): Buffer {
  const parts: Uint8Array[] = []
  for (const [name, header] of Object.entries(headers)) {
    const text = Buffer.from(name)
    if (text.length === 0 || text.length > MAX_NAME_BYTES) {
      throw new EventStreamError("A header's name is empty or too long")
    }
    parts.push(Uint8Array.of(text.length), text, encodeValue(header))
  }
  return Buffer.concat(parts)
}

function encodeValue(header: EventHeader): Uint8Array {
  if (header.type === "boolean") return Uint8Array.of(header.value ? 0 : 1)
  const code = CODES[header.type]
  switch (header.type) {
    case "bytes":
      return sized(code, header.value)
    case "string":
      return sized(code, Buffer.from(header.value))
    case "uuid":
      return Buffer.concat([
        Uint8Array.of(code),
        Buffer.from(header.value.replaceAll("-", ""), "hex"),
      ])
    default: {
      const bytes = Buffer.alloc(9)
      bytes[0] = code
      const end = writeNumber(bytes, header.type, header.value)
      return bytes.subarray(0, end)
    }
  }
}

function writeNumber(
  bytes: Buffer,
  type: "byte" | "short" | "integer" | "long" | "timestamp",
  value: number,
): number {
  if (type === "byte") return bytes.writeInt8(value, 1)
  if (type === "short") return bytes.writeInt16BE(value, 1)
  if (type === "integer") return bytes.writeInt32BE(value, 1)
  return bytes.writeBigInt64BE(BigInt(value), 1)
}

function sized(code: number, value: Uint8Array): Uint8Array {
  if (value.length > MAX_VALUE_BYTES) throw new EventStreamError("A header's value is too long")
  return Buffer.concat([Uint8Array.of(code, value.length >> 8, value.length & 0xff), value])
}

function decodeHeaders(bytes: Buffer): Record<string, EventHeader> {
  // Without a prototype: the names are the client's.
  const headers: Record<string, EventHeader> = Object.create(null)
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new EventStreamError("A header ends too early")
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const name = take(take(1).readUInt8()).toString()
    if (name === "" || name in headers) {
      throw new EventStreamError("A header has no name, or one that is there twice")
    }
    headers[name] = decodeValue(take(1).readUInt8(), take)
  }
  return headers
}

function decodeValue(code: number, take: (length: number) => Buffer): EventHeader {
  switch (code) {
    case 0:
    case 1:
      return { type: "boolean", value: code === 0 }
    case 2:
      return { type: "byte", value: take(1).readInt8() }
    case 3:
      return { type: "short", value: take(2).readInt16BE() }
    case 4:
      return { type: "integer", value: take(4).readInt32BE() }
    case 5:
      return { type: "long", value: Number(take(8).readBigInt64BE()) }
    case 6:
      return { type: "bytes", value: take(take(2).readUInt16BE()) }
    case 7:
      return { type: "string", value: take(take(2).readUInt16BE()).toString() }
    case 8:
      return { type: "timestamp", value: Number(take(8).readBigInt64BE()) }
    case 9: {
      const hex = take(16).toString("hex")
      return { type: "uuid", value: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") }
    }
    default:
      throw new EventStreamError(`A header of the unknown type ${code}`)
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
