import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { planForgetting, windowOf, type WindowRef } from "./deduplication.ts"
import { DEDUPLICATION_MS } from "../limits.ts"
import { messages, type Message } from "./message.ts"
import { hidden, replaceMessage, type OpenStore } from "./open-store.ts"
import { isRunning } from "./receipt.ts"
import { decodeReceipt } from "../messages/receipt-handle.ts"

/** What a receive with a ReceiveRequestAttemptId was given, so that a retry gets the same. */
export interface Attempt {
  readonly store: number
  readonly window: number
  readonly id: string
  readonly atMs: number
  readonly handles: readonly string[]
}

export const attempts = table<Attempt>("sqs/attempt", {
  key: (attempt) => [attempt.store, attempt.window, attempt.id],
})

export function rememberAttempt(open: OpenStore, id: string, handles: readonly string[]): void {
  if (handles.length === 0) return
  const { tx, queue } = open
  const atMs = tx.now
  tx.put(attempts, { store: queue.store, window: windowOf(atMs), id, atMs, handles })
  planForgetting(open)
}

/**
 * The messages of the same attempt within five minutes, invisible anew, with the same handles; none
 * when one of them was deleted, changed or has become visible ("ReceiveRequestAttemptId").
 */
export function repeatAttempt(
  open: OpenStore,
  id: string,
  visibilityMs: number,
): readonly Message[] | undefined {
  const attempt = findAttempt(open, id)
  if (!attempt) return undefined
  const running = attempt.handles.map((handle) => runningMessage(open, handle))
  if (!running.every((message) => message !== undefined)) return undefined
  return running.map((message) => {
    const again = hidden(open, message, visibilityMs)
    replaceMessage(open, message, again)
    return again
  })
}

function findAttempt({ tx, queue }: OpenStore, id: string): Attempt | undefined {
  const window = windowOf(tx.now)
  for (const at of [window, window - 1]) {
    const found = tx.get(attempts, [queue.store, at, id])
    if (found && tx.now - found.atMs < DEDUPLICATION_MS) return found
  }
  return undefined
}

function runningMessage(open: OpenStore, handle: string): Message | undefined {
  const receipt = decodeReceipt(handle)
  if (!receipt) return undefined
  const message = open.tx.get(messages, [receipt.store, receipt.group, receipt.seq])
  if (!message || !isRunning(open, message, receipt)) return undefined
  return message.changedReceive === receipt.receive ? undefined : message
}

/** Removes up to `limit` attempts of a window; false when none was left. */
export function forgetAttempts(tx: WriteTx, { store, window }: WindowRef, limit: number): boolean {
  const { rows } = tx.scan(attempts, { prefix: [store, window], limit })
  for (const row of rows) tx.remove(attempts, row)
  return rows.length > 0
}
