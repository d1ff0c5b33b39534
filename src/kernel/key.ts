import type { Key } from "./engine.ts"

/**
 * Order-preserving tuple encoding. Comparing two encoded keys byte by byte compares the tuples part
 * by part: null < false < true < numbers (by value) < strings (by UTF-8 bytes) < bytes. Every part
 * is self-delimiting, so that `encodeKey([a])` is a prefix of `encodeKey([a, b])` and of nothing
 * that does not begin with `a`.
 *
 * Layout: a tag byte, then
 *   string, bytes  the bytes with 00 → 01 01 and 01 → 01 02, closed by 00
 *   number         m = 2·⌊|n|⌋, plus 1 and a 64-bit fraction when n has one; m big-endian in as few
 *                  bytes as it takes, their count is in the tag; beyond 2^53 the 64-bit double.
 *                  Negative numbers are the complement of all that.
 */
export type KeyPart = string | number | boolean | null | Uint8Array

/** LMDB's limit at a page size of 8192 bytes (measured). */
export const MAX_KEY_BYTES = 4026

export class KeyTooLongError extends Error {
  override readonly name = "KeyTooLongError"
  readonly sizeBytes: number

  constructor(sizeBytes: number) {
    super(`a key takes ${sizeBytes} bytes when encoded; at most ${MAX_KEY_BYTES} are possible`)
    this.sizeBytes = sizeBytes
  }
}

/** A value that no key can hold (NaN, a lone surrogate), or a key that no tuple encodes to. */
export class InvalidKeyError extends Error {
  override readonly name = "InvalidKeyError"
}

const NULL = 0x02
const FALSE = 0x03
const TRUE = 0x04
/** Tags 0x18–0x1f are negative, 0x21–0x28 positive: the distance is the count of bytes that follow. */
const ZERO = 0x20
const STRING = 0x30
const BYTES = 0x31
/** The distance at which the bytes are a double's, not an integer's. */
const AS_DOUBLE = 8
// oxlint-disable-next-line no-control-regex -- 00 and 01 are the escape's own bytes
const NOT_PLAIN = /[^\x02-\x7f]/
/** Up to here a loop over the characters is faster than starting a regular expression (measured). */
const LOOP_LENGTH = 40

/** Throws KeyTooLongError, or InvalidKeyError for NaN and lone surrogates. */
export function encodeKey(parts: readonly KeyPart[]): Key {
  let key = ""
  for (let i = 0; i < parts.length; i++) key += encodePart(parts[i] as KeyPart)
  if (key.length > MAX_KEY_BYTES) throw new KeyTooLongError(key.length)
  return key
}

/** A key of two parts' encodings. Throws KeyTooLongError. */
export function joinKey(head: Key, tail: Key): Key {
  const size = head.length + tail.length
  if (size > MAX_KEY_BYTES) throw new KeyTooLongError(size)
  return head + tail
}

/** Throws InvalidKeyError when `key` is not the encoding of a tuple. */
export function decodeKey(key: Key): KeyPart[] {
  const parts: KeyPart[] = []
  for (let at = 0; at < key.length;) {
    const end = skipParts(key, at, 1)
    parts.push(decodePart(key, at, end))
    at = end
  }
  return parts
}

/** The exclusive upper bound of all keys that begin with `prefix`. */
export function prefixEnd(prefix: Key): Key {
  let last = prefix.length - 1
  while (last >= 0 && prefix.charCodeAt(last) === 0xff) last--
  if (last < 0) return "\xff"
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1)
}

/** The offset behind `count` parts of `key`, counted from the offset `from`. */
export function skipParts(key: Key, from: number, count: number): number {
  let at = from
  for (let i = 0; i < count; i++) {
    const tag = key.charCodeAt(at)
    if (tag === STRING || tag === BYTES) {
      at = key.indexOf("\0", at) + 1
      if (at === 0) throw malformed(key)
    } else if (tag >= ZERO - AS_DOUBLE && tag <= ZERO + AS_DOUBLE) {
      const size = Math.abs(tag - ZERO)
      at += 1 + size
      // The integer's lowest bit says that a fraction follows; a negative number is complemented.
      if (size > 0 && size < AS_DOUBLE && (key.charCodeAt(at - 1) & 1) === (tag > ZERO ? 1 : 0)) {
        at += 8
      }
    } else if (tag === NULL || tag === FALSE || tag === TRUE) at += 1
    else throw malformed(key)
    if (at > key.length) throw malformed(key)
  }
  return at
}

function encodePart(part: KeyPart): string {
  if (typeof part === "string") return encodeString(part)
  if (typeof part === "number") return encodeNumber(part)
  if (part === null) return "\x02"
  if (part === false) return "\x03"
  if (part === true) return "\x04"
  return "\x31" + escapeBytes(latin1(part)) + "\0"
}

function encodeString(text: string): string {
  if (text.length > LOOP_LENGTH) return NOT_PLAIN.test(text) ? encodeOther(text) : plain(text)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f || code < 2) return encodeOther(text)
  }
  return plain(text)
}

function plain(text: string): string {
  return "\x30" + text + "\0"
}

