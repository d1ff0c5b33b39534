import { subscribe, unsubscribe } from "node:diagnostics_channel"
import type { Socket } from "node:net"
import { listen } from "../listen.ts"
import type { Listener, ListenOptions, TransportLimits, WireHandler } from "../options.ts"
import { type ManualClock, manualClock } from "./manual-clock.ts"
import { RawClient } from "./raw-client.ts"

/** A listener under test, with its clock in the test's hand. */
export interface TestServer {
  readonly listener: Listener
  readonly port: number
  readonly clock: ManualClock
  /** What the listener reported, in order. */
  readonly reports: unknown[]
  client(): Promise<RawClient>
  /**
   * Resolves when the server has read all that the client has written, or has left: on a busy machine
   * that takes more than a turn, and the clock must not be turned before.
   */
  heard(client: Pick<Socket, "localPort" | "bytesWritten">): Promise<void>
  stop(): Promise<void>
}

/** Of Node's, which tells of each connection that a server of this thread takes. */
const CHANNEL = "net.server.socket"

export async function serve(
  http1: "own" | "node",
  handle: WireHandler,
  more: { limits?: Partial<TransportLimits>; tls?: ListenOptions["tls"] } = {},
): Promise<TestServer> {
  const clock = manualClock()
  const reports: unknown[] = []
  const clients: RawClient[] = []
  const sockets = new Map<number | undefined, Socket>()
  const accepted = (message: unknown): void => {
    const { socket } = message as { socket: Socket }
    if (socket.localPort === listener.port) sockets.set(socket.remotePort, socket)
  }
  subscribe(CHANNEL, accepted)
  const listener = await listen({
    port: 0,
    http1,
    clock,
    handle,
    limits: more.limits ?? {},
    ...(more.tls === undefined ? {} : { tls: more.tls }),
    report: (error) => reports.push(error),
  })
  return {
    listener,
    port: listener.port,
    clock,
    reports,
    async client() {
      const client = await RawClient.connect(listener.port)
      clients.push(client)
      return client
    },
    heard: (client) =>
      until(() => {
        const socket = sockets.get(client.localPort)
        return socket !== undefined && (socket.destroyed || socket.bytesRead >= client.bytesWritten)
      }),
    async stop() {
      unsubscribe(CHANNEL, accepted)
      for (const client of clients) client.close()
      await listener.close({ graceMs: 0 })
    },
  }
}

/** What has not happened by then never will, on a busy machine either. */
const NEVER_MS = 60_000

/** Resolves when `condition` holds: looks in every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  const began = performance.now()
  while (!condition()) {
    if (performance.now() - began > NEVER_MS) throw new Error("The condition never came true.")
    await new Promise((resolve) => setImmediate(resolve))
  }
}
