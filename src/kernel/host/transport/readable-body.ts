import type { Readable } from "node:stream"
import { BodyStream, type BodySource } from "./body-stream.ts"
import type { Connections } from "./connections.ts"
import { GrowingBytes } from "./growing-bytes.ts"
import type { TransportLimits } from "./options.ts"
import { bodyRefused, clientGone, type HostRequest } from "./request.ts"

/** What happens to a request while its body comes in. */
export interface BodyEvents {
  /** The body is in, or `request.stream` carries it. */
  ready(request: HostRequest): void
  /** The body is refused with this status. An answer may be under way already. */
  refused(status: number): void
  /** Whether the end of the source is the end of the body, and not the client's departure. */
  isComplete(): boolean
  /** The client may wait for leave to send. */
  readonly sayContinue: (() => void) | undefined
}

/** The body of a request that comes as a Node stream: node:http's or node:http2's. */
export class ReadableBody implements BodySource {
  readonly #source: Readable
  readonly #limits: TransportLimits
  readonly #request: HostRequest
  readonly #events: BodyEvents
  readonly #length: number
  #whole: GrowingBytes | undefined
  #stream: BodyStream | undefined
  #received = 0
  #ended = false
  #dropping = false
  #continueDue: boolean
  #windowSince: number
  #windowBytes = 0

  /** `length` is the announced length, or -1. */
  constructor(
    source: Readable,
    { connections, limits }: { connections: Connections; limits: TransportLimits },
    { request, length, events }: { request: HostRequest; length: number; events: BodyEvents },
  ) {
    this.#source = source
    this.#limits = limits
    this.#request = request
    this.#events = events
    this.#length = length
    this.#continueDue = events.sayContinue !== undefined
    this.#windowSince = connections.now
  }

  /** Begins to read. `events.ready` is called at once when the body is known to be large. */
  start(): void {
    const source = this.#source
    source.on("data", this.#onData)
    source.on("end", this.#onEnd)
    source.on("close", this.#onClose)
    if (this.#continueDue || this.#length > this.#limits.bufferedBodyBytes) {
      if (this.#continueDue) source.pause()
      this.#openStream()
    } else {
      this.#whole = new GrowingBytes()
    }
  }

  /** Whether an answer given now may keep the connection: the rest of the body is short. */
  get endsSoon(): boolean {
    if (this.#ended) return true
    if (this.#continueDue || this.#length < 0) return false
    return this.#length - this.#received <= this.#limits.bufferedBodyBytes
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Nobody reads on; what still comes is thrown away. */
  drop(): void {
    this.#dropping = true
    this.#whole = undefined
    if (!this.#ended) this.#source.resume()
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received += chunk.length
    this.#windowBytes += chunk.length
    if (this.#received > this.#limits.maxBodyBytes) return this.#refuse(413)
    if (this.#dropping) return
    if (this.#stream !== undefined) return this.#stream.push(chunk)
    const whole = this.#whole as GrowingBytes
    whole.append(chunk, 0, chunk.length)
    if (whole.length > this.#limits.bufferedBodyBytes) this.#openStream()
  }

  readonly #onEnd = (): void => {
    if (!this.#events.isComplete()) return this.#onClose()
    this.#ended = true
    this.#stream?.end()
    if (this.#whole === undefined) return
    this.#request.body = this.#whole.view()
    this.#whole = undefined
    this.#events.ready(this.#request)
  }

  readonly #onClose = (): void => {
    if (this.#ended) return
    this.#ended = true
    this.#whole = undefined
    this.#stream?.fail(clientGone())
  }

  #openStream(): void {
    this.#stream = new BodyStream(this)
    if (this.#whole !== undefined) this.#stream.push(this.#whole.view())
    this.#whole = undefined
    this.#request.stream = this.#stream
    this.#events.ready(this.#request)
  }

  #refuse(status: number): void {
    this.#dropping = true
    this.#whole = undefined
    this.#stream?.fail(bodyRefused(status))
    this.#events.refused(status)
  }

  sweep(now: number): void {
    if (this.#ended) return
    if (this.#stream?.held) {
      this.#windowSince = now
      this.#windowBytes = 0
    }
    if (now - this.#windowSince - this.#limits.tickMs <= this.#limits.bodyWindowMs) return
    if (this.#windowBytes < this.#limits.bodyWindowBytes) this.#refuse(408)
    this.#windowSince = now
    this.#windowBytes = 0
  }

  // The body's reader.

  wanted(): void {
    this.#sayContinue()
    if (!this.#ended) this.#source.resume()
  }

  enough(): void {
    if (!this.#ended) this.#source.pause()
  }

  abandoned(): void {
    this.drop()
  }

  #sayContinue(): void {
    if (!this.#continueDue || this.#ended) return
    this.#continueDue = false
    this.#events.sayContinue?.()
  }
}
