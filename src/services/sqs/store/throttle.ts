import { requestThrottled } from "../errors.ts"
import { FIFO_CALLS_PER_SECOND } from "../limits.ts"
import type { OpenStore } from "./open-store.ts"

/** The API actions whose calls are counted, batches among them. */
export type CountedAction =
  | "SendMessage"
  | "ReceiveMessage"
  | "DeleteMessage"
  | "ChangeMessageVisibility"

/**
 * Counts a call of a FIFO queue and refuses the 301st of an action within a second of cloud time.
 * A batch is one call, so that batches of ten carry 3,000 messages. A queue whose limit is per
 * message group has room for tens of thousands: no limit here.
 */
export function countCall(open: OpenStore, action: CountedAction): void {
  const { tx, queue, depth } = open
  if (!queue.fifo || queue.settings.throughputLimit === "perMessageGroupId") return
  const second = Math.floor(tx.now / 1000)
  const counts = depth.calls?.second === second ? depth.calls.counts : {}
  const count = (counts[action] ?? 0) + 1
  if (count > FIFO_CALLS_PER_SECOND) throw requestThrottled()
  depth.calls = { second, counts: { ...counts, [action]: count } }
  open.changed = true
}
