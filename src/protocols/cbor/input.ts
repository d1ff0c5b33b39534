import { isUtf8 } from "node:buffer"
import { setOwn } from "../own-property.ts"

/** Bytes that are not well-formed CBOR, or more of it than any request needs. */
export class CborError extends Error {
  override readonly name = "CborError"
}

/** Tag 1: seconds since the epoch. */
export class CborTime {
  readonly seconds: number
  constructor(seconds: number) {
    this.seconds = seconds
  }
}

const MAX_DEPTH = 200
const MAX_BIGNUM_BYTES = 128
const MAX_EXPONENT = 400
const BREAK = Symbol("break")

/**
 * One CBOR item (RFC 8949) that fills `bytes`. Maps become plain objects (keys are text; of a
 * repeated key the last holds), byte strings Buffers over the same memory, `undefined` null, tag 1
 * a CborTime, bignums and decimal fractions the nearest number; other tags are passed over.
 * Throws CborError.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  const input = new CborInput(bytes)
  const value = input.item(0)
  if (value === BREAK) throw new CborError("A break outside of anything")
  input.end()
  return value
}

class CborInput {
  private readonly bytes: Buffer
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new CborError("Bytes after the end")
  }

  /** The next item, or BREAK. */
  item(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new CborError("Too deep")
    const head = this.byte()
    const major = head >> 5
    const info = head & 31
    if (major === 7) return this.simple(info)
    if (info === 31) return this.indefinite(major, depth)
    const argument = this.argument(info)
    switch (major) {
      case 0:
        return argument
      case 1:
        return -1 - argument
      case 2:
        return this.take(argument)
      case 3:
        return this.text(argument)
      case 4:
        return this.list(argument, depth)
      case 5:
        return this.map(argument, depth)
      default:
        return this.tagged(argument, depth)
    }
  }

  private byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw new CborError("The data ends too early")
    this.at += 1
    return byte
  }

  private take(length: number): Buffer {
    const start = this.skip(length)
    return this.bytes.subarray(start, this.at)
  }

  private text(length: number): string {
    const start = this.skip(length)
    const string = this.bytes.toString("utf8", start, this.at)
    if (string.includes("\ufffd") && !isUtf8(this.bytes.subarray(start, this.at))) {
      throw new CborError("Text that is not UTF-8")
    }
    return string
  }

  /** Passes over so many bytes; returns where they start. */
  private skip(length: number): number {
    const start = this.at
    if (start + length > this.bytes.length) throw new CborError("The data ends too early")
    this.at += length
    return start
  }

  private argument(info: number): number {
    if (info < 24) return info
    switch (info) {
      case 24:
        return this.byte()
      case 25:
        return this.bytes.readUInt16BE(this.skip(2))
      case 26:
        return this.bytes.readUInt32BE(this.skip(4))
      case 27: {
        const start = this.skip(8)
        // Above 2^53 digits are lost, as they are in JSON.
        return this.bytes.readUInt32BE(start) * 2 ** 32 + this.bytes.readUInt32BE(start + 4)
      }
      default:
        throw new CborError("A reserved length")
    }
  }

  private simple(info: number): unknown {
    switch (info) {
      case 20:
        return false
      case 21:
        return true
      case 22:
      case 23:
        return null
      case 25:
        return halfFloat(this.bytes.readUInt16BE(this.skip(2)))
      case 26:
        return this.bytes.readFloatBE(this.skip(4))
      case 27:
        return this.bytes.readDoubleBE(this.skip(8))
      case 31:
        return BREAK
      default:
        throw new CborError("An unknown simple value")
    }
  }

  // A count that the data cannot hold ends with the data: nothing is allocated ahead.
  private list(length: number, depth: number): unknown[] {
    const list: unknown[] = []
    for (let i = 0; i < length; i++) list.push(this.value(depth))
    return list
  }

  private map(length: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {}
    for (let i = 0; i < length; i++) this.entry(map, this.value(depth), depth)
    return map
  }

  private entry(map: Record<string, unknown>, key: unknown, depth: number): void {
    if (typeof key !== "string") throw new CborError("A key that is no text")
    setOwn(map, key, this.value(depth))
  }

  private value(depth: number): unknown {
    const value = this.item(depth + 1)
    if (value === BREAK) throw new CborError("A break where a value was expected")
    return value
  }

  private indefinite(major: number, depth: number): unknown {
    if (major === 2 || major === 3) return this.chunks(major)
    if (major === 4) {
      const list: unknown[] = []
      for (let item = this.item(depth + 1); item !== BREAK; item = this.item(depth + 1)) {
        list.push(item)
      }
      return list
    }
    if (major !== 5) throw new CborError("A number or tag without length")
    const map: Record<string, unknown> = {}
    for (let key = this.item(depth + 1); key !== BREAK; key = this.item(depth + 1)) {
      this.entry(map, key, depth)
    }
    return map
  }

  /** Chunks of the same major type, each of definite length, each valid text by itself. */
  private chunks(major: number): unknown {
    const chunks: Buffer[] = []
    const texts: string[] = []
    for (let head = this.byte(); head !== 0xff; head = this.byte()) {
      if (head >> 5 !== major || (head & 31) === 31) throw new CborError("A chunk of another kind")
      const length = this.argument(head & 31)
      if (major === 2) chunks.push(this.take(length))
      else texts.push(this.text(length))
    }
    return major === 2 ? Buffer.concat(chunks) : texts.join("")
  }

  private tagged(tag: number, depth: number): unknown {
    const value = this.value(depth)
    switch (tag) {
      case 1:
        if (typeof value !== "number") throw new CborError("A time that is no number")
        return new CborTime(value)
      case 2:
        return bignum(value)
      case 3:
        return -1 - bignum(value)
      case 4:
        return decimalFraction(value)
      default:
        return value
    }
  }
}

function bignum(value: unknown): number {
  if (!Buffer.isBuffer(value)) throw new CborError("A bignum that is no byte string")
  if (value.length > MAX_BIGNUM_BYTES) throw new CborError("A bignum that is too large")
  return value.length === 0 ? 0 : Number(BigInt(`0x${value.toString("hex")}`))
}

/** [exponent, mantissa] in base ten. */
function decimalFraction(value: unknown): number {
  if (!Array.isArray(value) || value.length !== 2) throw new CborError("No decimal fraction")
  const [exponent, mantissa] = value as unknown[]
  if (typeof exponent !== "number" || typeof mantissa !== "number") {
    throw new CborError("No decimal fraction")
  }
  if (!Number.isInteger(exponent) || Math.abs(exponent) > MAX_EXPONENT) {
    throw new CborError("A decimal fraction that is too large")
  }
  return Number(`${mantissa}e${exponent}`)
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 0x3ff
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
