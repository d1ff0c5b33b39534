import { consumedCapacity } from "../capacity/consumed.ts"
import type { Table } from "../tables/table.ts"
import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts"
import type { Outcome } from "./writing.ts"

interface Asked {
  readonly TableName: string
  readonly ReturnConsumedCapacity?: string | undefined
  readonly ReturnItemCollectionMetrics?: string | undefined
}

export interface Metrics {
  readonly ItemCollectionKey: Readonly<Record<string, AttributeValue>>
  readonly SizeEstimateRangeGB: readonly number[]
}

/** What every write of one item can tell besides its attributes; `holder` has its partition key. */
export function costMembers(
  table: Table,
  asked: Asked,
  { outcome, holder }: { readonly outcome: Outcome; readonly holder: Item },
) {
  const { used, written } = outcome
  return {
    ConsumedCapacity: consumedCapacity(asked.ReturnConsumedCapacity, asked.TableName, { used }),
    ItemCollectionMetrics: collectionMetrics(table, asked, {
      holder,
      bytes: written.collectionBytes,
    }),
  }
}

const GB = 1024 ** 3

/** Of tables with local indexes, in whole gigabytes from and to (docs: "ItemCollectionMetrics"). */
export function collectionMetrics(
  { keys }: Table,
  { ReturnItemCollectionMetrics: asked }: Pick<Asked, "ReturnItemCollectionMetrics">,
  { holder, bytes }: { readonly holder: Item; readonly bytes: number | undefined },
): Metrics | undefined {
  const value = attributeOf(holder, keys.hash.name)
  if (asked !== "SIZE" || bytes === undefined || value === undefined) return undefined
  const whole = Math.floor(bytes / GB)
  return {
    ItemCollectionKey: { [keys.hash.name]: value },
    SizeEstimateRangeGB: [whole, whole + 1],
  }
}

/** No attributes are no member. */
export const someAttributes = (item: Item | undefined): Item | undefined =>
  item && Object.keys(item).length > 0 ? item : undefined
