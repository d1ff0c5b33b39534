import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { Connection } from "./connections.ts"
import type { TransportContext } from "./context.ts"
import { addHeader, HEADER, HeaderBag } from "./header-names.ts"
import { NodeExchange } from "./node-exchange.ts"
import type { TlsFacts } from "../../wire.ts"
import { HostRequest, splitTarget, tlsFacts } from "./request.ts"

/** Requests of one connection that may wait for their turn; node:http itself has no bound. */
const PIPELINED = 2_000

/** HTTP/1.1 by node:http, behind the same interface as our own. */
export class NodeHttp1 {
  readonly #context: TransportContext
  readonly #server: Server
  readonly #connections = new Map<Duplex, NodeConnection>()

  constructor(context: TransportContext) {
    this.#context = context
    // The shared timer watches over these connections as over all others: no timers of its own.
    this.#server = createServer({
      maxHeaderSize: context.limits.headerBytes,
      requestTimeout: 0,
      headersTimeout: 0,
      keepAliveTimeout: 0,
      // Looked at below, so that nothing after such a request is.
      requireHostHeader: false,
      insecureHTTPParser: false,
    })
    this.#server.maxHeadersCount = context.limits.headerCount + 1
    // Undocumented, but the only way to answer a client that sends no more.
    Object.assign(this.#server, { httpAllowHalfOpen: true })
    this.#server.on("request", (request, response) => this.#onRequest(request, response, "none"))
    this.#server.on("checkContinue", (request, response) =>
      this.#onRequest(request, response, "continue"),
    )
    this.#server.on("checkExpectation", (request, response) =>
      this.#onRequest(request, response, "none"),
    )
    this.#server.on("connect", (_, socket: Duplex) =>
      socket.end(context.heads.refusal(501), "latin1"),
    )
    this.#server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      this.#onClientError(error, socket)
    })
  }

  serve(socket: Socket, firstBytes: Buffer, secure: boolean): void {
    const connection = new NodeConnection(this.#context, socket, secure)
    this.#connections.set(socket, connection)
    socket.on("close", () => this.#connections.delete(socket))
    socket.pause()
    if (firstBytes.length > 0) socket.unshift(firstBytes)
    this.#server.emit("connection", socket)
    socket.resume()
  }

  #onRequest(
    incoming: IncomingMessage,
    response: ServerResponse,
    expectation: "none" | "continue",
  ): void {
    const connection = this.#connections.get(incoming.socket)
    if (connection === undefined) return void incoming.socket.destroy()
    // What was sent after a request that ends the connection is not looked at.
    if (connection.last || connection.refusing) return
    const refuse = (status: number): void => {
      // Not yet the last: those before it in a pipeline are still to be answered.
      connection.refusing = true
      response.writeHead(status, { Connection: "close", "Content-Length": 0 })
      response.end()
    }
    // The parser also takes HTTP/0.9, which has no version, and HTTP/2.0.
    if (incoming.httpVersionMajor !== 1) {
      return refuse(incoming.httpVersionMajor === 0 ? 400 : 505)
    }
    const { limits, names } = this.#context
    const raw = incoming.rawHeaders
    const headers = new HeaderBag()
    let hosts = 0
    for (let i = 0; i < raw.length; i += 2) {
      const header = names.lookup(raw[i] as string)
      if (header === undefined) return refuse(400)
      addHeader(headers, header, raw[i + 1] as string)
      if (header.kind === HEADER.host) hosts++
    }
    const method = incoming.method as string
    const url = incoming.url as string
    const length = bodyLength(headers)
    if (raw.length / 2 > limits.headerCount) return refuse(431)
    if (url.length > limits.uriBytes) return refuse(414)
    const target = splitTarget(method, url)
    const hostDue = incoming.httpVersionMinor > 0
    if (hosts > 1 || (hosts === 0 && hostDue) || target === undefined) return refuse(400)
    if (length > limits.maxBodyBytes) return refuse(413)
    if (!connection.mayTakeAnother(PIPELINED)) return connection.destroy()
    if (target.authority !== undefined) headers["host"] = target.authority
    const request = new HostRequest({ method, headers }, target, connection)
    const exchange = new NodeExchange(this.#context, { request, incoming, response, connection })
    connection.take(exchange, () => exchange.start(length, expectation === "continue"))
  }

  #onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    const connection = this.#connections.get(socket)
    if (!socket.writable || error.code === "ECONNRESET" || connection?.answering) {
      socket.destroy()
      return
    }
    socket.end(this.#context.heads.refusal(statusOf(error)), "latin1")
    connection?.end()
  }
}

function statusOf(error: NodeJS.ErrnoException): number {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return 431
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return 413
    default:
      return 400
  }
}

