import { NO_BYTES } from "./request.ts"

const SMALLEST = 1024

/**
 * Bytes that arrive in pieces. Memory stays in proportion to what has really arrived, however
 * small the pieces and whatever length was announced. A single piece is not copied, unless its
 * memory is used again.
 */
export class GrowingBytes {
  readonly #copies: boolean
  #bytes: Uint8Array = NO_BYTES
  #borrowed = false
  length = 0

  constructor({ copies = false }: { copies?: boolean } = {}) {
    this.#copies = copies
  }

  append(source: Uint8Array, from: number, to: number): void {
    const size = to - from
    if (size === 0) return
    if (this.length === 0 && !this.#copies) {
      this.#bytes = from === 0 && to === source.length ? source : source.subarray(from, to)
      this.#borrowed = true
      this.length = size
      return
    }
    const needed = this.length + size
    if (this.#borrowed || needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(SMALLEST, needed, this.length * 2))
      larger.set(this.#bytes.subarray(0, this.length))
      this.#bytes = larger
      this.#borrowed = false
    }
    this.#bytes.set(source.subarray(from, to), this.length)
    this.length = needed
  }

  view(): Uint8Array {
    return this.#bytes.length === this.length ? this.#bytes : this.#bytes.subarray(0, this.length)
  }

  clear(): void {
    this.#bytes = NO_BYTES
    this.length = 0
  }
}
