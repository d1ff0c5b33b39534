import type { Decimal } from "./number.ts"
import { ProtocolError } from "./protocol-error.ts"

/**
 * Numbers in sort keys: bytes that order as the numbers do. A first byte has the sign and the
 * exponent (or says that it follows in four bytes), then come groups of three digits, of ten bits
 * each, and a last group that says how many digits of the one before it count.
 */
const ZERO = 0x80
const LARGE = { minus: 0x01, plus: 0xfe } as const
const SMALL = { minus: 0x7e, plus: 0x81 } as const
/** Exponents that the first byte has room for. */
const NEAR = 0x3e
const GROUP_BITS = 10
/** What is added to a group: of negative numbers they are counted down. */
const SHIFT = { plus: 12, minus: 999 + 12 } as const
const MOST_GROUPS = 64

export function encodeLexDecimal({ digits, exponent }: Decimal): Buffer {
  if (digits === 0n) return Buffer.of(ZERO)
  const isMinus = digits < 0n
  const text = String(isMinus ? -digits : digits)
  const power = text.length + exponent
  const padding = (3 - (text.length % 3)) % 3
  const padded = text + "0".repeat(padding)
  const groups: number[] = []
  for (let at = 0; at < padded.length; at += 3) {
    const group = Number(padded.slice(at, at + 3))
    groups.push(isMinus ? SHIFT.minus - group : SHIFT.plus + group)
  }
  const last = 2 - padding
  groups.push(isMinus ? 1023 - last : last)
  return Buffer.concat([head(power, isMinus), pack(groups)])
}

function head(power: number, isMinus: boolean): Buffer {
  if (power >= -NEAR && power < NEAR) return Buffer.of(isMinus ? 0x3f - power : power + 0xc0)
  const { minus, plus } = power < 0 ? SMALL : LARGE
  const bytes = Buffer.alloc(5)
  bytes[0] = isMinus ? minus : plus
  bytes.writeInt32BE(isMinus ? power ^ 0x7fffffff : power ^ -0x80000000, 1)
  return bytes
}

function pack(groups: readonly number[]): Buffer {
  const bits = groups.map((group) => group.toString(2).padStart(GROUP_BITS, "0")).join("")
  const bytes = bits.match(/.{1,8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2)))
}

/** Throws ProtocolError. */
export function decodeLexDecimal(bytes: Buffer): Decimal {
  const first = bytes[0]
  if (first === ZERO || first === 0x7f) return { digits: 0n, exponent: 0 }
  if (first === undefined || first === 0x00 || first === 0xff)
    throw new ProtocolError("a bad number in a key")
  const isFar = first === LARGE.minus || first === LARGE.plus || isSmall(first)
  if (isFar && bytes.length < 5) throw new ProtocolError("a bad number in a key")
  const isMinus = first < ZERO
  const near = isMinus ? 0x3f - first : first - 0xc0
  const power = isFar ? bytes.readInt32BE(1) ^ (isMinus ? 0x7fffffff : -0x80000000) : near
  const text = digitsOf(bytes.subarray(isFar ? 5 : 1), isMinus)
  const digits = BigInt(text)
  return { digits: isMinus ? -digits : digits, exponent: power - text.length }
}

const isSmall = (first: number): boolean => first === SMALL.minus || first === SMALL.plus

function digitsOf(bytes: Buffer, isMinus: boolean): string {
  let [bits, count, text] = [0, 0, ""]
  for (const byte of bytes.subarray(0, MOST_GROUPS)) {
    bits = ((bits << 8) | byte) & 0xfffff
    count += 8
    if (count < GROUP_BITS) continue
    count -= GROUP_BITS
    const group = (bits >> count) & 0x3ff
    const last = isMinus ? 1023 - group : group
    if (last <= 2) {
      if (text === "") break
      return text.slice(0, text.length - (2 - last))
    }
    const value = isMinus ? SHIFT.minus - group : group - SHIFT.plus
    text += String(value).padStart(3, "0")
  }
  throw new ProtocolError("a bad number in a key")
}
