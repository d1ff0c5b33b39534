import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2"
import type { Socket } from "node:net"
import type { Connection } from "./connections.ts"
import type { TransportContext } from "./context.ts"
import { addHeader, HeaderBag } from "./header-names.ts"
import { Http2Exchange, RefusedStream, type StreamWork } from "./http2-exchange.ts"
import type { TlsFacts } from "../../wire.ts"
import { HostRequest, splitTarget, tlsFacts } from "./request.ts"

/** Uploads would wait for window updates with the protocol's 64 KiB. */
const STREAM_WINDOW_BYTES = 1024 * 1024
const SESSION_WINDOW_BYTES = 8 * 1024 * 1024

/** HTTP/2 by node:http2, plain or over TLS. */
export class Http2 {
  readonly #context: TransportContext

  constructor(context: TransportContext) {
    this.#context = context
  }

  serve(socket: Socket, firstBytes: Buffer, secure: boolean): void {
    const { limits } = this.#context
    socket.pause()
    // HTTP/2 has no use for one open half: the session would not notice that its client left.
    socket.allowHalfOpen = false
    if (firstBytes.length > 0) socket.unshift(firstBytes)
    const remoteAddress = socket.remoteAddress ?? ""
    const session = performServerHandshake(socket, {
      maxHeaderListPairs: limits.headerCount,
      maxSendHeaderBlockLength: limits.headerBytes,
      maxOutstandingPings: 10,
      maxSessionInvalidFrames: 100,
      maxSessionRejectedStreams: 100,
      // CVE-2023-44487: streams opened and reset faster than this end the session.
      streamResetBurst: limits.http2ResetBurst,
      streamResetRate: limits.http2ResetRate,
      settings: {
        enablePush: false,
        initialWindowSize: STREAM_WINDOW_BYTES,
        maxConcurrentStreams: limits.http2Streams,
        maxHeaderListSize: limits.headerBytes,
      },
    })
    new Http2Connection(this.#context, { session, socket, secure, remoteAddress }).open()
  }
}

interface Parts {
  readonly session: ServerHttp2Session
  readonly socket: Socket
  readonly secure: boolean
  readonly remoteAddress: string
}

class Http2Connection implements Connection {
  readonly secure: boolean
  readonly remoteAddress: string
  readonly #context: TransportContext
  readonly #session: ServerHttp2Session
  readonly #socket: Socket
  readonly #exchanges = new Set<StreamWork>()
  /** Handlers at work, also those whose stream the client has reset. */
  #working = 0
  #quietSince: number

  constructor(context: TransportContext, { session, socket, secure, remoteAddress }: Parts) {
    this.#context = context
    this.#session = session
    this.#socket = socket
    this.secure = secure
    this.remoteAddress = remoteAddress
    this.#quietSince = context.connections.now
  }

  get tls(): TlsFacts | undefined {
    return this.secure ? tlsFacts(this.#socket) : undefined
  }

  open(): void {
    const session = this.#session
    this.#context.connections.add(this)
    session.setLocalWindowSize(SESSION_WINDOW_BYTES)
    session.on("stream", (stream, _headers, flags, rawHeaders) =>
      this.#onStream(stream, flags, rawHeaders as unknown as readonly string[]),
    )
    // A broken session closes itself; there is nobody to tell.
    session.on("error", ignore)
    this.#socket.on("error", ignore)
    session.on("close", () => this.#abort())
    this.#socket.on("close", () => {
      this.#abort()
      this.#context.connections.remove(this)
    })
  }

  #onStream(stream: ServerHttp2Stream, flags: number, rawHeaders: readonly string[]): void {
    stream.on("error", ignore)
    if (this.#working >= this.#context.limits.http2Streams) {
      return stream.close(constants.NGHTTP2_REFUSED_STREAM)
    }
    const request = this.#readRequest(rawHeaders)
    if (typeof request === "number") {
      if (!stream.destroyed) {
        this.#track(stream, new RefusedStream(this.#context, { stream, status: request }))
      }
      return
    }
    const exchange = new Http2Exchange(this.#context, { request, stream })
    this.#track(stream, exchange)
    exchange.onWork = (change) => {
      this.#working += change
    }
    exchange.start((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0)
  }

  #track(stream: ServerHttp2Stream, work: StreamWork): void {
    this.#exchanges.add(work)
    stream.on("close", () => {
      work.abort()
      this.#exchanges.delete(work)
    })
  }

  /** The request, or the status that refuses it. */
  #readRequest(raw: readonly string[]): HostRequest | number {
    const { limits, names } = this.#context
    const headers = new HeaderBag()
    let method = ""
    let path = ""
    let authority = ""
    for (let i = 0; i < raw.length; i += 2) {
      const name = raw[i] as string
      const value = raw[i + 1] as string
      if (name === ":method") method = value
      else if (name === ":path") path = value
      else if (name === ":authority") authority = value
      else if (!name.startsWith(":")) {
        const header = names.lookup(name)
        if (header === undefined) return 400
        addHeader(headers, header, value)
      } else if (name !== ":scheme") {
        // ":protocol" (RFC 8441) was not offered.
        return 400
      }
    }
    if (method === "CONNECT") return 501
    if (path.length > limits.uriBytes) return 414
    const target = splitTarget(method, path)
    if (target === undefined || target.authority !== undefined) return 400
    // RFC 9113 section 8.3.1: ":authority" is what Host is in HTTP/1.1.
    if (authority !== "") headers["host"] = authority
    if (headers["host"] === undefined) return 400
    if (Number(headers["content-length"] ?? 0) > limits.maxBodyBytes) return 413
    return new HostRequest({ method, headers }, target, this)
  }

  #abort(): void {
    for (const exchange of this.#exchanges) exchange.abort()
  }

  sweep(now: number): void {
    const { limits } = this.#context
    if (this.#exchanges.size > 0) {
      this.#quietSince = now
      for (const exchange of this.#exchanges) exchange.sweep(now)
      return
    }
    const waited = now - this.#quietSince - limits.tickMs
    if (waited > limits.keepAliveMs + limits.lingerMs) this.#socket.destroy()
    else if (waited > limits.keepAliveMs && !this.#session.closed) this.#session.close()
  }

  drain(): void {
    if (!this.#session.closed) this.#session.close()
    if (this.#exchanges.size === 0) this.#socket.destroySoon()
  }

  destroy(): void {
    this.#session.destroy()
    this.#socket.destroy()
  }
}

function ignore(): void {}
