import { crc32 } from "node:zlib"

/** Which receive of which message a receipt handle stands for. */
export interface Receipt {
  /** The queue's id, which outlives a purge and ends with the queue. */
  readonly queueId: number
  /** The generation of messages that the message is of. */
  readonly store: number
  readonly group: string
  readonly seq: number
  /** The message's receive count at that receive: each receive has its own handle. */
  readonly receive: number
}

/** AWS's handles begin like this too (`AQEB…`); a version, as it were. */
const PREFIX = Uint8Array.of(1, 1, 1)
const CHECKSUM_BYTES = 4
/** Numbers in front of the group, each with a blank behind it. */
const NUMBERS = 4
const BLANK = 32
const BASE64 = /^[A-Za-z0-9+/]+=*$/

/**
 * Opaque text for a client. The checksum tells a handle from garbage; it is no secret: who may
 * delete messages of a queue may delete any of them.
 */
export function encodeReceipt(receipt: Receipt): string {
  const { queueId, store, seq, receive, group } = receipt
  const text = Buffer.from(`${queueId} ${store} ${seq} ${receive} ${group}`, "utf8")
  const bytes = Buffer.allocUnsafe(PREFIX.length + CHECKSUM_BYTES + text.length)
  bytes.set(PREFIX)
  bytes.writeUInt32BE(crc32(text), PREFIX.length)
  bytes.set(text, PREFIX.length + CHECKSUM_BYTES)
  return bytes.toString("base64")
}

/** Undefined for what `encodeReceipt` never made. */
export function decodeReceipt(handle: string): Receipt | undefined {
  if (!BASE64.test(handle)) return undefined
  const bytes = Buffer.from(handle, "base64")
  if (bytes.length <= PREFIX.length + CHECKSUM_BYTES) return undefined
  if (PREFIX.some((byte, index) => bytes[index] !== byte)) return undefined
  const text = bytes.subarray(PREFIX.length + CHECKSUM_BYTES)
  if (bytes.readUInt32BE(PREFIX.length) !== crc32(text)) return undefined
  return readReceipt(text.toString("utf8"))
}

/** By hand: in half the time of an expression with groups (measured). */
function readReceipt(text: string): Receipt | undefined {
  let [queueId, store, seq, receive] = [0, 0, 0, 0]
  let at = 0
  for (let part = 0; part < NUMBERS; part += 1) {
    const from = at
    let value = 0
    for (let code = text.charCodeAt(at); code !== BLANK; code = text.charCodeAt(++at)) {
      if (!(code >= 48 /* 0 */ && code <= 57 /* 9 */)) return undefined
      value = value * 10 + code - 48
    }
    if (at++ === from) return undefined
    if (part === 0) queueId = value
    else if (part === 1) store = value
    else if (part === 2) seq = value
    else receive = value
  }
  return { queueId, store, seq, receive, group: text.slice(at) }
}
