import { selectError } from "../errors.ts"

/** Bits of bytes that come in pieces, the highest bit first. Throws TruncatedInput at their end. */
export class BitReader {
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  /** Bits that were taken from their byte and not yet read. */
  #held = 0
  #count = 0

  push(piece: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), piece])
    this.#at = 0
  }

  /** Whole bytes that are there. */
  get available(): number {
    return this.#bytes.length - this.#at
  }

  /** Up to 32 bits as a number. */
  read(count: number): number {
    if (count > 24) return this.read(count - 16) * 65_536 + this.read(16)
    while (this.#count < count) {
      if (this.#at >= this.#bytes.length) throw selectError("TruncatedInput")
      this.#held = ((this.#held << 8) | (this.#bytes[this.#at++] as number)) >>> 0
      this.#count += 8
    }
    this.#count -= count
    const value = this.#held >>> this.#count
    this.#held &= (1 << this.#count) - 1
    return value & ((1 << count) - 1)
  }

  /** Drops what is left of the present byte. */
  align(): void {
    this.#count -= this.#count % 8
    this.#held = 0
    // Whole bytes that were held go back.
    this.#at -= this.#count / 8
    this.#count = 0
  }
}
