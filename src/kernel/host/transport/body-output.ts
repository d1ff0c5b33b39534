import type { Writable } from "node:stream"
import type { ByteStream, WireResponse } from "../../wire.ts"
import type { Connections } from "./connections.ts"
import type { TransportLimits } from "./options.ts"

/** Larger bodies leave in slices, so that a slow client's progress can be seen. */
const SLICE_BYTES = 1024 * 1024

export function isStream(body: WireResponse["body"]): body is ByteStream {
  return typeof body !== "string" && !(body instanceof Uint8Array)
}

/** Whether a body is written in pieces rather than in one go. */
export function isLong(body: WireResponse["body"]): boolean {
  return isStream(body) || body.length > SLICE_BYTES
}

export function byteLength(body: string | Uint8Array): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.length
}

/** Lets a streamed answer that nobody will read give back what it holds. */
export function discard(response: WireResponse, report: (error: unknown) => void): void {
  if (!isStream(response.body)) return
  response.body[Symbol.asyncIterator]().return?.().then(undefined, report)
}

/** Where a body goes, piece by piece. */
export interface PieceSink {
  /** Nobody takes anything any more. */
  readonly gone: boolean
  /** Returns false when `drained` should be waited for. */
  write(bytes: Uint8Array): boolean
  /** Resolves when more is wanted, or the client is gone. */
  drained(): Promise<void>
}

/**
 * Writes a body at the client's pace. `length` is the announced length, or -1 when none was.
 * Rejects when the body fails or is not as long as announced: the answer must then be broken off,
 * which is the one way to tell the client.
 */
export async function writePieces(
  sink: PieceSink,
  body: WireResponse["body"],
  length: number,
): Promise<void> {
  let left = length
  for await (const piece of pieces(body)) {
    if (length >= 0) {
      left -= piece.length
      if (left < 0) throw new RangeError("The body is longer than its Content-Length.")
    }
    for (let at = 0; at < piece.length; at += SLICE_BYTES) {
      if (sink.gone) return
      const whole = piece.length <= SLICE_BYTES
      if (!sink.write(whole ? piece : piece.subarray(at, at + SLICE_BYTES))) await sink.drained()
    }
    if (sink.gone) return
  }
  if (left > 0) throw new RangeError("The body is shorter than its Content-Length.")
}

function pieces(body: WireResponse["body"]): AsyncIterable<Uint8Array> | Uint8Array[] {
  if (isStream(body)) return body
  return [typeof body === "string" ? Buffer.from(body, "utf8") : body]
}

/** A Node stream as a sink: an answer of node:http or a stream of node:http2. */
export class WritableSink implements PieceSink {
  readonly #writable: Writable
  readonly #connections: Connections
  #wake: (() => void) | undefined
  #stalledSince = 0

  constructor(writable: Writable, connections: Connections) {
    this.#writable = writable
    this.#connections = connections
    writable.on("drain", this.#awake)
    writable.on("close", this.#awake)
  }

  get gone(): boolean {
    return this.#writable.destroyed || this.#writable.writableEnded
  }

  write(bytes: Uint8Array): boolean {
    return this.#writable.write(bytes)
  }

  drained(): Promise<void> {
    if (this.gone) return Promise.resolve()
    this.#stalledSince = this.#connections.now
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Whether the client has taken nothing of what waits for it, for too long. */
  stalled(now: number, limits: TransportLimits): boolean {
    if (this.#wake === undefined) return false
    return now - this.#stalledSince - limits.tickMs > limits.writeStallMs
  }

  readonly #awake = (): void => {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}
