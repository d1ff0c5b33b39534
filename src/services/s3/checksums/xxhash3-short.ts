import { avalanche, MASK, mul, PRIME_1, PRIME_2, PRIME_4, rotate } from "./xxhash64.ts"

/** Both results of XXH3: of 64 bits, and of 128, the high half first. */
export type Wide = readonly [high: bigint, low: bigint]

const PRIME_MX1 = 0x165667919e3779f9n
const PRIME_MX2 = 0x9fb21c651e98df25n
const LOW = 0xffff_ffffn

/** XXH3's secret where none is given, as its specification lists it. */
export const SECRET = Buffer.from(
  "uP5sOSOkS758AYEs9yGtHN7UbemDkJfbckCkpLezZx/LeeZOzMDleIJa0H3M/3IhuAhGdPdDJI7gNZDmgTomTD" +
    "woUruRwwDLiNBlixtTLqNxZEiXog35TjgZ70ap3qzYqPp2P+OcND/53LvHxwtPHYpR4EvNtFkxyJ9+ydl4c2Tq" +
    "xayDNNPrw8WBoP/6E2PrFw3dUbfw2knTFlUmKdRonisWvlh9R6H8j/i40XrQMc5FyzqPlRYEKK/X+8q7S0B+",
  "base64",
)

export const word = (bytes: Buffer, at: number): bigint => bytes.readBigUInt64LE(at)
/** Two words of the secret, mixed. */
const flip = (at: number): bigint => word(SECRET, at) ^ word(SECRET, at + 8)
const flip32 = (at: number): bigint =>
  BigInt((SECRET.readUInt32LE(at) ^ SECRET.readUInt32LE(at + 4)) >>> 0)
const shift = (value: bigint, bits: bigint): bigint => value ^ (value >> bits)

/** Both halves of a product, the one on the other. */
export function fold(a: bigint, b: bigint): bigint {
  const product = a * b
  return (product & MASK) ^ (product >> 64n)
}

export const mix = (value: bigint): bigint => shift(mul(shift(value, 37n), PRIME_MX1), 32n)

function swap(value: bigint): bigint {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64LE(value)
  return bytes.readBigUInt64BE()
}

const mix16 = (bytes: Buffer, at: number, secret: number): bigint =>
  fold(word(bytes, at) ^ word(SECRET, secret), word(bytes, at + 8) ^ word(SECRET, secret + 8))

/** The three bytes that stand for one to three, and their number. */
const few = (bytes: Buffer): number =>
  ((bytes[0]! << 16) | (bytes[bytes.length >> 1]! << 24) | bytes.at(-1)! | (bytes.length << 8)) >>>
  0

/** XXH3 of 64 bits, of at most 240 bytes. */
export function short64(bytes: Buffer): bigint {
  const { length } = bytes
  if (length === 0) return avalanche(flip(56))
  if (length <= 3) return avalanche(BigInt(few(bytes)) ^ flip32(0))
  if (length <= 8) {
    const [first, last] = [bytes.readUInt32LE(0), bytes.readUInt32LE(length - 4)].map(BigInt)
    let hash = (last! + (first! << 32n)) ^ flip(8)
    hash = mul(hash ^ rotate(hash, 49n) ^ rotate(hash, 24n), PRIME_MX2)
    return shift(mul(hash ^ ((hash >> 35n) + BigInt(length)), PRIME_MX2), 28n)
  }
  if (length <= 16) {
    const [low, high] = [word(bytes, 0) ^ flip(24), word(bytes, length - 8) ^ flip(40)]
    return mix((BigInt(length) + swap(low) + high + fold(low, high)) & MASK)
  }
  return length <= 128 ? middle64(bytes) : long64(bytes)
}

function middle64(bytes: Buffer): bigint {
  const { length } = bytes
  let sum = BigInt(length) * PRIME_1
  for (let at = 0; at < Math.ceil(length / 32); at += 1)
    sum += mix16(bytes, 16 * at, 32 * at) + mix16(bytes, length - 16 * (at + 1), 32 * at + 16)
  return mix(sum & MASK)
}

