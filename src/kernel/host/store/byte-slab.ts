const SLAB_BYTES = 64 * 1024
/** A longer value has memory of its own. */
const LONGEST = SLAB_BYTES / 8

/**
 * Copies small values into few pieces of memory: one of its own for each would cost more to make
 * and to give back than the copy. What is left of a piece keeps all of it: copies are for those who
 * keep no more than was written since the last checkpoint.
 */
export class ByteSlab {
  #memory = new ArrayBuffer(0)
  #used = 0

  copy(value: Uint8Array): Uint8Array {
    const { length } = value
    if (length > LONGEST) return new Uint8Array(value)
    if (this.#used + length > this.#memory.byteLength) {
      this.#memory = new ArrayBuffer(SLAB_BYTES)
      this.#used = 0
    }
    const copy = new Uint8Array(this.#memory, this.#used, length)
    copy.set(value)
    this.#used += length
    return copy
  }
}
