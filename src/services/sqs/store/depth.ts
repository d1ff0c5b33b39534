import { table } from "../../../kernel/table.ts"
import type { TimerId } from "../../../kernel/later/later.ts"
import type { Floors } from "./floors.ts"

/**
 * How many messages a store holds, by state, and what is planned for it. The counts are of states:
 * a message whose time has come but which nobody has looked at yet still counts as it was.
 */
export interface Depth {
  readonly store: number
  total: number
  inFlight: number
  delayed: number
  /** Messages that are `sent`, and the number (`seq`) before which there is none. */
  sent: number
  sentFrom: number
  /** Tenants with messages: a fair queue's receive goes by them. */
  tenants: number
  readonly floors: Floors
  /** When the first message in flight or delayed comes due, at the earliest. */
  due?: TimerId | undefined
  /** When the oldest message's retention ends, at the earliest. */
  expiry?: TimerId | undefined
  /** The window of deduplication whose end is planned. */
  window?: number | undefined
  /** Calls of a FIFO queue in this second of cloud time, by action. */
  calls?: { readonly second: number; readonly counts: Readonly<Record<string, number>> } | undefined
}

export const depths = table<Depth>("sqs/depth", {
  key: (depth) => [depth.store],
  rewritten: true,
})

/** The bell of a store: its row is written when something becomes receivable. Long polls wait for it. */
export const arrivals = table<{ readonly store: number }>("sqs/arrival", {
  key: (arrival) => [arrival.store],
  rewritten: true,
})

export const emptyDepth = (store: number): Depth => ({
  store,
  total: 0,
  inFlight: 0,
  delayed: 0,
  sent: 0,
  sentFrom: 0,
  tenants: 0,
  floors: {},
})
