/** Arithmetic of 64 bits, as the specification of xxHash has it. */
export const MASK = 0xffff_ffff_ffff_ffffn
export const PRIME_1 = 0x9e3779b185ebca87n
export const PRIME_2 = 0xc2b2ae3d27d4eb4fn
export const PRIME_3 = 0x165667b19e3779f9n
export const PRIME_4 = 0x85ebca77c2b2ae63n
export const PRIME_5 = 0x27d4eb2f165667c5n

export const mul = (a: bigint, b: bigint): bigint => (a * b) & MASK
export const rotate = (value: bigint, bits: bigint): bigint =>
  ((value << bits) | (value >> (64n - bits))) & MASK

/** The last mixing of XXH64. */
export function avalanche(value: bigint): bigint {
  let hash = mul(value ^ (value >> 33n), PRIME_2)
  hash = mul(hash ^ (hash >> 29n), PRIME_3)
  return hash ^ (hash >> 32n)
}

const STRIPE_BYTES = 32

/** XXH64 with seed 0: eight bytes, the highest first. */
export class XxHash64 {
  readonly #lanes = [(PRIME_1 + PRIME_2) & MASK, PRIME_2, 0n, (MASK + 1n - PRIME_1) & MASK]
  #pending: Buffer = Buffer.alloc(0)
  #length = 0

  update(bytes: Uint8Array): this {
    this.#length += bytes.length
    const data = Buffer.concat([this.#pending, bytes])
    let at = 0
    for (; data.length - at >= STRIPE_BYTES; at += STRIPE_BYTES)
      for (let lane = 0; lane < 4; lane += 1)
        this.#lanes[lane] = round(this.#lanes[lane]!, data.readBigUInt64LE(at + 8 * lane))
    this.#pending = data.subarray(at)
    return this
  }

  digest(): Buffer {
    let hash = this.#length >= STRIPE_BYTES ? this.#merged() : PRIME_5
    hash = (hash + BigInt(this.#length)) & MASK
    const rest = this.#pending
    let at = 0
    for (; rest.length - at >= 8; at += 8)
      hash = next(hash ^ round(0n, rest.readBigUInt64LE(at)), {
        turn: 27n,
        by: PRIME_1,
        add: PRIME_4,
      })
    if (rest.length - at >= 4) {
      const word = mul(BigInt(rest.readUInt32LE(at)), PRIME_1)
      hash = next(hash ^ word, { turn: 23n, by: PRIME_2, add: PRIME_3 })
      at += 4
    }
    for (; at < rest.length; at += 1)
      hash = next(hash ^ mul(BigInt(rest[at]!), PRIME_5), { turn: 11n, by: PRIME_1, add: 0n })
    const digest = Buffer.allocUnsafe(8)
    digest.writeBigUInt64BE(avalanche(hash))
    return digest
  }

  #merged(): bigint {
    let hash = 0n
    for (const [lane, turn] of [1n, 7n, 12n, 18n].entries())
      hash = (hash + rotate(this.#lanes[lane]!, turn)) & MASK
    for (const lane of this.#lanes) hash = (mul(hash ^ round(0n, lane), PRIME_1) + PRIME_4) & MASK
    return hash
  }
}

const round = (lane: bigint, word: bigint): bigint =>
  mul(rotate((lane + word * PRIME_2) & MASK, 31n), PRIME_1)

const next = (hash: bigint, { turn, by, add }: { turn: bigint; by: bigint; add: bigint }): bigint =>
  (rotate(hash, turn) * by + add) & MASK
