import { textMember } from "../../../protocols/json/json-text.ts"
import { chargeRead, consumedCapacity } from "../capacity/consumed.ts"
import { readUnits } from "../capacity/units.ts"
import { op, type In, type Out } from "../define.ts"
import { compileParameters, refuseMixed } from "../expressions/parameters.ts"
import { assertLeader } from "../global/strong.ts"
import { newlyWorded } from "./request-wording.ts"
import { findTable } from "../tables/table.ts"
import { checkedItem } from "../values/validation.ts"
import { accessToRead } from "./context.ts"
import { readAsAsked } from "../staleness/reading.ts"
import { assertKey } from "./keys.ts"
import { itemOf, jsonOf } from "./rows.ts"

const ITEM = textMember("Item", itemOf)

/** Checks in the order that is recorded. */
const checked = newlyWorded((input: In<"GetItem">) => {
  const partial = wantsPart(input)
  if (partial) refuseMixed("get", input)
  const key = checkedItem(input.Key)
  return { key, projection: partial ? compileParameters("get", input).projection : undefined }
})

/** A write, for what it costs is counted. */
export const GetItem = op.write("GetItem", {
  authorize: accessToRead,
  run(tx, input: In<"GetItem">, call): Out<"GetItem"> {
    const { key, projection } = checked(input)
    const table = findTable(tx, input.TableName, call)
    assertKey(table.keys, key)
    if (input.ConsistentRead) assertLeader(tx, table)
    const stored = readAsAsked(tx, table, { key, consistent: input.ConsistentRead })
    const units = readUnits(stored?.sizeBytes ?? 0, input.ConsistentRead === true)
    const used = { table: units, holder: key }
    chargeRead(tx, table, used)
    const ConsumedCapacity = consumedCapacity(input.ReturnConsumedCapacity, input.TableName, {
      used,
    })
    if (!stored) return { ConsumedCapacity }
    if (projection) return { Item: projection.of(itemOf(stored)), ConsumedCapacity }
    return ITEM.add({ ConsumedCapacity }, jsonOf(stored), stored)
  },
})

/** Most reads want whole items: there is nothing to compile, or to refuse. */
const wantsPart = (input: In<"GetItem">): boolean =>
  input.ProjectionExpression !== undefined ||
  input.AttributesToGet !== undefined ||
  input.ExpressionAttributeNames !== undefined
