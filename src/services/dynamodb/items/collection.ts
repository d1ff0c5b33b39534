import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { COLLECTION_BYTES } from "../limits.ts"
import type { Table } from "../tables/table.ts"
import { collections } from "./rows.ts"

/**
 * Adds to an item collection; gives back its size. Tables without local indexes have none. Throws
 * ItemCollectionSizeLimitExceededException.
 */
export function addToCollection(
  tx: WriteTx,
  table: Table,
  { partition, bytes: more }: { readonly partition: string; readonly bytes: number },
): number | undefined {
  if (table.localIndexes.length === 0) return undefined
  const key = [table.id, partition]
  const bytes = (tx.get(collections, key)?.bytes ?? 0) + more
  // What makes a collection smaller is always allowed.
  if (bytes > COLLECTION_BYTES && more > 0) {
    // As users quote it.
    throw new AwsError("ItemCollectionSizeLimitExceededException", "Collection size exceeded.")
  }
  if (bytes === 0) tx.delete(collections, key)
  else if (more !== 0) tx.put(collections, { tableId: table.id, partition, bytes })
  return bytes
}
