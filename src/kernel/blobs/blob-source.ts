import { BlobTooLargeError, type StageOptions } from "./blobs.ts"
import type { ByteStream } from "../wire.ts"

/**
 * The chunks of what is to be staged, as every blob store reads them. Throws BlobTooLargeError
 * once there are more than `maxBytes`, and the signal's reason even while the source is silent.
 * The source's iteration is ended however this ends.
 */
export function chunksOf(source: ByteStream | Uint8Array, options: StageOptions): ByteStream {
  const chunks = source instanceof Uint8Array ? single(source) : source
  return { [Symbol.asyncIterator]: () => new Chunks(chunks, options) }
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Not a generator, which takes five turns of the queue a chunk: a body has one for every 64 KB. */
class Chunks implements AsyncIterator<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #maxBytes: number
  readonly #signal: AbortSignal | undefined
  #sizeBytes = 0
  /** Of whoever waits for the next chunk. */
  #resolve: (result: IteratorResult<Uint8Array>) => void = ignore
  #reject: (reason: unknown) => void = ignore

  constructor(source: ByteStream, { maxBytes, signal }: StageOptions) {
    this.#source = source[Symbol.asyncIterator]()
    this.#maxBytes = maxBytes ?? Number.POSITIVE_INFINITY
    this.#signal = signal
    signal?.addEventListener("abort", this.#onAbort)
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    return new Promise(this.#await)
  }

  readonly #await = (
    resolve: (result: IteratorResult<Uint8Array>) => void,
    reject: (reason: unknown) => void,
  ): void => {
    this.#resolve = resolve
    this.#reject = reject
    if (this.#signal?.aborted) this.#onAbort()
    else this.#source.next().then(this.#onResult, this.#onFailure)
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#leave()
    return Promise.resolve({ done: true, value: undefined })
  }

  // Whoever iterates does not end what throws: it is taken to have ended itself.

  readonly #onResult = (result: IteratorResult<Uint8Array>): void => {
    if (result.done) {
      this.#unlisten()
    } else {
      this.#sizeBytes += result.value.length
      if (this.#sizeBytes > this.#maxBytes) {
        this.#leave()
        return this.#reject(new BlobTooLargeError(this.#maxBytes))
      }
    }
    this.#resolve(result)
  }

  readonly #onFailure = (error: unknown): void => {
    this.#unlisten()
    this.#reject(error)
  }

  readonly #onAbort = (): void => {
    this.#leave()
    this.#reject(this.#signal?.reason)
  }

  #leave(): void {
    this.#unlisten()
    // Not awaited: a silent source may never answer.
    this.#source.return?.().catch(ignore)
  }

  #unlisten(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort)
  }
}

function ignore(): void {}
