import type { Principal } from "../../../../iam/principal.ts"
import { job } from "../../../../kernel/later/later.ts"
import { table } from "../../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"

/** What a session may do: `ReadOnly` reads and lists, `ReadWrite` everything ("CreateSession"). */
export type SessionMode = "ReadOnly" | "ReadWrite"

/** Credentials for the objects of one directory bucket. */
export interface ZonalSession {
  /** `ASIA…` */
  readonly accessKeyId: string
  readonly secret: string
  readonly sessionToken: string
  /** Cloud time, epoch milliseconds. */
  readonly expiresAt: number
  /** Who made it: what the session itself does not allow is asked of its rights. */
  readonly principal: Principal
  /** The bucket's name. */
  readonly name: string
  /** The bucket's own id; absent: there was none yet (see CreateSession). */
  readonly bucket?: number | undefined
  readonly mode: SessionMode
}

export const zonalSessions = table<ZonalSession>("s3/zonalSession", {
  key: (session) => [session.accessKeyId],
  indexes: { byEnd: (session) => [session.expiresAt] },
  cached: true,
})

/** The session of an access key, over or not; those long over are forgotten. */
export const findZonalSession = (tx: ReadTx, accessKeyId: string): ZonalSession | undefined =>
  accessKeyId.startsWith("ASIA") ? tx.get(zonalSessions, [accessKeyId]) : undefined

const HOUR_MS = 3_600_000
/** Rows that one step takes on. */
const STEP = 500

/** Forgets sessions that are over. */
export const sweepSessions = job<{ readonly before: number }>("s3/sweepSessions", {
  run(tx, { before }) {
    const page = tx.scan(zonalSessions, { index: "byEnd", to: [before], limit: STEP })
    for (const session of page.rows) tx.remove(zonalSessions, session)
    if (page.next !== undefined) tx.schedule(sweepSessions, { before }, tx.now)
  },
})

/** Writes a session; one sweep, an hour later, serves all that end within the same hour. */
export function keepSession(tx: WriteTx, session: ZonalSession): void {
  const hour = Math.floor(session.expiresAt / HOUR_MS) * HOUR_MS
  const before = hour + HOUR_MS
  const planned = tx.first(zonalSessions, { index: "byEnd", from: [hour], to: [before] })
  if (!planned) tx.schedule(sweepSessions, { before }, before + HOUR_MS)
  tx.insert(zonalSessions, session)
}
