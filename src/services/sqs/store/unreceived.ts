import { messages, type Message } from "./message.ts"
import { ring, type OpenStore } from "./open-store.ts"

/** What lies between messages that are `sent` was delayed or received out of order: seldom much. */
const STEPPED_OVER = 1_000
const PAGE = 100

/**
 * The state of a message that arrives now, behind all others, and is not delayed. While some are
 * delayed it gets an index row: theirs may lie between it and those before it, as many as there are.
 */
export const stateOnArrival = ({ queue, depth }: OpenStore, group: string): Message["state"] =>
  queue.fifo || group !== "" || depth.delayed > 0 ? "ready" : "sent"

/**
 * The first messages that are `sent`, expired ones too; the next look begins where they begin, or
 * where this one gave up.
 */
export function firstSent(open: OpenStore, limit: number): readonly Message[] {
  const { tx, queue, depth } = open
  if (depth.sent === 0) return []
  const wanted = Math.min(limit, depth.sent)
  const found: Message[] = []
  let from = depth.sentFrom
  for (let seen = 0; found.length < wanted && seen < STEPPED_OVER;) {
    const page = seen === 0 ? wanted : PAGE
    const { rows } = tx.scan(messages, { prefix: [queue.store, ""], from: [from], limit: page })
    for (const row of rows) if (row.state === "sent" && found.length < wanted) found.push(row)
    const last = rows.at(-1)
    if (!last) break
    from = last.seq + 1
    seen += rows.length
  }
  depth.sentFrom = found[0]?.seq ?? from
  if (found.length === 0) {
    open.changed = true
    ring(open)
  }
  return found
}

/** Messages up to this one were taken in order: the next look begins behind it. */
export function passSent({ depth }: OpenStore, { state, seq }: Message): void {
  if (state === "sent") depth.sentFrom = seq + 1
}
