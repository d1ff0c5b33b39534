import type { LendingStream } from "../../wire.ts"

/** Where a streamed body comes from: a connection that can be held back. */
export interface BodySource {
  /** The reader wants bytes: ask for them (`100 Continue`), or let them flow again. */
  wanted(): void
  /** Enough is waiting: stop reading from the client. */
  enough(): void
  /** The reader left before the end; what still comes is of no use. */
  abandoned(): void
  /** Memory of pieces that the reader has done with. */
  giveBack?(memory: Buffer): void
}

interface Piece {
  readonly bytes: Uint8Array
  /** All that its memory holds. */
  readonly memory: Buffer | undefined
}

const HIGH_WATER_BYTES = 512 * 1024
const LOW_WATER_BYTES = 128 * 1024

/** A request body on its way to one reader, holding the client back when the reader is slower. */
export class BodyStream implements AsyncIterableIterator<Uint8Array>, LendingStream {
  readonly #source: BodySource
  #queue: Piece[] = []
  #head = 0
  #queuedBytes = 0
  #ended = false
  #error: Error | undefined
  #held = false
  #started = false
  /** The reader does not keep pieces. */
  #lends = false
  /** Of the piece that the reader has, if it was lent. */
  #lent: Buffer | undefined
  #waiting: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined

  constructor(source: BodySource) {
    this.#source = source
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  lend(): this {
    this.#lends = true
    return this
  }

  /** True while the reader, not the client, is the slow one. */
  get held(): boolean {
    return this.#held || !this.#started
  }

  push(piece: Uint8Array): void {
    this.#push(piece, undefined)
  }

  /**
   * As `push`, of bytes whose memory is used again. Returns whether all of `memory`, where they lie,
   * went with them; else they are copied.
   */
  pushRead(piece: Uint8Array, memory: Buffer | undefined): boolean {
    if (this.#ended || piece.length === 0) return false
    const atOnce = this.#waiting !== undefined && this.#lends
    // Of what waits, little would hold much.
    const taken = memory !== undefined && (atOnce || piece.length >= memory.length / 2)
    if (taken) this.#push(piece, memory)
    else this.#push(Uint8Array.prototype.slice.call(piece), undefined)
    return taken
  }

  #push(bytes: Uint8Array, memory: Buffer | undefined): void {
    if (this.#ended || bytes.length === 0) return
    const waiting = this.#waiting
    if (waiting !== undefined) {
      this.#waiting = undefined
      this.#lent = this.#lends ? memory : undefined
      waiting.resolve({ done: false, value: bytes })
      return
    }
    this.#queue.push({ bytes, memory })
    this.#queuedBytes += bytes.length
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
    this.#takeBack()
    const piece = this.#queue[this.#head]
    if (piece !== undefined) {
      this.#shift(piece)
      return Promise.resolve({ done: false, value: piece.bytes })
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
    this.#takeBack()
    if (!this.#ended) {
      this.#ended = true
      this.#source.abandoned()
    }
    this.#queue = []
    this.#head = 0
    this.#queuedBytes = 0
    return Promise.resolve({ done: true, value: undefined })
  }

  #takeBack(): void {
    if (this.#lent !== undefined) this.#source.giveBack?.(this.#lent)
    this.#lent = undefined
  }

  #shift({ bytes, memory }: Piece): void {
    this.#lent = this.#lends ? memory : undefined
    this.#queue[this.#head] = undefined as never
    this.#head++
    if (this.#head === this.#queue.length) {
      this.#queue = []
      this.#head = 0
    }
    this.#queuedBytes -= bytes.length
    this.#started = true
    if (this.#held && this.#queuedBytes <= LOW_WATER_BYTES) {
      this.#held = false
      this.#source.wanted()
    }
  }
}
