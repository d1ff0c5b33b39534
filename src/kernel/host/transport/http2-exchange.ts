import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2"
import type { WireResponse } from "../../wire.ts"
import { byteLength, discard, isLong, isStream, WritableSink, writePieces } from "./body-output.ts"
import { internalError, type TransportContext } from "./context.ts"
import { type BodyEvents, ReadableBody } from "./readable-body.ts"
import type { HostRequest } from "./request.ts"
import { checkedHeader, checkStatus, declaredLength, isFraming } from "./response-head.ts"

/** What a session keeps track of for each of its streams. */
export interface StreamWork {
  sweep(now: number): void
  abort(): void
}

/** A stream whose request is refused before it is one. What it still sends is thrown away. */
export class RefusedStream implements StreamWork {
  readonly #context: TransportContext
  readonly #stream: ServerHttp2Stream
  readonly #since: number

  constructor(
    context: TransportContext,
    { stream, status }: { stream: ServerHttp2Stream; status: number },
  ) {
    this.#context = context
    this.#stream = stream
    this.#since = context.connections.now
    stream.respond({ ":status": status }, { endStream: true })
    stream.resume()
  }

  sweep(now: number): void {
    const { limits } = this.#context
    if (now - this.#since - limits.tickMs > limits.lingerMs) {
      this.#stream.close(constants.NGHTTP2_NO_ERROR)
    }
  }

  abort(): void {}
}

/** One request and its answer: a stream of an HTTP/2 session. */
export class Http2Exchange implements BodyEvents, StreamWork {
  /** Told when a handler begins (1) and when it is done (-1). */
  onWork: (change: 1 | -1) => void = () => {}
  sayContinue: (() => void) | undefined
  readonly #context: TransportContext
  readonly #request: HostRequest
  readonly #stream: ServerHttp2Stream
  #body: ReadableBody | undefined
  #sink: WritableSink | undefined
  #answeredAt: number | undefined

  constructor(
    context: TransportContext,
    { request, stream }: { request: HostRequest; stream: ServerHttp2Stream },
  ) {
    this.#context = context
    this.#request = request
    this.#stream = stream
  }

  start(bodyless: boolean): void {
    const { headers } = this.#request
    if (bodyless) return this.ready(this.#request)
    if (headers["expect"]?.toLowerCase() === "100-continue") {
      this.sayContinue = () => {
        if (!this.#stream.destroyed) this.#stream.additionalHeaders({ ":status": 100 })
      }
    }
    this.#body = new ReadableBody(this.#stream, this.#context, {
      request: this.#request,
      length: headers["content-length"] === undefined ? -1 : Number(headers["content-length"]),
      events: this,
    })
    this.#body.start()
  }

  abort(): void {
    this.#request.abort()
  }

  sweep(now: number): void {
    const { limits } = this.#context
    if (this.#sink?.stalled(now, limits)) this.#stream.close(constants.NGHTTP2_CANCEL)
    else if (this.#answeredAt === undefined) this.#body?.sweep(now)
    else this.#sweepAnswered(now - this.#answeredAt - limits.tickMs)
  }

  /**
   * The answer is given, and the stream still open: the client is slow to take it, or sends on.
   * RFC 9113 section 8.1 asks the latter to stop, but a reset at once could overtake the answer.
   */
  #sweepAnswered(waited: number): void {
    const { limits } = this.#context
    if (this.#body?.ended === false) {
      if (waited > limits.lingerMs) this.#stream.close(constants.NGHTTP2_NO_ERROR)
    } else if (waited > limits.writeStallMs) {
      this.#stream.close(constants.NGHTTP2_CANCEL)
    }
  }

  // The body's events.

  isComplete(): boolean {
    return !this.#stream.aborted
  }

  ready(request: HostRequest): void {
    this.onWork(1)
    let answer: WireResponse | Promise<WireResponse>
    try {
      answer = this.#context.handle(request)
    } catch (error) {
      return this.#onFailure(error)
    }
    if (answer instanceof Promise) answer.then(this.#onAnswer, this.#onFailure)
    else this.#onAnswer(answer)
  }

  refused(status: number): void {
    this.#request.abort()
    if (this.#stream.headersSent || this.#stream.destroyed) {
      this.#stream.close(constants.NGHTTP2_CANCEL)
    } else {
      this.#stream.respond({ ":status": status }, { endStream: true })
      this.#answeredAt = this.#context.connections.now
    }
  }

  readonly #onFailure = (error: unknown): void => {
    this.#context.report(error)
    this.#onAnswer(internalError())
  }

  readonly #onAnswer = (response: WireResponse): void => {
    const { report } = this.#context
    this.onWork(-1)
    if (this.#stream.destroyed || this.#stream.headersSent) return discard(response, report)
    try {
      this.#answer(response)
    } catch (error) {
      report(error)
      discard(response, report)
      if (this.#stream.headersSent) this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      else this.#answer(internalError())
    }
  }

  #answer(response: WireResponse): void {
    const { body, status } = response
    const stream = this.#stream
    checkStatus(status)
    const silent = this.#request.method === "HEAD" || status === 304 || status === 204
    const declared = silent || isStream(body) ? declaredLength(response.headers) : -1
    const length = declared >= 0 || isStream(body) ? declared : byteLength(body)
    const headers = this.#headers(response)
    const says = silent ? status !== 204 && (status !== 304 || length > 0) : true
    if (length >= 0 && says) headers["content-length"] = length
    const empty = silent || (!isStream(body) && body.length === 0)
    stream.respond(headers, { endStream: empty })
    if (empty) {
      discard(response, this.#context.report)
      this.#answeredAt = this.#context.connections.now
    } else if (isLong(body)) {
      this.#answerLong(body, length)
    } else {
      this.#answeredAt = this.#context.connections.now
      stream.end(body)
    }
    this.#body?.drop()
  }

  #answerLong(body: WireResponse["body"], length: number): void {
    this.#sink = new WritableSink(this.#stream, this.#context.connections)
    writePieces(this.#sink, body, length).then(
      () => {
        this.#answeredAt = this.#context.connections.now
        this.#stream.end()
      },
      (error: unknown) => {
        this.#context.report(error)
        this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      },
    )
  }

  #headers({ headers, status }: WireResponse): OutgoingHttpHeaders {
    const { names } = this.#context
    const out: OutgoingHttpHeaders = { ":status": status }
    for (const name of Object.keys(headers)) {
      const value = headers[name] as string | readonly string[]
      let kind = 0
      let lower = ""
      for (const one of typeof value === "string" ? [value] : value) {
        const header = checkedHeader(names, name, one)
        kind = header.kind
        lower = header.name
      }
      if (lower !== "" && !isFraming(kind)) out[lower] = value as string | string[]
    }
    return out
  }
}
