import type { AccessRequest } from "../../../iam/access.ts"
import { findTransactTable } from "../global/strong.ts"
import type { KeyParts } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { addUsed, chargeRead, consumedCapacity, twice, type Used } from "../capacity/consumed.ts"
import { readUnits } from "../capacity/units.ts"
import { someList } from "../batch/batch-get-item.ts"
import { op, type In, type Out } from "../define.ts"
import { compileExpressions } from "../expressions/expressions.ts"
import { itemReadContext } from "../items/context.ts"
import { distinctItems } from "../items/distinct.ts"
import { assertKey, itemKey } from "../items/keys.ts"
import { itemOf, readItem } from "../items/rows.ts"
import type { Table } from "../tables/table.ts"
import { checkedItem } from "../values/validation.ts"
import { allOrNothing, severalOnOne } from "./cancellation.ts"

/** Reads up to 100 items at one instant, for twice the capacity. A write, for that is counted. */
export const TransactGetItems = op.write("TransactGetItems", {
  authorize: (
    tx: ReadTx,
    { TransactItems, ReturnConsumedCapacity }: In<"TransactGetItems">,
    call: Call,
  ): readonly AccessRequest[] =>
    TransactItems.map(({ Get }) =>
      accessTo(tx, Get.TableName, call, {
        action: "GetItem",
        context: (table) => ({
          ...itemReadContext(table, { ...Get, ReturnConsumedCapacity }),
          "dynamodb:EnclosingOperation": "TransactGetItems",
        }),
      }),
    ),
  run(tx, { TransactItems, ReturnConsumedCapacity }, call): Out<"TransactGetItems"> {
    const given = TransactItems.map(({ Get }) => ({
      name: Get.TableName,
      key: checkedItem(Get.Key),
      projection: compileExpressions(Get).projection,
    }))
    const gets = given.map((one) => ({ ...one, table: findTransactTable(tx, one.name, call) }))
    const tables = new Map<string, { table: Table; used: Used }>()
    const places = allOrNothing(gets, ({ table, key }) => {
      assertKey(table.keys, key)
      return itemKey(table, key)
    })
    places.forEach(distinctItems(severalOnOne))
    const placed = gets.map((one, i) => ({ ...one, place: places[i] as KeyParts }))
    const Responses = allOrNothing(placed, ({ name, table, key, place, projection }) => {
      const stored = readItem(tx, place)
      const units = { table: readUnits(stored?.sizeBytes ?? 0, true), holder: key }
      chargeRead(tx, table, twice(units))
      tables.set(name, { table, used: addUsed(tables.get(name)?.used, twice(units)) })
      // Recorded: what is not there is an empty answer.
      if (!stored) return {}
      return { Item: projection?.of(itemOf(stored)) ?? itemOf(stored) }
    })
    return {
      Responses,
      ConsumedCapacity: someList(
        [...tables].map(([name, { used }]) =>
          consumedCapacity(ReturnConsumedCapacity, name, { used, told: "ReadCapacityUnits" }),
        ),
      ),
    }
  },
})
