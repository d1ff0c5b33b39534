import { chargeWrite } from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import type { Update } from "../expressions/expressions.ts"
import { compileParameters, refuseMixed } from "../expressions/parameters.ts"
import { findTable } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { checkedItem } from "../values/validation.ts"
import { costMembers, someAttributes } from "./answer.ts"
import { accessToItem } from "./context.ts"
import { itemOf } from "./rows.ts"
import { assertFits, makeWrite, type ItemWrite, type Outcome } from "./writing.ts"

/** Checks in the order that is recorded. Without an item it makes one of the key. */
export const UpdateItem = op.write("UpdateItem", {
  authorize: accessToItem,
  run(tx, input: In<"UpdateItem">, call): Out<"UpdateItem"> {
    refuseMixed("update", input)
    const givenKey = checkedItem(input.Key)
    const { condition, update } = compileParameters("update", input)
    const write: ItemWrite = { kind: "update", key: givenKey, update }
    const table = findTable(tx, input.TableName, call)
    const key = assertFits(table, write)
    const tellOld = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
    const outcome = makeWrite(tx, table, { write, key, terms: { condition, tellOld } })
    chargeWrite(tx, table, outcome.used)
    return {
      Attributes: attributesOf(input.ReturnValues, update, outcome),
      ...costMembers(table, input, { outcome, holder: givenKey }),
    }
  },
})

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
