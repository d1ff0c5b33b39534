import type { KeyParts } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import { chargeWrite, type Used } from "../capacity/consumed.ts"
import { writeUnits } from "../capacity/units.ts"
import { conditionFailed, invalidValues, RequestError, validation } from "../errors.ts"
import { holds, type Condition, type Update } from "../expressions/expressions.ts"
import { assertLeader, isStrong, passOn } from "../global/strong.ts"
import { ITEM_BYTES } from "../limits.ts"
import { keyAttributes, type KeyAttribute, type Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { itemSize } from "../values/size.ts"
import { checkedItem, type GivenItem } from "../values/validation.ts"
import { assertIndexKeys, assertItemKeys, assertKey, itemKey } from "./keys.ts"
import { itemOf, readItem, type StoredItem } from "./rows.ts"
import { writeItem, type Written } from "./write-item.ts"

/** A write of one item, checked as far as it can be without the table. */
export type ItemWrite =
  | { readonly kind: "put"; readonly item: Item; readonly sizeBytes: number }
  | { readonly kind: "delete"; readonly key: Item }
  | { readonly kind: "update"; readonly key: Item; readonly update: Update | undefined }
  | { readonly kind: "check"; readonly key: Item }

/** When it is made, and what its refusal tells. */
export interface WriteTerms {
  readonly condition?: Condition | undefined
  /** `ReturnValuesOnConditionCheckFailure` ALL_OLD. */
  readonly tellOld?: boolean | undefined
}

/** A write that was made. */
export interface Outcome {
  readonly key: KeyParts
  readonly old: StoredItem | undefined
  /** The item as it is now. */
  readonly item: Item | undefined
  readonly written: Written
  readonly used: Used
}

const NOTHING: Item = Object.freeze({})

/** Throws ValidationException (recorded). */
export function checkedPut(given: GivenItem): Extract<ItemWrite, { kind: "put" }> {
  const item = checkedItem(given)
  const sizeBytes = itemSize(item)
  if (sizeBytes > ITEM_BYTES)
    throw new RequestError("Item size has exceeded the maximum allowed size", { enveloped: false })
  return { kind: "put", item, sizeBytes }
}

/** Throws where the table's schema does not allow the write: in AWS's order (recorded). */
export function assertFits(table: Table, write: ItemWrite): KeyParts {
  if (write.kind === "put") {
    assertItemKeys(table, write.item)
    return itemKey(table, write.item)
  }
  assertKey(table.keys, write.key)
  if (write.kind === "update" && write.update) assertUpdates(table, write.update)
  return itemKey(table, write.key)
}

/** Recorded. */
function assertUpdates(table: Table, update: Update): void {
  const { hash, range } = table.keys
  for (const attribute of range ? [hash, range] : [hash]) {
    if (update.actions.some(({ path }) => path[0] === attribute.name)) {
      throw invalidValues(
        `Cannot update attribute ${attribute.name}. This attribute is part of the key`,
      )
    }
    assertScalar(attribute, update, "Key")
  }
  for (const { keys } of [...table.localIndexes, ...table.globalIndexes]) {
    for (const attribute of keyAttributes(keys)) assertScalar(attribute, update, "IndexKey")
  }
}

function assertScalar({ name }: KeyAttribute, update: Update, kind: "Key" | "IndexKey"): void {
  if (update.paths.some((path) => path.length > 1 && path[0] === name)) {
    throw validation(
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: " +
        `${kind}: ${name}`,
    )
  }
}

/**
 * Makes a write that `assertFits`, if its condition holds. Throws ConditionalCheckFailedException,
 * ItemCollectionSizeLimitExceededException, and ValidationException where an update cannot be made.
 */
export function makeWrite(
  tx: WriteTx,
  table: Table,
  { write, key, terms }: { write: ItemWrite; key: KeyParts; terms: WriteTerms },
): Outcome {
  assertLeader(tx, table)
  const old = readItem(tx, key)
  const { condition } = terms
  const wantsOld = condition !== undefined || write.kind === "update"
  const oldItem = old && wantsOld ? itemOf(old) : undefined
  if (condition && !holds(condition, oldItem ?? NOTHING)) {
    // Documented: it costs what a write of the item as it is would cost.
    const units = writeUnits(old?.sizeBytes ?? 0)
    tx.despiteFailure((charging) => chargeWrite(charging, table, { table: units }))
    throw conditionFailed(terms.tellOld && oldItem ? { Item: oldItem } : undefined)
  }
  const item = newItem(table, write, oldItem)
  const written =
    write.kind === "check"
      ? unchanged(old)
      : writeItem(tx, table, {
          key,
          old,
          oldItem,
          item,
          sizeBytes: write.kind === "put" ? write.sizeBytes : undefined,
        })
  if (isStrong(table)) passOn(tx, table)
  const used: Used = {
    table: writeUnits(Math.max(written.oldSizeBytes, written.newSizeBytes)),
    local: written.indexes?.local,
    global: written.indexes?.global,
    holder: item ?? oldItem ?? (write.kind === "put" ? write.item : write.key),
  }
  return { key, old, item, written, used }
}

function newItem(table: Table, write: ItemWrite, old: Item | undefined): Item | undefined {
  switch (write.kind) {
    case "put":
      return write.item
    case "update":
      return updated(table, write, old)
    default:
      return undefined
  }
}

function updated(
  table: Table,
  { key, update }: Extract<ItemWrite, { kind: "update" }>,
  old: Item | undefined,
): Item | undefined {
  const item = update ? update.apply(old, key) : (old ?? key)
  if (item === undefined) return undefined
  assertIndexKeys(table, item, old ?? NOTHING)
  if (itemSize(item) > ITEM_BYTES) throw updateTooLarge()
  return item
}

/** Recorded. */
export const updateTooLarge = (): AwsError =>
  validation("Item size to update has exceeded the maximum allowed size")

const unchanged = (old: StoredItem | undefined): Written => ({
  oldSizeBytes: old?.sizeBytes ?? 0,
  newSizeBytes: old?.sizeBytes ?? 0,
  indexes: undefined,
  collectionBytes: undefined,
})
