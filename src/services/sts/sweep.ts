import { job } from "../../kernel/later/later.ts"
import type { WriteTx } from "../../kernel/transaction.ts"
import { HOUR_MS } from "./limits.ts"
import { sessions } from "./session.ts"

/** Rows that one step takes on. */
const STEP = 500

/** Forgets sessions that are over; their tokens still tell that they were (session-token.ts). */
export const sweep = job<{ readonly before: number }>("sts/sweep", {
  run(tx, { before }) {
    const page = tx.scan(sessions, { index: "byEnd", to: [before], limit: STEP })
    for (const session of page.rows) tx.remove(sessions, session)
    if (page.next !== undefined) tx.schedule(sweep, { before }, tx.now)
  },
})

/** One sweep serves all sessions that end within the same hour; call before the row is written. */
export function planSweep(tx: WriteTx, expiresAt: number): void {
  const hour = Math.floor(expiresAt / HOUR_MS) * HOUR_MS
  const before = hour + HOUR_MS
  const planned = tx.first(sessions, { index: "byEnd", from: [hour], to: [before] })
  if (!planned) tx.schedule(sweep, { before }, before)
}
