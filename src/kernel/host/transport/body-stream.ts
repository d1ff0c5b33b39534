/** Where a streamed body comes from: a connection that can be held back. */
export interface BodySource {
  /** The reader wants bytes: ask for them (`100 Continue`), or let them flow again. */
  wanted(): void
  /** Enough is waiting: stop reading from the client. */
  enough(): void
  /** The reader left before the end; what still comes is of no use. */
  abandoned(): void
}

const HIGH_WATER_BYTES = 512 * 1024
const LOW_WATER_BYTES = 128 * 1024

/** A request body on its way to one reader, holding the client back when the reader is slower. */
export class BodyStream implements AsyncIterableIterator<Uint8Array> {
  readonly #source: BodySource
  #queue: Uint8Array[] = []
  #head = 0
  #queuedBytes = 0
  #ended = false
  #error: Error | undefined
  #held = false
  #started = false
  #waiting: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined

  constructor(source: BodySource) {
    this.#source = source
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** True while the reader, not the client, is the slow one. */
  get held(): boolean {
    return this.#held || !this.#started
  }

  push(piece: Uint8Array): void {
    if (this.#ended || piece.length === 0) return
    const waiting = this.#waiting
    if (waiting !== undefined) {
      this.#waiting = undefined
      waiting.resolve({ done: false, value: piece })
      return
    }
    this.#queue.push(piece)
    this.#queuedBytes += piece.length
    if (this.#queuedBytes >= HIGH_WATER_BYTES && !this.#held) {
      this.#held = true
      this.#source.enough()
    }
  }

  end(): void {
    this.#ended = true
    this.#waiting?.resolve({ done: true, value: undefined })
    this.#waiting = undefined
  }

  /** What was already received can still be read; then the reader meets the error. */
  fail(error: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const piece = this.#queue[this.#head]
    if (piece !== undefined) {
      this.#shift(piece)
      return Promise.resolve({ done: false, value: piece })
    }
    if (this.#error !== undefined) return Promise.reject(this.#error)
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    if (this.#waiting !== undefined)
      return Promise.reject(new Error("A request body has one reader."))
    this.#waiting = Promise.withResolvers()
    const { promise } = this.#waiting
    this.#started = true
    this.#source.wanted()
    return promise
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#ended) {
      this.#ended = true
      this.#source.abandoned()
    }
    this.#queue = []
    this.#head = 0
    this.#queuedBytes = 0
    return Promise.resolve({ done: true, value: undefined })
  }

  #shift(piece: Uint8Array): void {
    this.#queue[this.#head] = undefined as never
    this.#head++
    if (this.#head === this.#queue.length) {
      this.#queue = []
      this.#head = 0
    }
    this.#queuedBytes -= piece.length
    this.#started = true
    if (this.#held && this.#queuedBytes <= LOW_WATER_BYTES) {
      this.#held = false
      this.#source.wanted()
    }
  }
}
