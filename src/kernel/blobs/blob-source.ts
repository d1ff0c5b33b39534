import { BlobTooLargeError, type StageOptions } from "./blobs.ts"
import type { ByteStream } from "../wire.ts"

/**
 * The chunks of what is to be staged, as every blob store reads them. Throws BlobTooLargeError
 * once there are more than `maxBytes`, and the signal's reason even while the source is silent.
 * The source's iteration is ended however this ends.
 */
export async function* chunksOf(
  source: ByteStream | Uint8Array,
  { maxBytes = Number.POSITIVE_INFINITY, signal }: StageOptions,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted()
  const chunks = source instanceof Uint8Array ? [source] : interruptible(source, signal)
  let sizeBytes = 0
  for await (const chunk of chunks) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw new BlobTooLargeError(maxBytes)
    yield chunk
  }
  signal?.throwIfAborted()
}

function interruptible(source: ByteStream, signal: AbortSignal | undefined): ByteStream {
  if (!signal) return source
  const chunks = source[Symbol.asyncIterator]()
  const end = (): void => {
    // Not awaited: a silent source may never answer.
    chunks.return?.().catch(() => {})
  }
  const next = (): Promise<IteratorResult<Uint8Array>> =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        // Whoever iterates does not end what throws: it is taken to have ended itself.
        end()
        reject(signal.reason as Error)
      }
      if (signal.aborted) return abort()
      signal.addEventListener("abort", abort, { once: true })
      chunks
        .next()
        .then(resolve, reject)
        .finally(() => signal.removeEventListener("abort", abort))
    })
  const leave = (): Promise<IteratorResult<Uint8Array>> => {
    end()
    return Promise.resolve({ done: true, value: undefined })
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) }
}
