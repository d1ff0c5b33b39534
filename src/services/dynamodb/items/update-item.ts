import { chargeWrite } from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import type { Update } from "../expressions/expressions.ts"
import { compileParameters, refuseMixed } from "../expressions/parameters.ts"
import { ITEM_BYTES } from "../limits.ts"
import { enveloped } from "./request-wording.ts"
import { findTable, type Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { itemSize } from "../values/size.ts"
import { checkedItem } from "../values/validation.ts"
import { costMembers, someAttributes } from "./answer.ts"
import { accessToItem } from "./context.ts"
import { keyOf } from "./keys.ts"
import { itemOf } from "./rows.ts"
import { assertFits, makeWrite, updateTooLarge, type ItemWrite, type Outcome } from "./writing.ts"

/** Checks in the order that is recorded. */
const checked = enveloped((input: In<"UpdateItem">) => {
  refuseMixed("update", input)
  const givenKey = checkedItem(input.Key)
  const { condition, update } = compileParameters("update", input)
  return { givenKey, condition, update }
})

/** Without an item it makes one of the key. */
export const UpdateItem = op.write("UpdateItem", {
  authorize: accessToItem,
  run(tx, input: In<"UpdateItem">, call): Out<"UpdateItem"> {
    const { givenKey, condition, update } = checked(input)
    const write: ItemWrite = { kind: "update", key: givenKey, update }
    const table = findTable(tx, input.TableName, call)
    const key = assertFits(table, write)
    const tellOld = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
    const outcome = makeWrite(tx, table, { write, key, terms: { condition, tellOld } })
    if (update) assertInReach(table, update, outcome)
    chargeWrite(tx, table, outcome.used)
    return {
      Attributes: attributesOf(input.ReturnValues, update, outcome),
      ...costMembers(table, input, { outcome, holder: givenKey }),
    }
  },
})

/**
 * Recorded, by trial: this operation compares the limit also with the item without its key attributes
 * and with so many bytes for the update, whatever it sets.
 */
const UPDATE_BYTES = { all: 3, setting: 19, taking: 2, arithmetic: 50, listElement: 1 } as const

function assertInReach(table: Table, { actions }: Update, { item, written }: Outcome): void {
  // Most items are far from it.
  if (item === undefined || written.newSizeBytes < ITEM_BYTES / 2) return
  let bytes = written.newSizeBytes - itemSize(keyOf(table.keys, item)) + UPDATE_BYTES.all
  for (const action of actions) {
    const taking = action.kind === "remove" || action.kind === "delete"
    bytes += taking ? UPDATE_BYTES.taking : UPDATE_BYTES.setting
    if (action.kind !== "set") continue
    if (action.value.kind === "arithmetic") bytes += UPDATE_BYTES.arithmetic
    if (typeof action.path.at(-1) === "number") bytes += UPDATE_BYTES.listElement
  }
  if (bytes > ITEM_BYTES) throw updateTooLarge()
}

function attributesOf(
  asked: string | undefined,
  update: Update | undefined,
  { old, item }: Outcome,
): Item | undefined {
  switch (asked) {
    case "ALL_OLD":
      return old && itemOf(old)
    case "ALL_NEW":
      return item
    case "UPDATED_OLD":
      return old && update && someAttributes(update.targets.of(itemOf(old)))
    case "UPDATED_NEW":
      return item && update && someAttributes(update.targets.of(item))
    default:
      return undefined
  }
}
