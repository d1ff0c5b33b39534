import { fold, mix, SECRET, short128, short64, word } from "./xxhash3-short.ts"
import { MASK, mul, PRIME_1, PRIME_2, PRIME_3, PRIME_4, PRIME_5 } from "./xxhash64.ts"

const SHORT_BYTES = 240
const STRIPE_BYTES = 64
const STRIPES_EACH = 16
const PRIME32_1 = 0x9e3779b1n
const PRIME32_2 = 0x85ebca77n
const PRIME32_3 = 0xc2b2ae3dn
const LOW = 0xffff_ffffn

/** XXH3 with seed 0 and the usual secret, of 64 or of 128 bits: the highest byte first. */
export class XxHash3 {
  readonly #isWide: boolean
  readonly #lanes = [
    ...[PRIME32_3, PRIME_1, PRIME_2, PRIME_3],
    ...[PRIME_4, PRIME32_2, PRIME_5, PRIME32_1],
  ]
  /** What no lane has yet: of a long input never nothing. */
  #pending: Buffer = Buffer.alloc(0)
  /** The last 64 bytes. */
  #last: Buffer = Buffer.alloc(0)
  #stripes = 0
  #length = 0

  constructor(bits: 64 | 128) {
    this.#isWide = bits === 128
  }

  update(bytes: Uint8Array): this {
    this.#length += bytes.length
    const data = Buffer.concat([this.#pending, bytes])
    let at = 0
    if (this.#length > SHORT_BYTES)
      for (; data.length - at > STRIPE_BYTES; at += STRIPE_BYTES) this.#take(data, at)
    const end = bytes.subarray(Math.max(0, bytes.length - STRIPE_BYTES))
    this.#last = Buffer.concat([this.#last, end]).subarray(-STRIPE_BYTES)
    this.#pending = data.subarray(at)
    return this
  }

  digest(): Buffer {
    const digest = Buffer.allocUnsafe(this.#isWide ? 16 : 8)
    const [high, low] = this.#isWide ? this.#wide() : [this.#narrow(), 0n]
    digest.writeBigUInt64BE(high)
    if (this.#isWide) digest.writeBigUInt64BE(low, 8)
    return digest
  }

  #narrow(): bigint {
    if (this.#length <= SHORT_BYTES) return short64(this.#pending)
    return this.#merged(this.#ended(), { secret: 11, start: BigInt(this.#length) * PRIME_1 })
  }

  #wide(): readonly [bigint, bigint] {
    if (this.#length <= SHORT_BYTES) return short128(this.#pending)
    const lanes = this.#ended()
    const length = BigInt(this.#length)
    const low = this.#merged(lanes, { secret: 11, start: length * PRIME_1 })
    return [this.#merged(lanes, { secret: 117, start: ~mul(length, PRIME_2) }), low]
  }

  #take(data: Buffer, at: number): void {
    accumulate(this.#lanes, { data, at, secret: 8 * (this.#stripes % STRIPES_EACH) })
    this.#stripes += 1
    if (this.#stripes % STRIPES_EACH !== 0) return
    for (const [index, lane] of this.#lanes.entries())
      this.#lanes[index] = mul(lane ^ (lane >> 47n) ^ word(SECRET, 128 + 8 * index), PRIME32_1)
  }

  #ended(): bigint[] {
    const lanes = [...this.#lanes]
    accumulate(lanes, { data: this.#last, at: 0, secret: 121 })
    return lanes
  }

  #merged(lanes: readonly bigint[], { secret, start }: { secret: number; start: bigint }): bigint {
    let hash = start
    for (let at = 0; at < 8; at += 2)
      hash += fold(
        lanes[at]! ^ word(SECRET, secret + 8 * at),
        lanes[at + 1]! ^ word(SECRET, secret + 8 * at + 8),
      )
    return mix(hash & MASK)
  }
}

function accumulate(
  lanes: bigint[],
  { data, at, secret }: { data: Buffer; at: number; secret: number },
): void {
  for (let lane = 0; lane < 8; lane += 1) {
    const value = word(data, at + 8 * lane)
    const key = value ^ word(SECRET, secret + 8 * lane)
    lanes[lane ^ 1] = (lanes[lane ^ 1]! + value) & MASK
    lanes[lane] = (lanes[lane]! + (key & LOW) * (key >> 32n)) & MASK
  }
}
