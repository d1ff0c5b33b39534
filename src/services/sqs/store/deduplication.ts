import { hash } from "node:crypto"
import { job } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { QueueSettings } from "../queues/attributes.ts"
import { DEDUPLICATION_MS, PROPAGATION_MS } from "../limits.ts"
import type { OpenStore } from "./open-store.ts"
import type { Queue } from "../queue.ts"

/**
 * Deduplication ids by the five minutes in which they came: one is looked for in the present and
 * in the last window, and a whole window is forgotten at once.
 */
export interface Deduplication {
  readonly store: number
  readonly window: number
  /** The message group, where that is the scope; else "". */
  readonly scope: string
  readonly deduplicationId: string
  readonly atMs: number
  readonly messageId: string
  readonly seq: number
}

export const deduplications = table<Deduplication>("sqs/deduplication", {
  key: (one) => [one.store, one.window, one.scope, one.deduplicationId],
})

export interface WindowRef {
  readonly store: number
  readonly window: number
}

/** Forgets a window's deduplication ids and receive attempts; see jobs.ts. */
export const forgetJob = job<WindowRef>("sqs/forget", {})

export const windowOf = (ms: number): number => Math.floor(ms / DEDUPLICATION_MS)

/** Sees to it that what is remembered in the present window is forgotten after the next. */
export function planForgetting(open: OpenStore): void {
  const { tx, queue, depth } = open
  const window = windowOf(tx.now)
  if (depth.window === window) return
  depth.window = window
  open.changed = true
  tx.schedule(forgetJob, { store: queue.store, window }, (window + 2) * DEDUPLICATION_MS)
}

/** The id by which a FIFO message is told from others: its own, or that of its content. */
export const deduplicationIdOf = (given: string | undefined, body: string): string =>
  given ?? hash("sha256", body)

/** The message of the last five minutes that another one of this id repeats. */
export function findOriginal(
  { tx, queue }: OpenStore,
  group: string,
  deduplicationId: string,
): Deduplication | undefined {
  const scope = scopeOf(queue, tx.now) === "messageGroup" ? group : ""
  const window = windowOf(tx.now)
  for (const at of [window, window - 1]) {
    const found = tx.get(deduplications, [queue.store, at, scope, deduplicationId])
    if (found && tx.now - found.atMs < DEDUPLICATION_MS) return found
  }
  return undefined
}

export function remember(
  open: OpenStore,
  message: { group: string; deduplicationId: string; messageId: string; seq: number },
): void {
  const { tx, queue } = open
  const { group, ...rest } = message
  const scope = scopeOf(queue, tx.now) === "messageGroup" ? group : ""
  const atMs = tx.now
  tx.put(deduplications, { ...rest, store: queue.store, window: windowOf(atMs), scope, atMs })
  planForgetting(open)
}

/** A changed scope does not act at once (recorded); how soon is not documented but by "60 seconds". */
const scopeOf = ({ settings, scopeBefore }: Queue, nowMs: number) =>
  scopeBefore && nowMs < scopeBefore.untilMs ? scopeBefore.scope : settings.deduplicationScope

/** What to keep of the scope that acted until a change of settings. */
export function scopeBeforeChange(
  queue: Queue,
  changed: QueueSettings,
  nowMs: number,
): Queue["scopeBefore"] {
  const acting = scopeOf(queue, nowMs)
  if (changed.deduplicationScope === queue.settings.deduplicationScope) return queue.scopeBefore
  return { scope: acting, untilMs: nowMs + PROPAGATION_MS }
}

/** Removes up to `limit` rows of a window; false when none was left. */
export function forgetWindow(tx: WriteTx, { store, window }: WindowRef, limit: number): boolean {
  const { rows } = tx.scan(deduplications, { prefix: [store, window], limit })
  for (const row of rows) tx.remove(deduplications, row)
  return rows.length > 0
}
