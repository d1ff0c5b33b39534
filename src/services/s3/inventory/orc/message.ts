const CONTINUES = 0x80
const MASK = 0x7fn
/** Wire types of Protocol Buffers. */
const VARINT = 0
const LENGTH_DELIMITED = 2

/** Base 128, the low bits first. `value` is not negative. */
export function pushVarint(into: number[], value: bigint): void {
  let left = value
  while (left > MASK) {
    into.push(Number(left & MASK) | CONTINUES)
    left >>= 7n
  }
  into.push(Number(left))
}

export const zigzag = (value: bigint): bigint => (value < 0n ? -value * 2n - 1n : value * 2n)

/** A message of Protocol Buffers, of its fields in their order. */
export class Message {
  readonly #bytes: number[] = []

  uint(field: number, value: number): this {
    this.#tag(field, VARINT)
    pushVarint(this.#bytes, BigInt(value))
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, LENGTH_DELIMITED)
    pushVarint(this.#bytes, BigInt(value.length))
    for (const byte of value) this.#bytes.push(byte)
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value))
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.encoded())
  }

  /** Repeated numbers in one field. */
  packed(field: number, values: readonly number[]): this {
    const all: number[] = []
    for (const value of values) pushVarint(all, BigInt(value))
    return this.bytes(field, Uint8Array.from(all))
  }

  encoded(): Buffer {
    return Buffer.from(this.#bytes)
  }

  #tag(field: number, type: number): void {
    pushVarint(this.#bytes, BigInt(field * 8 + type))
  }
}
