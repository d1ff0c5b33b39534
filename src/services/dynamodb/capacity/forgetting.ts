import type { WriteTx } from "../../../kernel/transaction.ts"
import { forgetContributorsLater } from "../insights/forgetting.ts"
import { hotKeys } from "./hot-keys.ts"
import { forgetMinutes } from "./minutes.ts"
import { traffics } from "./traffic.ts"

/** Forgets what a table or an index that is gone was used. */
export function forgetTraffic(tx: WriteTx, id: number): void {
  tx.delete(traffics, [id])
  tx.delete(hotKeys, [id])
  forgetMinutes(tx, id)
  forgetContributorsLater(tx, id)
}