function long64(bytes: Buffer): bigint {
  const { length } = bytes
  let sum = BigInt(length) * PRIME_1
  for (let at = 0; at < 8; at += 1) sum += mix16(bytes, 16 * at, 16 * at)
  sum = mix(sum & MASK) + mix16(bytes, length - 16, 119)
  for (let at = 8; at < Math.floor(length / 16); at += 1)
    sum += mix16(bytes, 16 * at, 16 * (at - 8) + 3)
  return mix(sum & MASK)
}

/** XXH3 of 128 bits, of at most 240 bytes. */
export function short128(bytes: Buffer): Wide {
  const { length } = bytes
  if (length === 0) return [avalanche(flip(80)), avalanche(flip(64))]
  if (length <= 3) {
    const low = few(bytes)
    const swapped = Buffer.from([low >>> 24, low >>> 16, low >>> 8, low]).readUInt32LE(0)
    const high = ((swapped << 13) | (swapped >>> 19)) >>> 0
    return [avalanche(BigInt(high) ^ flip32(8)), avalanche(BigInt(low) ^ flip32(0))]
  }
  if (length <= 8) return few128(bytes)
  if (length <= 16) return some128(bytes)
  return length <= 128 ? middle128(bytes) : long128(bytes)
}

function few128(bytes: Buffer): Wide {
  const { length } = bytes
  const [first, last] = [bytes.readUInt32LE(0), bytes.readUInt32LE(length - 4)].map(BigInt)
  const product = ((first! + (last! << 32n)) ^ flip(16)) * (PRIME_1 + BigInt(length << 2))
  let low = product & MASK
  const high = ((product >> 64n) + (low << 1n)) & MASK
  low = mul(shift(low ^ (high >> 3n), 35n), PRIME_MX2)
  return [mix(high), shift(low, 28n)]
}

function some128(bytes: Buffer): Wide {
  const { length } = bytes
  const [first, last] = [word(bytes, 0), word(bytes, length - 8)]
  const product = (first ^ last ^ flip(32)) * PRIME_1
  const flipped = last ^ flip(48)
  let low = ((product & MASK) + (BigInt(length - 1) << 54n)) & MASK
  const high = ((product >> 64n) + flipped + (flipped & LOW) * 0x85ebca76n) & MASK
  low ^= swap(high)
  const end = low * PRIME_2
  return [mix(((end >> 64n) + high * PRIME_2) & MASK), mix(end & MASK)]
}

/** Two lanes that are mixed with each other's input. */
class Lanes {
  low: bigint
  high = 0n
  constructor(length: number) {
    this.low = mul(BigInt(length), PRIME_1)
  }

  add(bytes: Buffer, { one, two, secret }: { one: number; two: number; secret: number }): void {
    const low = (this.low + mix16(bytes, one, secret)) & MASK
    this.low = low ^ ((word(bytes, two) + word(bytes, two + 8)) & MASK)
    const high = (this.high + mix16(bytes, two, secret + 16)) & MASK
    this.high = high ^ ((word(bytes, one) + word(bytes, one + 8)) & MASK)
  }

  end(length: number): Wide {
    const { low, high } = this
    const last = (low * PRIME_1 + high * PRIME_4 + BigInt(length) * PRIME_2) & MASK
    return [-mix(last) & MASK, mix((low + high) & MASK)]
  }
}

function middle128(bytes: Buffer): Wide {
  const { length } = bytes
  const lanes = new Lanes(length)
  for (let at = Math.ceil(length / 32) - 1; at >= 0; at -= 1)
    lanes.add(bytes, { one: 16 * at, two: length - 16 * (at + 1), secret: 32 * at })
  return lanes.end(length)
}

function long128(bytes: Buffer): Wide {
  const { length } = bytes
  const lanes = new Lanes(length)
  for (let at = 0; at < 128; at += 32) lanes.add(bytes, { one: at, two: at + 16, secret: at })
  lanes.low = mix(lanes.low)
  lanes.high = mix(lanes.high)
  for (let at = 128; at + 32 <= length; at += 32)
    lanes.add(bytes, { one: at, two: at + 16, secret: at - 125 })
  lanes.add(bytes, { one: length - 16, two: length - 32, secret: 103 })
  return lanes.end(length)
}