/** -1 for a chunked body, 0 for none. */
function bodyLength(headers: Record<string, string>): number {
  if (headers["transfer-encoding"] !== undefined) return -1
  return Number(headers["content-length"] ?? 0)
}

/** What the shared timer and the closing listener need to know about one connection. */
class NodeConnection implements Connection {
  readonly secure: boolean
  readonly remoteAddress: string
  readonly #context: TransportContext
  readonly #socket: Socket
  /** The connection ends with an answer that is decided already. */
  last = false
  /** A request was refused whose answer will end the connection. */
  refusing = false
  #exchanges: NodeExchange[] = []
  #quietSince: number
  /** Bytes that belong to known requests, as far as the timer can tell. */
  #bytesSeen = 0
  /** A request has come since the last tick. */
  #active = false
  /** Bytes have arrived that are no request yet. */
  #headSince: number | undefined
  #endingSince: number | undefined

  constructor(context: TransportContext, socket: Socket, secure: boolean) {
    this.#context = context
    this.#socket = socket
    this.secure = secure
    this.remoteAddress = socket.remoteAddress ?? ""
    this.#quietSince = context.connections.now
    context.connections.add(this)
    socket.on("error", () => {})
    socket.on("end", () => this.#abort())
    socket.on("close", () => {
      this.#abort()
      context.connections.remove(this)
    })
  }

  get tls(): TlsFacts | undefined {
    return this.secure ? tlsFacts(this.#socket) : undefined
  }

  get answering(): boolean {
    return this.#exchanges.some((exchange) => exchange.answering && !exchange.done)
  }

  mayTakeAnother(limit: number): boolean {
    if (this.#exchanges.length > 0) this.#forgetDone()
    return this.#exchanges.length < limit
  }

  /** Starts an exchange when those before it are done: pipelined requests take their turn. */
  take(exchange: NodeExchange, start: () => void): void {
    this.#headSince = undefined
    this.#active = true
    const last = this.#exchanges.at(-1)
    this.#exchanges.push(exchange)
    if (last === undefined) start()
    else last.whenDone(start)
  }

  end(): void {
    this.#endingSince = this.#context.connections.now
  }

  #abort(): void {
    for (const exchange of this.#exchanges) exchange.abort()
  }

  #forgetDone(): void {
    if (this.#exchanges.length === 1 && this.#exchanges[0]?.done) this.#exchanges.length = 0
    else this.#exchanges = this.#exchanges.filter((exchange) => !exchange.done)
  }

  sweep(now: number): void {
    const { limits, closing } = this.#context
    const since = (start: number): number => now - start - limits.tickMs
    if (this.#endingSince !== undefined) {
      if (since(this.#endingSince) > limits.lingerMs) this.destroy()
      return
    }
    this.#forgetDone()
    if (this.#exchanges.length > 0 || this.#active) {
      this.#active = this.#exchanges.length > 0
      this.#quietSince = now
      this.#bytesSeen = this.#socket.bytesRead
      for (const exchange of this.#exchanges) exchange.sweep(now)
      if (this.#active || !closing) return
    }
    if (closing) return this.destroy()
    if (this.#socket.bytesRead !== this.#bytesSeen && this.#headSince === undefined) {
      this.#bytesSeen = this.#socket.bytesRead
      this.#headSince = now
    }
    if (this.#headSince === undefined) {
      if (since(this.#quietSince) > limits.keepAliveMs) this.destroy()
    } else if (since(this.#headSince) > limits.headMs) {
      this.#socket.end(this.#context.heads.refusal(408), "latin1")
      this.end()
    }
  }

  drain(): void {
    this.#forgetDone()
    if (this.#exchanges.length === 0) this.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
