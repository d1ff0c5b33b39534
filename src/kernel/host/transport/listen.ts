import * as net from "node:net"
import type { Server, Socket } from "node:net"
import { Connections } from "./connections.ts"
import type { TransportContext } from "./context.ts"
import { FrontDoor } from "./front-door.ts"
import { HeaderNames } from "./header-names.ts"
import { HeadReader } from "./http1-head.ts"
import { DEFAULT_LIMITS, type Listener, type ListenOptions } from "./options.ts"
import { ReadMemory } from "./read-memory.ts"
import { ResponseHeads } from "./response-head.ts"

export type {
  Listener,
  ListenOptions,
  TlsIdentity,
  TlsMaterial,
  TransportLimits,
} from "./options.ts"

/** TCP keep-alive finds clients that vanished without a word. */
const TCP_KEEP_ALIVE_MS = 30_000

/**
 * Opens one port for HTTP/1.1, HTTP/2 (prior knowledge) and TLS with either. Resolves when the
 * port is open; rejects with the system's error (EADDRINUSE …) when it cannot be.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const context = createContext(options)
  const door = new FrontDoor(context, options)
  const server = net.createServer(
    {
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
    },
    (socket: Socket) => door.accept(socket),
  )
  const host = options.host ?? "127.0.0.1"
  await open(server, host, options.port)
  // From here on an error is one failed accept (no more file descriptors), not the listener's end.
  server.on("error", context.report)
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("The port has no number.")
  return {
    port: address.port,
    host: address.address,
    connections: () => context.connections.size,
    close: ({ graceMs }) => close(server, context, { options, graceMs }),
  }
}

function createContext(options: ListenOptions): TransportContext {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const names = new HeaderNames()
  const connections = new Connections(options.clock, limits.tickMs)
  return {
    handle: options.handle,
    limits,
    names,
    reader: new HeadReader(names, limits),
    heads: new ResponseHeads(names, options.clock, connections),
    connections,
    memory: new ReadMemory(),
    report: options.report ?? (() => {}),
    closing: false,
  }
}

function open(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const opened = (): void => {
      server.off("error", reject)
      resolve()
    }
    server.once("error", reject)
    const bound = bind(host, port)
    if (bound) server.listen(bound, opened)
    else server.listen(port, host, opened)
  })
}

/**
 * A socket that is bound to an address. Node binds one itself, but looks every address up and holds it
 * against a regular expression of which the first use takes 5 ms (measured). Undefined of names, of
 * what cannot be bound (Node then says why, in its usual words), and before Node 26.
 */
function bind(host: string, port: number): net.BoundSocket | undefined {
  const { BoundSocket }: Partial<typeof net> = net
  if (!BoundSocket || !ADDRESS_4.test(host)) return undefined
  try {
    return new BoundSocket({ host, port })
  } catch {
    return undefined
  }
}

/** Looks like one of IPv4: BoundSocket takes no names. */
const ADDRESS_4 = /^\d+\.\d+\.\d+\.\d+$/

async function close(
  server: Server,
  context: TransportContext,
  { options, graceMs }: { options: ListenOptions; graceMs: number },
): Promise<void> {
  const { connections } = context
  const closed = new Promise<void>((resolve) => {
    if (server.listening) server.close(() => resolve())
    else resolve()
  })
  context.closing = true
  connections.drain()
  const cancel = options.clock.after(graceMs, () => connections.destroy())
  await connections.empty()
  cancel()
  await closed
}
