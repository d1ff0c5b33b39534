import type { ReadTx } from "../../../kernel/transaction.ts"
import { usedMinutesOf } from "./minutes.ts"
import { traffics, type Kind } from "./traffic.ts"

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * What a table or a global index used by minutes that are over: those that later traffic has closed,
 * and the last one, which nothing has closed yet. The last second of a minute may count in it or in
 * the next.
 */
export function usedUnitsOf(
  tx: ReadTx,
  { id, kind }: { readonly id: number; readonly kind: Kind },
  span: Span,
): readonly { readonly minuteMs: number; readonly units: number }[] {
  const closed = usedMinutesOf(tx, id, span).map(({ minuteMs, reads, writes }) => ({
    ...{ minuteMs, units: kind === "read" ? reads : writes },
  }))
  const last = tx.get(traffics, [id])
  if (!last || last.minuteMs < span.fromMs || last.minuteMs >= span.toMs) return closed
  const { minuteMs } = last
  const units = kind === "read" ? last.minuteReads + last.reads : last.minuteWrites + last.writes
  return [...closed, { minuteMs, units }]
}
