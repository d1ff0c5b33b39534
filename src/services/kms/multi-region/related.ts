import type { ReadTx } from "../../../kernel/transaction.ts"
import { keys, type Key } from "../key/key.ts"

/** More Regions than AWS has. */
const REGIONS = 100

/** A multi-Region key in all its Regions, the given one included. */
export function relatedKeys(tx: ReadTx, { account, id }: Pick<Key, "account" | "id">) {
  return tx.scan(keys, { index: "byMultiRegionId", prefix: [account, id], limit: REGIONS }).rows
}