function encodeOther(text: string): string {
  return "\x30" + escapeBytes(utf8Bytes(text)) + "\0"
}

function utf8Bytes(text: string): string {
  if (!text.isWellFormed()) throw new InvalidKeyError("a key cannot hold a lone surrogate")
  return Buffer.from(text, "utf8").toString("latin1")
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
}

function escapeBytes(bytes: string): string {
  if (!bytes.includes("\0") && !bytes.includes("\x01")) return bytes
  return bytes.replaceAll("\x01", "\x01\x02").replaceAll("\0", "\x01\x01")
}

function unescapeBytes(bytes: string): string {
  if (!bytes.includes("\x01")) return bytes
  return bytes.replaceAll("\x01\x01", "\0").replaceAll("\x01\x02", "\x01")
}

function encodeNumber(value: number): string {
  if (value >= 0) {
    if (value < 128 && Number.isInteger(value)) {
      return value === 0 ? "\x20" : String.fromCharCode(ZERO + 1, value * 2)
    }
    return encodeMagnitude(value)
  }
  if (value < 0) return complement(encodeMagnitude(-value))
  throw new InvalidKeyError("a key cannot hold NaN")
}

function encodeMagnitude(value: number): string {
  if (value > Number.MAX_SAFE_INTEGER) return String.fromCharCode(ZERO + AS_DOUBLE) + double(value)
  const whole = Math.floor(value)
  const fraction = value - whole
  const lowest = fraction === 0 ? 0 : 1
  let digits: string
  if (whole < 0x80) digits = String.fromCharCode(ZERO + 1, whole * 2 + lowest)
  else if (whole < 0x8000) {
    digits = String.fromCharCode(ZERO + 2, whole >>> 7, ((whole << 1) & 0xff) | lowest)
  } else digits = encodeDigits(whole, lowest)
  return fraction === 0 ? digits : digits + double(fraction)
}

function encodeDigits(whole: number, lowest: number): string {
  // 2·whole needs 54 bits: two halves of 32 and 22, each exact.
  const high = Math.floor(whole / 0x80000000)
  const low = (((whole % 0x80000000) * 2) | lowest) >>> 0
  const a = low >>> 24
  const b = (low >>> 16) & 0xff
  const c = (low >>> 8) & 0xff
  const d = low & 0xff
  if (high === 0) {
    if (a === 0) return String.fromCharCode(ZERO + 3, b, c, d)
    return String.fromCharCode(ZERO + 4, a, b, c, d)
  }
  if (high < 0x100) return String.fromCharCode(ZERO + 5, high, a, b, c, d)
  if (high < 0x10000) return String.fromCharCode(ZERO + 6, high >>> 8, high & 0xff, a, b, c, d)
  const top = String.fromCharCode(ZERO + 7, high >>> 16, (high >>> 8) & 0xff, high & 0xff)
  return top + String.fromCharCode(a, b, c, d)
}

/** A positive double's bits order as its value does. */
function double(value: number): string {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeDoubleBE(value)
  return bytes.toString("latin1")
}

/** Complements the tag around ZERO and every byte after it. */
function complement(encoded: string): string {
  let flipped = String.fromCharCode(2 * ZERO - encoded.charCodeAt(0))
  for (let i = 1; i < encoded.length; i++)
    flipped += String.fromCharCode(~encoded.charCodeAt(i) & 0xff)
  return flipped
}

function decodePart(key: Key, from: number, end: number): KeyPart {
  const tag = key.charCodeAt(from)
  if (tag === STRING) return decodeString(key.slice(from + 1, end - 1))
  if (tag === BYTES) {
    return new Uint8Array(Buffer.from(unescapeBytes(key.slice(from + 1, end - 1)), "latin1"))
  }
  if (tag === NULL) return null
  if (tag === FALSE) return false
  if (tag === TRUE) return true
  const encoded = key.slice(from, end)
  return tag < ZERO ? -decodeMagnitude(complement(encoded)) : decodeMagnitude(encoded)
}

function decodeString(stored: string): string {
  const bytes = unescapeBytes(stored)
  for (let i = 0; i < bytes.length; i++) {
    if (bytes.charCodeAt(i) > 0x7f) return Buffer.from(bytes, "latin1").toString("utf8")
  }
  return bytes
}

function decodeMagnitude(encoded: string): number {
  const size = encoded.charCodeAt(0) - ZERO
  if (size === AS_DOUBLE) return Buffer.from(encoded, "latin1").readDoubleBE(1)
  let whole = 0
  for (let i = 1; i < size; i++) whole = whole * 0x100 + encoded.charCodeAt(i)
  // The last byte carries seven bits of the integer; the lowest announces the fraction.
  if (size > 0) whole = whole * 0x80 + (encoded.charCodeAt(size) >>> 1)
  if (encoded.length === size + 1) return whole
  return whole + Buffer.from(encoded, "latin1").readDoubleBE(size + 1)
}

function malformed(key: Key): InvalidKeyError {
  return new InvalidKeyError(`not an encoded key: ${Buffer.from(key, "latin1").toString("hex")}`)
}
