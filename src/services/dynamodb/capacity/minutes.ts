import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"

/** What a table or a global index used in one minute, in capacity units. */
export interface UsedMinute {
  /** Of the table or the index. */
  readonly id: number
  readonly minuteMs: number
  readonly reads: number
  readonly writes: number
}

export const usedMinutes = table<UsedMinute>("dynamodb/used-minute", {
  key: ({ id, minuteMs }) => [id, minuteMs],
})

/** As far back as scaling policies look, and some more. */
const KEPT_MS = 3 * 3_600_000
/** Old minutes that go with each new one. */
const STEP = 5

/** Keeps a minute that is over, and drops what is too old. */
export function addMinute(tx: WriteTx, minute: UsedMinute): void {
  const { rows } = tx.scan(usedMinutes, { prefix: [minute.id], limit: STEP })
  for (const row of rows) if (row.minuteMs < tx.now - KEPT_MS) tx.remove(usedMinutes, row)
  if (minute.reads + minute.writes > 0) tx.put(usedMinutes, minute)
}

const MINUTES = KEPT_MS / 60_000 + STEP

/** The minutes from one time to before another, oldest first, that were used. */
export const usedMinutesOf = (
  tx: ReadTx,
  id: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly UsedMinute[] =>
  tx.scan(usedMinutes, { prefix: [id], from: [fromMs], to: [toMs], limit: MINUTES }).rows

/** Forgets all minutes of what is gone. */
export function forgetMinutes(tx: WriteTx, id: number): void {
  for (const row of tx.scan(usedMinutes, { prefix: [id], limit: MINUTES }).rows)
    tx.remove(usedMinutes, row)
}
