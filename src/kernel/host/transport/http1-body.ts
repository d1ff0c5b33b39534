import type { Socket } from "node:net"
import { BodyStream, type BodySource } from "./body-stream.ts"
import type { TransportContext } from "./context.ts"
import { GrowingBytes } from "./growing-bytes.ts"
import { ChunkedReader, type ChunkSink } from "./http1-chunks.ts"
import type { HeadReader } from "./http1-head.ts"
import { NO_BYTES } from "./request.ts"

/** So much of a body is taken at once; then others have their turn. Node would go on 32 times. */
const TURN_BYTES = 512 * 1024

/** The body that a connection receives now. One instance serves all requests of the connection. */
export class Http1Body implements BodySource, ChunkSink {
  /** Part of the body is still to come. */
  receiving = false
  readonly #context: TransportContext
  readonly #socket: Socket
  readonly #openStream: (stream: BodyStream) => void
  readonly #sayContinue: () => void
  /** Memory of its own for what comes of a large body: whoever reads the body may take it over. */
  #own: Buffer | undefined
  #copies = false
  #turnBytes = 0
  #yields = false
  /** The reader has enough. */
  #held = false
  /** Bytes to come; not known for a chunked body. */
  #remaining = 0
  #received = 0
  #chunks: ChunkedReader | undefined
  #whole: GrowingBytes | undefined
  #stream: BodyStream | undefined
  #dropping = false
  #continueDue = false
  #windowSince = 0
  #windowBytes = 0

  constructor(
    context: TransportContext,
    socket: Socket,
    owner: { openStream: (stream: BodyStream) => void; sayContinue: () => void },
  ) {
    this.#context = context
    this.#socket = socket
    this.#openStream = owner.openStream
    this.#sayContinue = owner.sayContinue
  }

  /** Where the connection reads next, if it reads into memory that is used again. */
  readonly readInto = (): Buffer => {
    const { memory } = this.#context
    this.#copies = true
    if (this.#stream !== undefined) return (this.#own ??= memory.take())
    if (this.#own !== undefined) memory.giveBack(this.#own)
    this.#own = undefined
    return memory.shared
  }

  /** Begins the body that `head` announces, of which `atHand` bytes at most have arrived. */
  begin(head: HeadReader, atHand: number): void {
    const { limits, names } = this.#context
    this.receiving = true
    this.#remaining = head.contentLength
    this.#received = 0
    this.#chunks = head.chunked ? new ChunkedReader(names, limits) : undefined
    this.#dropping = false
    this.#continueDue = head.expectsContinue && atHand === 0
    this.#openWindow()
    // Whoever waits for leave to send gets it when the handler begins to read, or a refusal before.
    if (this.#continueDue || head.contentLength > limits.bufferedBodyBytes) this.#beginStream()
    else this.#whole = new GrowingBytes({ copies: this.#copies })
  }

  /**
   * Consumes input from `at`. Returns the position after the body's part of it, or minus an HTTP
   * status. The body is in when `receiving` is false.
   */
  read(input: Buffer, at: number): number {
    if (this.#chunks !== undefined) {
      const next = this.#chunks.read(input, at, this)
      if (this.#chunks?.done) this.#end()
      return next
    }
    const to = Math.min(input.length, at + this.#remaining)
    this.#remaining -= to - at
    const refusal = this.chunkData(input, at, to)
    if (refusal !== 0) return -refusal
    if (this.#remaining === 0) this.#end()
    return to
  }

  chunkData(bytes: Buffer, from: number, to: number): number {
    const { limits } = this.#context
    this.#received += to - from
    this.#windowBytes += to - from
    if (this.#received > limits.maxBodyBytes) return 413
    if (this.#dropping) return 0
    if (this.#stream !== undefined) {
      const piece = bytes.subarray(from, to)
      if (!this.#copies) this.#stream.push(piece)
      else if (this.#stream.pushRead(piece, this.#own)) this.#own = undefined
      this.#turnBytes += to - from
      if (this.#turnBytes >= TURN_BYTES) this.#yield()
    } else if (this.#whole !== undefined) {
      this.#whole.append(bytes, from, to)
      if (this.#whole.length > limits.bufferedBodyBytes) this.#beginStream()
    }
    return 0
  }

  /** The whole body, once, unless a stream carries it. */
  takeWhole(): Uint8Array | undefined {
    const bytes = this.#whole?.view()
    this.#whole = undefined
    return bytes
  }

  /** Whether what is still to come may be waited for after the answer: it is short, and sure. */
  get endsSoon(): boolean {
    if (!this.receiving) return true
    if (this.#continueDue || this.#chunks !== undefined) return false
    return this.#remaining <= this.#context.limits.bufferedBodyBytes
  }

  /** The answer is out before the body was in: the rest is read and thrown away. */
  drop(): void {
    this.#dropping = true
    this.#whole = undefined
    this.#stream = undefined
    this.#held = false
    this.#openWindow()
    this.#socket.resume()
  }

  /** No more comes, or no more is wanted. */
  fail(error: () => Error): void {
    this.#stream?.fail(error())
    this.#stream = undefined
    this.#whole = undefined
  }

  /** Whether the client is slower than it may be. */
  tooSlow(now: number): boolean {
    const { limits } = this.#context
    if (this.#stream?.held) this.#openWindow()
    if (now - this.#windowSince - limits.tickMs <= limits.bodyWindowMs) return false
    const slow = this.#windowBytes < limits.bodyWindowBytes
    this.#openWindow()
    return slow
  }

  #beginStream(): void {
    const stream = new BodyStream(this)
    stream.push(this.takeWhole() ?? NO_BYTES)
    this.#stream = stream
    this.#openStream(stream)
  }

  #end(): void {
    this.receiving = false
    this.#chunks = undefined
    this.#continueDue = false
    const stream = this.#stream
    if (stream === undefined) return
    this.#stream = undefined
    this.#held = false
    stream.end()
    this.#socket.resume()
  }

  #yield(): void {
    this.#turnBytes = 0
    if (this.#yields) return
    this.#yields = true
    this.#socket.pause()
    setImmediate(this.#goOn)
  }

  readonly #goOn = (): void => {
    this.#yields = false
    if (this.receiving && !this.#held) this.#socket.resume()
  }

  #openWindow(): void {
    this.#windowSince = this.#context.connections.now
    this.#windowBytes = 0
  }

  #grantContinue(): void {
    if (!this.#continueDue) return
    this.#continueDue = false
    this.#sayContinue()
  }

  // The stream's reader.

  wanted(): void {
    if (this.#stream === undefined) return
    this.#grantContinue()
    this.#held = false
    if (!this.#yields) this.#socket.resume()
  }

  enough(): void {
    this.#held = this.receiving
    if (this.#held) this.#socket.pause()
  }

  abandoned(): void {
    this.#held = false
    this.#socket.resume()
  }

  giveBack(memory: Buffer): void {
    this.#context.memory.giveBack(memory)
  }
}
