import type { WireResponse } from "../../wire.ts"
import type { Connections } from "./connections.ts"
import type { HeaderNames } from "./header-names.ts"
import type { HeadReader } from "./http1-head.ts"
import type { TransportLimits, WireHandler } from "./options.ts"
import type { ReadMemory } from "./read-memory.ts"
import type { ResponseHeads } from "./response-head.ts"

/** What all connections of one listener share. */
export interface TransportContext {
  readonly handle: WireHandler
  readonly limits: TransportLimits
  readonly names: HeaderNames
  readonly reader: HeadReader
  readonly heads: ResponseHeads
  readonly connections: Connections
  readonly memory: ReadMemory
  readonly report: (error: unknown) => void
  /** Set once the listener closes: answers then end their connections. */
  closing: boolean
}

/** What a client is told when a handler fails: nothing of what happened inside. */
export function internalError(): WireResponse {
  return {
    status: 500,
    headers: { "Content-Type": "text/plain" },
    body: "Internal Server Error\n",
  }
}
