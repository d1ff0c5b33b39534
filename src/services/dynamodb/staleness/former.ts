import { lagOf } from "../../../kernel/faults.ts"
import { job } from "../../../kernel/later/later.ts"
import type { KeyPart } from "../../../kernel/key.ts"
import { table, type KeyParts } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { StoredItem } from "../items/rows.ts"

/**
 * What an item or an index's entry was before it was written, kept as long as its Region's reads lag
 * behind: reads that need not see the latest see this. While no Region lags nothing is kept.
 */
export interface Former {
  /** The place of the row; bytes in base64. */
  readonly place: readonly (KeyPart | { readonly bytes: string })[]
  readonly writtenMs: number
  /** Undefined where there was none. */
  readonly row?: { readonly sizeBytes: number; readonly text: string } | undefined
}

export const placeOf = ({ place }: Former): KeyParts =>
  place.map((part) => (isBytes(part) ? Buffer.from(part.bytes, "base64") : part))

const isBytes = (part: Former["place"][number]): part is { readonly bytes: string } =>
  typeof part === "object" && part !== null && "bytes" in part

export const formers = table<Former>("dynamodb/former", {
  key: placeOf,
  indexes: { byTime: ({ writtenMs }) => [writtenMs] },
})

/**
 * Keeps what a row was that is written. Of several writes within the lag the state before the first
 * is kept: then reads come to the latest at once.
 */
export function keepFormer(
  tx: WriteTx,
  region: string,
  { key, old }: { readonly key: KeyParts; readonly old: StoredItem | undefined },
): void {
  const lagMs = lagOf(tx, region)
  if (lagMs === 0) return
  const kept = tx.get(formers, key)
  if (kept && tx.now < kept.writtenMs + lagMs) return
  const place = key.map((part) =>
    part instanceof Uint8Array ? { bytes: Buffer.from(part).toString("base64") } : part,
  )
  const row = old && { sizeBytes: old.sizeBytes, text: old.text }
  tx.put(formers, { place, writtenMs: tx.now, ...(row && { row }) })
  tx.schedule(forgetFormers, { beforeMs: tx.now + 1 }, tx.now + lagMs)
}

/** Rows that one step takes on. */
const STEP = 200

/** Forgets what reads have come past. */
export const forgetFormers = job<{ readonly beforeMs: number }>("dynamodb/forget-formers", {
  run(tx, { beforeMs }) {
    const { rows, next } = tx.scan(formers, { index: "byTime", to: [beforeMs], limit: STEP })
    for (const row of rows) tx.remove(formers, row)
    if (next !== undefined) tx.schedule(forgetFormers, { beforeMs }, tx.now)
  },
})

/** The row as reads of the Region see it that need not see the latest. */
export function seenRow(
  tx: ReadTx,
  region: string,
  { key, row }: { readonly key: KeyParts; readonly row: StoredItem | undefined },
): StoredItem | undefined {
  const lagMs = lagOf(tx, region)
  const former = lagMs === 0 ? undefined : tx.get(formers, key)
  if (!former || tx.now >= former.writtenMs + lagMs) return row
  return former.row && { ...former.row, key: [] }
}
