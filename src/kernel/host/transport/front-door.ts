import type { Socket } from "node:net"
import type { Connection } from "./connections.ts"
import type { TransportContext } from "./context.ts"
import { Http1Connection } from "./http1.ts"
import type { ListenOptions, TlsMaterial } from "./options.ts"
import type { TlsDoor } from "./tls-door.ts"

/** RFC 9113 section 3.4; what follows the first line is left to the HTTP/2 implementation. */
const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n", "latin1")
/** TLS record type 22, handshake. */
const TLS_HANDSHAKE = 0x16

const NOTHING = Buffer.alloc(0)

/** HTTP/1.1 or HTTP/2, taking over connections whose first bytes have been read. */
interface Protocol {
  serve(socket: Socket, firstBytes: Buffer, secure: boolean): void
}

/** Tells by a connection's first bytes what it speaks, and hands it over. */
export class FrontDoor {
  readonly #context: TransportContext
  readonly #options: ListenOptions
  #http1: Protocol | Promise<Protocol> | undefined
  #http2: Protocol | Promise<Protocol> | undefined
  #tls: Promise<TlsDoor> | undefined

  constructor(context: TransportContext, options: ListenOptions) {
    this.#context = context
    this.#options = options
    if (options.http1 !== "node") this.#http1 = { serve: this.#serveOwnHttp1 }
  }

  accept(socket: Socket): void {
    const { connections, limits, closing } = this.#context
    if (closing || connections.size >= limits.connections) {
      socket.on("error", ignore)
      socket.destroy()
      return
    }
    const visitor = new Visitor(this.#context, socket, (bytes) => this.#decide(visitor, bytes))
  }

  readonly #serveOwnHttp1 = (socket: Socket, firstBytes: Buffer, secure: boolean): void => {
    const connection = new Http1Connection(this.#context, socket, secure)
    if (firstBytes.length > 0) connection.receive(firstBytes)
  }

  #decide(visitor: Visitor, bytes: Buffer): void {
    if (bytes[0] === TLS_HANDSHAKE) return this.#secure(visitor)
    const known = Math.min(bytes.length, HTTP2_PREFACE.length)
    if (bytes.compare(HTTP2_PREFACE, 0, known, 0, known) !== 0) {
      this.#serve(this.#loadHttp1(), visitor)
    } else if (known === HTTP2_PREFACE.length) {
      this.#serve(this.#loadHttp2(), visitor)
    }
    // Otherwise it could still become either.
  }

  #serve(protocol: Protocol | Promise<Protocol>, visitor: Visitor): void {
    visitor.leave(protocol, (loaded, socket, bytes) => loaded.serve(socket, bytes, false))
  }

  #secure(visitor: Visitor): void {
    const { tls } = this.#options
    if (tls === undefined) return visitor.destroy()
    this.#tls ??= this.#openTls(tls)
    visitor.leave(this.#tls, (door, socket, bytes) => {
      door.serve(socket, bytes).catch((error: unknown) => {
        this.#context.report(error)
        socket.destroy()
      })
    })
  }

  async #openTls(tls: () => Promise<TlsMaterial>): Promise<TlsDoor> {
    try {
      const [{ TlsDoor }, material, http1, http2] = await Promise.all([
        import("./tls-door.ts"),
        tls(),
        this.#loadHttp1(),
        this.#loadHttp2(),
      ])
      const identity = await material.identity("")
      return new TlsDoor(this.#context, { material, identity }, (name, socket) => {
        const protocol = name === "http1" ? http1 : http2
        protocol.serve(socket, NOTHING, true)
      })
    } catch (error) {
      // The next connection may fare better.
      this.#tls = undefined
      throw error
    }
  }

  #loadHttp1(): Protocol | Promise<Protocol> {
    this.#http1 ??= import("./node-http1.ts").then(({ NodeHttp1 }) => {
      this.#http1 = new NodeHttp1(this.#context)
      return this.#http1
    })
    return this.#http1
  }

  #loadHttp2(): Protocol | Promise<Protocol> {
    this.#http2 ??= import("./http2.ts").then(({ Http2 }) => {
      this.#http2 = new Http2(this.#context)
      return this.#http2
    })
    return this.#http2
  }
}

/** A connection that has not yet said what it speaks. */
class Visitor implements Connection {
  readonly #context: TransportContext
  readonly #socket: Socket
  readonly #decide: (bytes: Buffer) => void
  readonly #since: number
  #bytes: Buffer = NOTHING

  constructor(context: TransportContext, socket: Socket, decide: (bytes: Buffer) => void) {
    this.#context = context
    this.#socket = socket
    this.#decide = decide
    context.connections.add(this)
    this.#since = context.connections.now
    socket.on("error", ignore)
    socket.on("close", this.#gone)
    socket.on("end", this.#end)
    socket.on("data", this.#data)
  }

  /**
   * Hands the connection over, now or when its new owner is loaded. It is counted all the while,
   * so that a closing listener waits for it.
   */
  leave<T>(to: T | Promise<T>, take: (to: T, socket: Socket, bytes: Buffer) => void): void {
    this.#socket.off("data", this.#data)
    if (!(to instanceof Promise)) return this.#handOver(() => take(to, this.#socket, this.#bytes))
    this.#socket.pause()
    to.then(
      (loaded) => {
        if (this.#socket.destroyed) return
        this.#handOver(() => take(loaded, this.#socket, this.#bytes))
      },
      (error: unknown) => {
        this.#context.report(error)
        this.destroy()
      },
    )
  }

  #handOver(take: () => void): void {
    this.#socket.off("error", ignore)
    this.#socket.off("close", this.#gone)
    this.#socket.off("end", this.#end)
    take()
    this.#context.connections.remove(this)
  }

  readonly #data = (chunk: Buffer): void => {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    this.#decide(this.#bytes)
  }

  readonly #end = (): void => {
    this.#socket.destroy()
  }

  readonly #gone = (): void => {
    this.#context.connections.remove(this)
  }

  sweep(now: number): void {
    const { limits } = this.#context
    if (now - this.#since - limits.tickMs > limits.headMs) this.destroy()
  }

  drain(): void {
    this.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

function ignore(): void {}
