import { chargeWrite } from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { compileParameters, refuseMixed } from "../expressions/parameters.ts"
import { enveloped } from "./request-wording.ts"
import { findTable } from "../tables/table.ts"
import { costMembers } from "./answer.ts"
import { accessToItem } from "./context.ts"
import { itemOf } from "./rows.ts"
import { assertFits, checkedPut, makeWrite } from "./writing.ts"

type Asked = Omit<In<"PutItem">, "Item">

/** Checks what is asked to be written, and of which item, in the order that is recorded. */
export const checkedBy = <Input extends Asked, Given>(given: (input: Input) => Given) =>
  enveloped((input: Input) => {
    const conditional = isConditional(input)
    if (conditional) refuseMixed("put", input)
    const asked = given(input)
    assertOldOrNone(input)
    const condition = conditional ? compileParameters("put", input).condition : undefined
    return { asked, condition }
  })

const checked = checkedBy(({ Item }: In<"PutItem">) => checkedPut(Item))

export const PutItem = op.write("PutItem", {
  authorize: accessToItem,
  run(tx, input: In<"PutItem">, call): Out<"PutItem"> {
    const { asked: put, condition } = checked(input)
    const table = findTable(tx, input.TableName, call)
    const key = assertFits(table, put)
    const tellOld = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
    const outcome = makeWrite(tx, table, { write: put, key, terms: { condition, tellOld } })
    chargeWrite(tx, table, outcome.used)
    const { old } = outcome
    return {
      Attributes: old && input.ReturnValues === "ALL_OLD" ? itemOf(old) : undefined,
      ...costMembers(table, input, { outcome, holder: put.item }),
    }
  },
})

/** Most puts and deletes are not: there is nothing to compile, or to refuse. */
const isConditional = (input: Partial<In<"PutItem">>): boolean =>
  input.ConditionExpression !== undefined ||
  input.Expected !== undefined ||
  input.ConditionalOperator !== undefined ||
  input.ExpressionAttributeNames !== undefined ||
  input.ExpressionAttributeValues !== undefined

/** Recorded. */
function assertOldOrNone({ ReturnValues = "NONE" }: Pick<In<"PutItem">, "ReturnValues">): void {
  if (ReturnValues !== "ALL_OLD" && ReturnValues !== "NONE")
    throw validation("ReturnValues can only be ALL_OLD or NONE")
}
