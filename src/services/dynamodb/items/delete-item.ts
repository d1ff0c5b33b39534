import { chargeWrite } from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import { findTable } from "../tables/table.ts"
import { checkedItem } from "../values/validation.ts"
import { costMembers } from "./answer.ts"
import { accessToItem } from "./context.ts"
import { itemOf } from "./rows.ts"
import { assertFits, makeWrite, type ItemWrite } from "./writing.ts"
import { checkedBy } from "./put-item.ts"

const checked = checkedBy(({ Key }: In<"DeleteItem">) => checkedItem(Key))

/** What is not there is deleted without complaint. */
export const DeleteItem = op.write("DeleteItem", {
  authorize: accessToItem,
  run(tx, input: In<"DeleteItem">, call): Out<"DeleteItem"> {
    const { asked: givenKey, condition } = checked(input)
    const write: ItemWrite = { kind: "delete", key: givenKey }
    const table = findTable(tx, input.TableName, call)
    const key = assertFits(table, write)
    const tellOld = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
    const outcome = makeWrite(tx, table, { write, key, terms: { condition, tellOld } })
    chargeWrite(tx, table, outcome.used)
    const { old } = outcome
    return {
      Attributes: old && input.ReturnValues === "ALL_OLD" ? itemOf(old) : undefined,
      ...costMembers(table, input, { outcome, holder: givenKey }),
    }
  },
})
