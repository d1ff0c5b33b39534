import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { contributors, contributorSums } from "./contributor.ts"

/** Rows that one step takes on. */
const STEP = 500
/** How long CloudWatch keeps what rules counted (docs: "Analyzing high-cardinality data"). */
const KEPT_MS = 15 * 86_400_000

interface Of {
  /** Of a table or a global index. */
  readonly id: number
}

/** Forgets what was counted of what is gone, or is not counted any more, step by step. */
export const forgetContributors = job<Of>("dynamodb/forget-contributors", {
  run(tx, { id }) {
    if (!forgetBefore(tx, id, undefined)) tx.schedule(forgetContributors, { id }, tx.now)
  },
})

export function forgetContributorsLater(tx: WriteTx, id: number): void {
  tx.schedule(forgetContributors, { id }, tx.now)
}

/** Drops what is too old; each minute of a key that is counted drops some. */
export function forgetOld(tx: WriteTx, id: number): void {
  forgetBefore(tx, id, tx.now - KEPT_MS)
}

/** True when none is left. */
function forgetBefore(tx: WriteTx, id: number, beforeMs: number | undefined): boolean {
  const range = { prefix: [id], ...(beforeMs !== undefined && { to: [beforeMs] }), limit: STEP }
  const some = tx.scan(contributors, range)
  for (const row of some.rows) tx.remove(contributors, row)
  const sums = tx.scan(contributorSums, range)
  for (const row of sums.rows) tx.remove(contributorSums, row)
  return some.next === undefined && sums.next === undefined
}
