import type { Socket } from "node:net"
import type { TlsFacts, WireResponse } from "../../wire.ts"
import { discard } from "./body-output.ts"
import type { BodyStream } from "./body-stream.ts"
import type { Connection } from "./connections.ts"
import { internalError, type TransportContext } from "./context.ts"
import { GrowingBytes } from "./growing-bytes.ts"
import { Http1Body } from "./http1-body.ts"
import { Http1Writer } from "./http1-writer.ts"
import { readInto } from "./read-memory.ts"
import { bodyRefused, clientGone, HostRequest, NO_BYTES, splitTarget, tlsFacts } from "./request.ts"

const CR = 0x0d
const LF = 0x0a
const NOTHING = Buffer.alloc(0)

/** Between requests. */
const IDLE = 0
/** Part of a head has arrived. */
const HEAD = 1
/** The head is read, the body is awaited, and no handler is at work. */
const BODY = 2
/** The handler is at work, or its answer is being written. The body may still be arriving. */
const HANDLING = 3
/** The last word is said; what still comes in is ignored. */
const ENDING = 4
const CLOSED = 5

/** Requests sent ahead of their turn wait here; beyond this the client is held back. */
const PIPELINE_BYTES = 64 * 1024

/**
 * One HTTP/1.1 connection over a socket. Requests are answered one after another; the next is not
 * looked at before the answer to the last is written.
 */
export class Http1Connection implements Connection {
  readonly secure: boolean
  readonly remoteAddress: string
  readonly #context: TransportContext
  readonly #socket: Socket
  readonly #writer: Http1Writer
  readonly #body: Http1Body
  #phase = IDLE
  #since: number
  /** What is read lies in memory that is used again: what is kept of it is copied. */
  readonly #copies: boolean
  /** Bytes at hand, read up to `#at`; what is left of them waits in `#pending`. */
  #input: Buffer = NOTHING
  #at = 0
  readonly #pending: GrowingBytes
  /** How much of a partial head has been looked at. */
  #checked = 0
  #pumping = false
  #clientEnded = false
  #request: HostRequest | undefined
  #keepAlive = true
  #http10 = false

