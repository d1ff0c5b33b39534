import type { Socket } from "node:net"
import type { WireResponse } from "../../wire.ts"
import {
  byteLength,
  discard,
  isLong,
  isStream,
  type PieceSink,
  writePieces,
} from "./body-output.ts"
import { internalError, type TransportContext } from "./context.ts"
import { writeChunk, writeText, writeWhole } from "./http1-output.ts"
import {
  CHUNKED,
  type ConnectionLine,
  DECLARED,
  declaredLength,
  KEEP_SILENT,
  NO_BODY,
  SAY_CLOSE,
  SAY_KEEP_ALIVE,
  UNTIL_CLOSE,
} from "./response-head.ts"

/** The answering half of a connection. */
export class Http1Writer implements PieceSink {
  /** The answer to the current request has begun: no other can be given. */
  begun = false
  readonly #context: TransportContext
  readonly #socket: Socket
  #isHead = false
  #http10 = false
  #chunked = false
  #whenDrained: (() => void) | undefined
  #stalledSince = 0

  constructor(context: TransportContext, socket: Socket) {
    this.#context = context
    this.#socket = socket
  }

  begin(isHead: boolean, http10: boolean): void {
    this.begun = false
    this.#isHead = isHead
    this.#http10 = http10
  }

  /**
   * Writes the answer, then calls `done` with whether the connection can go on. An answer that
   * cannot be written as HTTP becomes a 500.
   */
  answer(response: WireResponse, keepAlive: boolean, done: (keep: boolean) => void): void {
    const { report, closing } = this.#context
    try {
      this.#answer(response, keepAlive && !closing, done)
    } catch (error) {
      report(error)
      discard(response, report)
      if (this.begun) return void this.#socket.destroy()
      this.#answer(internalError(), keepAlive && !closing, done)
    }
  }

  #answer(response: WireResponse, keepAlive: boolean, done: (keep: boolean) => void): void {
    const { heads } = this.#context
    const { body, status } = response
    const line = this.#connectionLine(keepAlive)
    if (this.#isHead || status === 304 || status === 204) {
      const head = heads.text(response, this.#silentLength(response), line)
      this.begun = true
      this.#socket.write(head, "latin1")
      discard(response, this.#context.report)
      this.#settle(!heads.closes, done)
    } else if (isLong(body)) {
      this.#answerLong(response, line, done)
    } else if (typeof body === "string") {
      const length = Buffer.byteLength(body)
      const head = heads.text(response, length, line)
      this.begun = true
      writeText(this.#socket, head, { body, bytes: length })
      this.#settle(!heads.closes, done)
    } else {
      const head = heads.text(response, (body as Uint8Array).length, line)
      this.begun = true
      writeWhole(this.#socket, head, body as Uint8Array)
      this.#settle(!heads.closes, done)
    }
  }

  #answerLong(response: WireResponse, line: ConnectionLine, done: (keep: boolean) => void): void {
    const { heads, report } = this.#context
    const { body } = response
    const length = isStream(body) ? declaredLength(response.headers) : byteLength(body)
    const raw = length < 0 && this.#http10
    const framing = length >= 0 ? (isStream(body) ? DECLARED : length) : raw ? UNTIL_CLOSE : CHUNKED
    const head = heads.text(response, framing, raw ? SAY_CLOSE : line)
    const keep = !heads.closes
    this.begun = true
    this.#chunked = framing === CHUNKED
    // The head leaves together with what the body has to say at once, but does not wait for more.
    this.#socket.cork()
    setImmediate(() => this.#socket.uncork())
    this.#socket.write(head, "latin1")
    writePieces(this, body, length).then(
      () => {
        if (this.#chunked) this.#socket.write("0\r\n\r\n", "latin1")
        this.#settle(keep, done)
      },
      (error: unknown) => {
        report(error)
        this.#socket.destroy()
      },
    )
  }

  #connectionLine(keepAlive: boolean): ConnectionLine {
    if (!keepAlive) return SAY_CLOSE
    return this.#http10 ? SAY_KEEP_ALIVE : KEEP_SILENT
  }

  /** What an answer without a body may say about the length it would have had. */
  #silentLength({ body, headers, status }: WireResponse): number {
    if (status === 204 || isStream(body) || declaredLength(headers) >= 0) return NO_BODY
    return this.#isHead || body.length > 0 ? byteLength(body) : NO_BODY
  }

  /** The next request waits until this answer has left for the socket. */
  #settle(keep: boolean, done: (keep: boolean) => void): void {
    if (!keep || !this.#socket.writableNeedDrain) return done(keep)
    void this.drained().then(() => done(keep))
  }

  get gone(): boolean {
    return this.#socket.destroyed
  }

  write(bytes: Uint8Array): boolean {
    return this.#chunked ? writeChunk(this.#socket, bytes) : this.#socket.write(bytes)
  }

  drained(): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve()
    this.#stalledSince = this.#context.connections.now
    return new Promise((resolve) => {
      this.#whenDrained = resolve
    })
  }

  /** The socket wants more, or is gone. */
  readonly wake = (): void => {
    const resolve = this.#whenDrained
    this.#whenDrained = undefined
    resolve?.()
  }

  /** Whether the client has taken nothing of what waits for it, for too long. */
  stalled(now: number): boolean {
    const { limits } = this.#context
    return (
      this.#whenDrained !== undefined &&
      now - this.#stalledSince - limits.tickMs > limits.writeStallMs
    )
  }
}
