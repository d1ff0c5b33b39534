import type { IncomingMessage, ServerResponse } from "node:http"
import type { WireResponse } from "../../wire.ts"
import { byteLength, discard, isLong, isStream, WritableSink, writePieces } from "./body-output.ts"
import { internalError, type TransportContext } from "./context.ts"
import { HEADER } from "./header-names.ts"
import { type BodyEvents, ReadableBody } from "./readable-body.ts"
import type { HostRequest } from "./request.ts"
import { checkedHeader, checkStatus, declaredLength, isFraming } from "./response-head.ts"

const BEYOND_ASCII = /[\x80-\xff]/

interface ExchangeParts {
  readonly request: HostRequest
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  /** `last` is set with the answer that ends the connection. */
  readonly connection: { last: boolean }
}

/** One request and its answer, over node:http. */
export class NodeExchange implements BodyEvents {
  readonly #context: TransportContext
  readonly #connection: { last: boolean }
  readonly #request: HostRequest
  readonly #incoming: IncomingMessage
  readonly #response: ServerResponse
  #body: ReadableBody | undefined
  #sink: WritableSink | undefined
  #handled = false
  sayContinue: (() => void) | undefined

  constructor(context: TransportContext, parts: ExchangeParts) {
    this.#connection = parts.connection
    this.#context = context
    this.#request = parts.request
    this.#incoming = parts.incoming
    this.#response = parts.response
  }

  /** The answer has begun: no other can be given. */
  get answering(): boolean {
    return this.#response.headersSent
  }

  get done(): boolean {
    return this.#response.writableFinished || this.#response.destroyed
  }

  /** Calls `next` once the answer is out, unless the connection is gone by then. */
  whenDone(next: () => void): void {
    this.#response.once("close", () => {
      if (!this.#incoming.socket.destroyed && !this.#connection.last) next()
    })
  }

  start(length: number, continueDue: boolean): void {
    if (continueDue) this.sayContinue = () => this.#response.writeContinue()
    if (length === 0) {
      // Leave to send nothing is given at once, and only to who told a length: as in http1.ts.
      if (this.#incoming.headers["content-length"] !== undefined) this.sayContinue?.()
      return this.ready(this.#request)
    }
    this.#incoming.on("error", ignore)
    this.#body = new ReadableBody(this.#incoming, this.#context, {
      request: this.#request,
      length,
      events: this,
    })
    this.#body.start()
  }

  abort(): void {
    if (!this.done) this.#request.abort()
  }

  sweep(now: number): void {
    if (this.#sink?.stalled(now, this.#context.limits)) this.#incoming.socket.destroy()
    else this.#body?.sweep(now)
  }

  // The body's events.

  isComplete(): boolean {
    return this.#incoming.complete
  }

  ready(request: HostRequest): void {
    this.#handled = true
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
    if (this.#handled) this.#request.abort()
    if (this.answering) return void this.#incoming.socket.destroy()
    this.#connection.last = true
    this.#response.writeHead(status, { Connection: "close", "Content-Length": 0 })
    this.#response.end()
  }

  readonly #onFailure = (error: unknown): void => {
    this.#context.report(error)
    this.#onAnswer(internalError())
  }

  readonly #onAnswer = (response: WireResponse): void => {
    const { report } = this.#context
    if (this.answering || this.#response.destroyed) return discard(response, report)
    try {
      this.#answer(response)
    } catch (error) {
      report(error)
      discard(response, report)
      if (this.answering) return void this.#incoming.socket.destroy()
      this.#answer(internalError())
    }
  }

  #answer(response: WireResponse): void {
    const { body, status } = response
    const to = this.#response
    checkStatus(status)
    const silent = this.#request.method === "HEAD" || status === 304 || status === 204
    const declared = silent || isStream(body) ? declaredLength(response.headers) : -1
    const length = declared >= 0 || isStream(body) ? declared : byteLength(body)
    const lines = this.#headerLines(response)
    // RFC 9110 section 8.6: a 204 never has a length, a 304 only that of the 200 it stands for.
    const says = silent ? status !== 204 && (status !== 304 || length > 0) : true
    if (length >= 0 && says) lines.push("Content-Length", String(length))
    to.writeHead(status, lines)
    if (silent) {
      to.end()
      discard(response, this.#context.report)
    } else if (isLong(body)) {
      this.#answerLong(body, length)
    } else {
      // Beside text, node:http would write the head as UTF-8.
      const latin1 = typeof body === "string" && lines.some((line) => BEYOND_ASCII.test(line))
      to.end(latin1 ? Buffer.from(body) : body)
    }
    this.#body?.drop()
  }

  #answerLong(body: WireResponse["body"], length: number): void {
    const to = this.#response
    this.#sink = new WritableSink(to, this.#context.connections)
    // The head does not wait for what the body has to say later.
    setImmediate(() => to.flushHeaders())
    writePieces(this.#sink, body, length).then(
      () =>
        to.end(() => {
          if (this.#context.closing) this.#incoming.socket.destroySoon()
        }),
      (error: unknown) => {
        this.#context.report(error)
        this.#incoming.socket.destroy()
      },
    )
  }

  /** Names and values by turns, without what is the transport's to say. */
  #headerLines({ headers }: WireResponse): string[] {
    const { names, closing } = this.#context
    const lines: string[] = []
    let closes = closing || this.#body?.endsSoon === false
    for (const name of Object.keys(headers)) {
      const value = headers[name] as string | readonly string[]
      for (const one of typeof value === "string" ? [value] : value) {
        const { kind } = checkedHeader(names, name, one)
        if (!isFraming(kind)) lines.push(name, one)
        else if (kind === HEADER.connection && one.toLowerCase() === "close") closes = true
      }
    }
    if (closes) {
      lines.push("Connection", "close")
      this.#connection.last = true
    }
    return lines
  }
}

function ignore(): void {}
