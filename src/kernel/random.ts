/** Where random bytes come from: the machine, or a seed. */
export interface RandomSource {
  /** `count` bytes of the stream `name`. Streams do not disturb each other. */
  bytes(name: string, count: number): Uint8Array
}

const HEX = "0123456789abcdef"
const DASH = 0x2d

/** A named stream of randomness inside a transaction. */
export class RandomStream {
  readonly #source: RandomSource
  readonly #name: string

  constructor(source: RandomSource, name: string) {
    this.#source = source
    this.#name = name
  }

  bytes(count: number): Uint8Array {
    return this.#source.bytes(this.#name, count)
  }

  hex(digits: number): string {
    return this.string(digits, HEX)
  }

  /** A version 4 UUID. */
  uuid(): string {
    const bytes = this.#source.bytes(this.#name, 16)
    // Bytes, then text at once: joining digits to a string makes as many strings.
    const text = Buffer.allocUnsafe(36)
    for (let i = 0, at = 0; i < 16; i += 1) {
      let byte = bytes[i] as number
      if (i === 6) byte = (byte & 0x0f) | 0x40
      if (i === 8) byte = (byte & 0x3f) | 0x80
      if (i === 4 || i === 6 || i === 8 || i === 10) text[at++] = DASH
      text[at++] = HEX.charCodeAt(byte >> 4)
      text[at++] = HEX.charCodeAt(byte & 15)
    }
    return text.toString("latin1")
  }

  /** An integer from 0 to `limit` − 1, evenly distributed; `limit` at most 2^32. */
  integer(limit: number): number {
    if (limit < 1 || limit > 2 ** 32) throw new RangeError(`bad limit ${limit}`)
    const fair = Math.floor(2 ** 32 / limit) * limit
    for (;;) {
      const b = this.#source.bytes(this.#name, 4)
      const drawn = new DataView(b.buffer, b.byteOffset, 4).getUint32(0)
      if (drawn < fair) return drawn % limit
    }
  }

  /** A string of `length` characters of `alphabet` (at most 256 different ones). */
  string(length: number, alphabet: string): string {
    const size = alphabet.length
    const fair = 256 - (256 % size)
    let text = ""
    while (text.length < length) {
      for (const byte of this.#source.bytes(this.#name, length - text.length + 4)) {
        if (byte < fair && text.length < length) text += alphabet[byte % size] as string
      }
    }
    return text
  }
}