  constructor(context: TransportContext, socket: Socket, secure: boolean) {
    this.#context = context
    this.#socket = socket
    this.#writer = new Http1Writer(context, socket)
    this.#body = new Http1Body(context, socket, {
      openStream: this.#openStream,
      sayContinue: this.#sayContinue,
    })
    this.secure = secure
    this.remoteAddress = socket.remoteAddress ?? ""
    this.#since = context.connections.now
    context.connections.add(this)
    this.#copies = !secure && readInto(socket, { into: this.#body.readInto, took: this.#onRead })
    this.#pending = new GrowingBytes({ copies: this.#copies })
    if (!this.#copies) socket.on("data", this.#onData)
    socket.on("drain", this.#writer.wake)
    socket.on("end", this.#onEnd)
    // 'close' follows.
    socket.on("error", ignore)
    socket.on("close", this.#onClose)
  }

  get tls(): TlsFacts | undefined {
    return this.secure ? tlsFacts(this.#socket) : undefined
  }

  /** Bytes that were read before the connection came here. */
  receive(bytes: Buffer): void {
    this.#onData(bytes)
  }

  readonly #onRead = (count: number, memory: Buffer): void =>
    this.#onData(memory.subarray(0, count))

  readonly #onData = (chunk: Buffer): void => {
    if (this.#phase >= ENDING) return
    if (this.#pending.length > 0) {
      this.#pending.append(chunk, 0, chunk.length)
      if (this.#phase === HANDLING && !this.#body.receiving) {
        if (this.#pending.length > PIPELINE_BYTES) this.#socket.pause()
        return
      }
      this.#input = this.#pending.view() as Buffer
    } else {
      this.#input = chunk
    }
    this.#at = 0
    this.#pump()
  }

  #pump(): void {
    this.#pumping = true
    while (this.#at < this.#input.length && this.#advance());
    this.#pumping = false
    this.#keepRest()
    if (this.#clientEnded) this.#settleEnd()
  }

  /** One step through the input; false when it must wait. */
  #advance(): boolean {
    if (this.#phase >= ENDING) return false
    if (this.#body.receiving) return this.#readBody()
    return this.#phase !== HANDLING && this.#readHead()
  }

  #keepRest(): void {
    if (this.#at >= this.#input.length || this.#phase >= ENDING) {
      if (this.#pending.length > 0) this.#pending.clear()
    } else if (this.#at > 0 || this.#pending.length === 0) {
      this.#pending.clear()
      this.#pending.append(this.#input, this.#at, this.#input.length)
    }
    this.#input = NOTHING
    this.#at = 0
  }

  #readHead(): boolean {
    const { reader, limits } = this.#context
    const input = this.#input
    // RFC 9112 section 2.2: empty lines before a request are ignored.
    while (input[this.#at] === CR && input[this.#at + 1] === LF) this.#at += 2
    const from = this.#at
    if (from === input.length) return false
    const end = input.indexOf("\r\n\r\n", from + Math.max(0, this.#checked - 3), "latin1")
    if (end < 0 || end + 4 - from > limits.headerBytes) {
      const partial = input.subarray(from, end < 0 ? undefined : end)
      let refusal = reader.judgePartial(partial, this.#checked)
      if (refusal === 0 && (end >= 0 || partial.length > limits.headerBytes)) refusal = 431
      if (refusal !== 0) return this.#refuse(refusal)
      this.#checked = partial.length
      if (this.#phase === IDLE) this.#enter(HEAD)
      return false
    }
    this.#checked = 0
    this.#at = end + 4
    const refusal = reader.read(input, from, end)
    return refusal === 0 ? this.#begin() : this.#refuse(refusal)
  }

  #begin(): boolean {
    const { reader, limits } = this.#context
    const target = splitTarget(reader.method, reader.target)
    if (target === undefined) return this.#refuse(400)
    if (target.authority !== undefined) reader.headers["host"] = target.authority
    const request = new HostRequest(reader, target, this)
    this.#request = request
    this.#keepAlive = reader.keepAlive
    this.#http10 = reader.http10
    const length = reader.contentLength
    if (!reader.chunked && length <= 0) {
      // RFC 9110 section 10.1.1 lets a server be silent here, but botocore asks for leave to send
      // nothing, and takes a connection's next answer apart wrongly when it gets none.
      if (length === 0 && reader.expectsContinue) this.#sayContinue()
      return this.#dispatch(request)
    }
    if (length > limits.maxBodyBytes) return this.#refuse(413)
    const atHand = this.#input.length - this.#at
    if (!reader.chunked && length <= atHand && length <= limits.bufferedBodyBytes) {
      const bytes = this.#input.subarray(this.#at, this.#at + length)
      request.body = this.#copies ? Buffer.from(bytes) : bytes
      this.#at += length
      return this.#dispatch(request)
    }
    this.#enter(BODY)
    // May dispatch the request at once, with a stream.
    this.#body.begin(reader, atHand)
    return true
  }

  #readBody(): boolean {
    const next = this.#body.read(this.#input, this.#at)
    if (next < 0) return this.#refuse(-next)
    this.#at = next
    if (this.#body.receiving || this.#phase !== BODY) return true
    const request = this.#request
    if (request === undefined) {
      // The rest of a body whose request is answered.
      this.#next()
      return true
    }
    request.body = this.#body.takeWhole() ?? NO_BYTES
    return this.#dispatch(request)
  }

  readonly #openStream = (stream: BodyStream): void => {
    const request = this.#request as HostRequest
    request.stream = stream
    this.#dispatch(request)
  }

  #dispatch(request: HostRequest): boolean {
    this.#enter(HANDLING)
    this.#writer.begin(request.method === "HEAD", this.#http10)
    let answer: WireResponse | Promise<WireResponse>
    try {
      answer = this.#context.handle(request)
    } catch (error) {
      this.#onFailure(error)
      return true
    }
    if (answer instanceof Promise) answer.then(this.#onAnswer, this.#onFailure)
    else this.#onAnswer(answer)
    return true
  }

  readonly #onAnswer = (response: WireResponse): void => {
    if (this.#phase !== HANDLING) return discard(response, this.#context.report)
    // A body that is long in coming is not waited for: it may never come.
    this.#writer.answer(response, this.#keepAlive && this.#body.endsSoon, this.#onWritten)
  }

  readonly #onFailure = (error: unknown): void => {
    this.#context.report(error)
    if (this.#phase === HANDLING) this.#onAnswer(internalError())
  }

  /** The answer is out; `keep` says whether the connection goes on. */
  readonly #onWritten = (keep: boolean): void => {
    if (this.#phase !== HANDLING) return
    this.#request = undefined
    if (!keep || this.#context.closing) return this.#endOutput()
    if (!this.#body.receiving) return this.#next()
    this.#enter(BODY)
    this.#body.drop()
  }

  #next(): void {
    this.#enter(IDLE)
    this.#writer.begun = false
    if (this.#pumping) return
    if (this.#pending.length > 0) {
      this.#input = this.#pending.view() as Buffer
      this.#socket.resume()
      this.#pump()
    } else if (this.#clientEnded) {
      this.#settleEnd()
    }
  }

  /** Answers with a bare status and ends; false, so that the pump stops. */
  #refuse(status: number): boolean {
    this.#body.fail(() => bodyRefused(status))
    if (this.#writer.begun) {
      this.#socket.destroy()
      return false
    }
    this.#request?.abort()
    this.#socket.write(this.#context.heads.refusal(status), "latin1")
    this.#linger()
    return false
  }

  #endOutput(): void {
    if (this.#body.receiving || this.#at < this.#input.length || this.#pending.length > 0) {
      this.#linger()
    } else {
      this.#enter(ENDING)
      this.#socket.destroySoon()
    }
  }

  /**
   * Says goodbye to a client that may still be sending. Closing at once would reset the connection
   * and could destroy the answer on its way, so what comes is ignored for a while.
   */
  #linger(): void {
    this.#enter(ENDING)
    this.#pending.clear()
    this.#socket.end()
    this.#socket.resume()
  }

  /** The client sends no more. It may be gone, or wait for its answer: nobody can tell. */
  readonly #onEnd = (): void => {
    this.#clientEnded = true
    if (this.#phase === HANDLING) {
      this.#request?.abort()
      if (this.#body.receiving) {
        this.#keepAlive = false
        this.#body.fail(clientGone)
      }
      return
    }
    this.#settleEnd()
  }

  #settleEnd(): void {
    if (this.#phase === IDLE) this.#endOutput()
    else if (this.#phase === HEAD || this.#phase === BODY) this.#refuse(400)
  }

  readonly #onClose = (): void => {
    this.#phase = CLOSED
    this.#request?.abort()
    this.#body.fail(clientGone)
    this.#writer.wake()
    this.#context.connections.remove(this)
  }

  readonly #sayContinue = (): void => {
    if (this.#phase >= ENDING || this.#writer.begun) return
    this.#socket.write("HTTP/1.1 100 Continue\r\n\r\n", "latin1")
  }

  // The shared timer and the closing listener.

  #enter(phase: number): void {
    this.#phase = phase
    this.#since = this.#context.connections.now
  }

  sweep(now: number): void {
    const { limits } = this.#context
    // `#since` is up to a tick old already when it is taken.
    const waited = now - this.#since - limits.tickMs
    if (this.#writer.stalled(now)) this.#socket.destroy()
    else if (this.#phase === IDLE && waited > limits.keepAliveMs) this.#endOutput()
    else if (this.#phase === HEAD && waited > limits.headMs) this.#refuse(408)
    else if (this.#phase === ENDING && waited > limits.lingerMs) this.#socket.destroy()
    else if (this.#body.receiving && this.#body.tooSlow(now)) this.#refuse(408)
  }

  drain(): void {
    if (this.#phase === IDLE) this.#socket.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

function ignore(): void {}
