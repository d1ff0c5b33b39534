import { createServer, type Server, type Socket } from "node:net"
import type { Tcp, TcpConnection, TcpListening, TcpListenOptions } from "../doors/tcp.ts"
import type { TlsMaterial } from "./transport/options.ts"

export interface HostTcpOptions {
  /** The address to listen on. */
  readonly host: string
  /** Called at the first door that speaks TLS. Absent: none does. */
  readonly tls?: () => Promise<TlsMaterial>
  /** Whether a door gets the port that it should have, where that is free; else it is any. */
  readonly fixedPorts: boolean
}

/** Connections that one door holds at once; further ones are closed. */
const MOST_CONNECTIONS = 1_000
/** Ports that are tried, from the one that should be. */
const TRIED = 100
/** TCP keep-alive finds clients that vanished without a word. */
const KEEP_ALIVE_MS = 30_000

/** Ports of this machine. */
export const createHostTcp = (host: HostTcpOptions): Tcp => ({
  async listen(options) {
    const sockets = new Set<Socket>()
    const serve = (socket: Socket): void => serveSocket(socket, options)
    const server = options.secure ? await secureServer(host, serve) : plainServer(serve)
    server.maxConnections = MOST_CONNECTIONS
    // Before a handshake too: whoever never ends it would keep the door from closing.
    server.on("connection", (socket: Socket) => hold(socket, sockets))
    await bind(server, host, options.port)
    // From here on an error is one failed accept (no more file descriptors), not the door's end.
    server.on("error", () => {})
    return listeningOf(server, sockets)
  },
})

const plainServer = (serve: (socket: Socket) => void): Server =>
  createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, serve)

async function secureServer(
  { tls }: HostTcpOptions,
  serve: (socket: Socket) => void,
): Promise<Server> {
  if (!tls) throw new Error("this world speaks no TLS")
  // Loaded when first needed: most clouds open no such door.
  const { createSecureContext, createServer: createTlsServer } = await import("node:tls")
  const material = await tls()
  const own = await material.identity("")
  const server = createTlsServer(
    {
      ...{ key: own.key, cert: own.certificate, noDelay: true },
      SNICallback(name, done) {
        Promise.resolve(material.identity(name)).then(
          ({ key, certificate: cert }) => done(null, createSecureContext({ key, cert })),
          (error: unknown) => done(error as Error),
        )
      },
    },
    serve,
  )
  // Who does not get through the handshake has nothing to be told.
  return server.on("tlsClientError", () => {})
}

/** The port that it should be, one of those behind it, or any. */
async function bind(server: Server, host: HostTcpOptions, port: number): Promise<void> {
  const wanted =
    host.fixedPorts && port > 0 ? Array.from({ length: TRIED }, (_, n) => port + n) : []
  for (const one of wanted) if (await isBound(server, host.host, one)) return
  await listenOn(server, host.host, 0)
}

/** False where the port is taken. */
async function isBound(server: Server, host: string, port: number): Promise<boolean> {
  try {
    await listenOn(server, host, port)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error
    return false
  }
}

const listenOn = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, () => {
      server.off("error", reject)
      resolve()
    })
  })

function listeningOf(server: Server, sockets: ReadonlySet<Socket>): TcpListening {
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("The port has no number.")
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function hold(socket: Socket, all: Set<Socket>): void {
  all.add(socket)
  socket.on("close", () => all.delete(socket))
}

function serveSocket(socket: Socket, { secure, serve }: TcpListenOptions): void {
  // An error is followed by the end, and there everybody looks.
  socket.on("error", () => {})
  void serve(connectionOf(socket, secure))
}

const connectionOf = (socket: Socket, secure: boolean): TcpConnection => ({
  secure,
  localAddress: addressOf(socket.localAddress),
  remoteAddress: addressOf(socket.remoteAddress),
  chunks: chunksOf(socket),
  write: (bytes) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) reject(new Error("the connection is gone"))
      else socket.write(bytes, (error) => (error ? reject(error) : resolve()))
    }),
  close: () => void socket.destroy(),
})

/** A connection that breaks has ended. */
async function* chunksOf(socket: Socket): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of socket) yield chunk as Uint8Array
  } catch {
    return
  }
}

/** Of addresses that are both, the older. */
const addressOf = (address = ""): string => address.replace(/^::ffff:/, "")
