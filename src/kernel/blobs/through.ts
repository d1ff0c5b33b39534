import { borrowed, type ByteStream, type LendingStream } from "../wire.ts"

/** What is done with a stream on its way. What it throws ends the stream. */
export interface Passage {
  /** Each piece, and what becomes of it. */
  piece(piece: Uint8Array): Uint8Array
  /** Once there are no more. */
  end?(): void
  /** What becomes of a piece is memory of its own: the piece itself is not looked at any more. */
  readonly anew?: boolean
}

/**
 * A stream, each piece of it passed through a function. Not a generator: those take several turns
 * of the queue for a piece, and a large body has many and goes through several of these.
 */
export function through(source: ByteStream, passage: Passage): LendingStream {
  const lend = (): Through => new Through(borrowed(source), passage)
  const keep = (): Through => new Through(source[Symbol.asyncIterator](), passage)
  return { lend, [Symbol.asyncIterator]: passage.anew ? lend : keep }
}

class Through implements AsyncIterator<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #passage: Passage

  constructor(source: AsyncIterator<Uint8Array>, passage: Passage) {
    this.#source = source
    this.#passage = passage
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    return this.#source.next().then(this.#pass)
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    await this.#source.return?.()
    return { done: true, value: undefined }
  }

  readonly #pass = (result: IteratorResult<Uint8Array>): IteratorResult<Uint8Array> => {
    if (result.done) {
      this.#passage.end?.()
      return result
    }
    try {
      return { done: false, value: this.#passage.piece(result.value) }
    } catch (error) {
      this.#source.return?.().catch(() => {})
      throw error
    }
  }
}
