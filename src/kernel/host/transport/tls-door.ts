import type { Socket } from "node:net"
import { createSecureContext, createServer, type SecureContext, type TLSSocket } from "node:tls"
import type { Connection } from "./connections.ts"
import type { TransportContext } from "./context.ts"
import type { TlsIdentity, TlsMaterial } from "./options.ts"

/** Server names whose contexts are kept. */
const KNOWN_NAMES = 1_000
/** RFC 1035 section 2.3.4. */
const LONGEST_NAME = 253

/** Takes a connection after its handshake. */
export type TakeSecured = (protocol: "http1" | "http2", socket: TLSSocket) => void

/** Ends TLS, and says by ALPN which HTTP follows. */
export class TlsDoor {
  readonly #context: TransportContext
  readonly #material: TlsMaterial
  readonly #server: ReturnType<typeof createServer>
  readonly #handshakes = new Map<string, Handshake>()
  readonly #contexts = new Map<string, KnownContext>()
  #default: TlsIdentity

  constructor(
    context: TransportContext,
    { material, identity }: { material: TlsMaterial; identity: TlsIdentity },
    take: TakeSecured,
  ) {
    this.#context = context
    this.#material = material
    this.#default = identity
    this.#server = createServer(
      {
        ALPNProtocols: ["h2", "http/1.1"],
        handshakeTimeout: context.limits.handshakeMs,
        minVersion: "TLSv1.2",
        key: identity.key,
        cert: identity.certificate,
        SNICallback: (name, done) => {
          this.#contextFor(name).then(
            (found) => done(null, found),
            (error: unknown) => {
              // The default certificate will not match, and so tell the client what is wrong.
              context.report(error)
              done(null)
            },
          )
        },
      },
      (socket) => {
        const handshake = this.#handshakes.get(peer(socket))
        // As on plain connections: a client may end its side and wait for the answer.
        socket.allowHalfOpen = true
        take(socket.alpnProtocol === "h2" ? "http2" : "http1", socket)
        handshake?.finished()
      },
    )
    this.#server.on("tlsClientError", (_, socket) => socket.destroy())
  }

  async serve(socket: Socket, firstBytes: Buffer): Promise<void> {
    const key = peer(socket)
    const handshake = new Handshake(this.#context, socket, () => this.#handshakes.delete(key))
    this.#handshakes.set(key, handshake)
    socket.pause()
    await this.#refreshDefault()
    if (socket.destroyed) return
    // Half-open, a client that leaves within the handshake would go unnoticed.
    socket.allowHalfOpen = false
    socket.unshift(firstBytes)
    this.#server.emit("connection", socket)
  }

  /** Certificates expire while a server runs; whoever issues them has a new one by then. */
  async #refreshDefault(): Promise<void> {
    const identity = await this.#material.identity("")
    if (identity.certificate === this.#default.certificate) return
    this.#default = identity
    this.#server.setSecureContext({ key: identity.key, cert: identity.certificate })
  }

  async #contextFor(name: string): Promise<SecureContext | undefined> {
    if (name === "" || name.length > LONGEST_NAME) return undefined
    const lower = name.toLowerCase()
    const identity = await this.#material.identity(lower)
    const known = this.#contexts.get(lower)
    if (known?.certificate === identity.certificate) return known.context
    const context = createSecureContext({ key: identity.key, cert: identity.certificate })
    if (this.#contexts.size >= KNOWN_NAMES) {
      for (const oldest of this.#contexts.keys()) {
        this.#contexts.delete(oldest)
        break
      }
    }
    this.#contexts.set(lower, { certificate: identity.certificate, context })
    return context
  }
}

interface KnownContext {
  readonly certificate: string
  readonly context: SecureContext
}

/** Names a connection, seen from the plain socket or from the secured one. */
function peer(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}

/** A connection whose handshake is under way. */
class Handshake implements Connection {
  readonly #context: TransportContext
  readonly #socket: Socket
  readonly #since: number

  constructor(context: TransportContext, socket: Socket, gone: () => void) {
    this.#context = context
    this.#socket = socket
    context.connections.add(this)
    this.#since = context.connections.now
    socket.on("error", () => {})
    socket.on("close", () => {
      gone()
      this.finished()
    })
  }

  finished(): void {
    this.#context.connections.remove(this)
  }

  sweep(now: number): void {
    const { limits } = this.#context
    if (now - this.#since - limits.tickMs > limits.handshakeMs) this.destroy()
  }

  drain(): void {
    this.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
