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
  stop(): Promise<void>
}

export async function serve(
  http1: "own" | "node",
  handle: WireHandler,
  more: { limits?: Partial<TransportLimits>; tls?: ListenOptions["tls"] } = {},
): Promise<TestServer> {
  const clock = manualClock()
  const reports: unknown[] = []
  const clients: RawClient[] = []
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
    async stop() {
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
