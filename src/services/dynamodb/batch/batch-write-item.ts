import type { AccessRequest } from "../../../iam/access.ts"
import type { KeyParts } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { addUsed, chargeWrite, consumedCapacity, type Used } from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { collectionMetrics, type Metrics } from "../items/answer.ts"
import { leadingKeys } from "../items/context.ts"
import { distinctItems } from "../items/distinct.ts"
import { assertFits, checkedPut, makeWrite, type ItemWrite } from "../items/writing.ts"
import { BATCH_WRITE_ITEMS } from "../limits.ts"
import { findTable, type Table } from "../tables/table.ts"
import { checkedItem } from "../values/validation.ts"
import { duplicates, someList } from "./batch-get-item.ts"

type Input = In<"BatchWriteItem">
type Request = Input["RequestItems"][string][number]

interface TableWrites {
  readonly name: string
  readonly table: Table
  readonly writes: readonly { readonly write: ItemWrite; readonly key: KeyParts }[]
}

const holderOf = (write: ItemWrite) => (write.kind === "put" ? write.item : write.key)

/**
 * Puts and deletes, each for itself; here they are made together, so that none is left unprocessed
 * but by throttling. Checks in the order that is recorded.
 */
export const BatchWriteItem = op.write("BatchWriteItem", {
  authorize: (tx: ReadTx, { RequestItems }: Input, call: Call): readonly AccessRequest[] =>
    Object.entries(RequestItems).map(([name, requests]) =>
      accessTo(tx, name, call, {
        context: (table) =>
          leadingKeys(
            table,
            requests.map(
              ({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {},
            ),
          ),
      }),
    ),
  run(tx, input, call): Out<"BatchWriteItem"> {
    const given = Object.entries(input.RequestItems).map(
      ([name, requests]) => [name, requests.map(writeOf)] as const,
    )
    if (given.reduce((count, [, writes]) => count + writes.length, 0) > BATCH_WRITE_ITEMS)
      throw validation("Too many items requested for the BatchWriteItem call")
    const tables = given.map(([name, writes]) => fit(findTable(tx, name, call), name, writes))
    const answers = tables.map(({ name, table, writes }) => {
      let used: Used | undefined
      const metrics = new Map<string, Metrics>()
      for (const { write, key } of writes) {
        const outcome = makeWrite(tx, table, { write, key, terms: {} })
        used = addUsed(used, outcome.used)
        const bytes = outcome.written.collectionBytes
        const metric = collectionMetrics(table, input, { holder: holderOf(write), bytes })
        if (metric) metrics.set(String(key[1]), metric)
      }
      if (used) chargeWrite(tx, table, used)
      return { name, used, metrics: [...metrics.values()] }
    })
    const collections = answers.filter(({ metrics }) => metrics.length > 0)
    return {
      UnprocessedItems: {},
      ItemCollectionMetrics:
        collections.length > 0
          ? Object.fromEntries(collections.map(({ name, metrics }) => [name, metrics]))
          : undefined,
      ConsumedCapacity: someList(
        answers.map(
          ({ name, used }) =>
            used && consumedCapacity(input.ReturnConsumedCapacity, name, { used }),
        ),
      ),
    }
  },
})

function writeOf({ PutRequest, DeleteRequest }: Request): ItemWrite {
  if (PutRequest && !DeleteRequest) return checkedPut(PutRequest.Item)
  if (DeleteRequest && !PutRequest) return { kind: "delete", key: checkedItem(DeleteRequest.Key) }
  // Recorded for none; for both it is not verified.
  throw validation(
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  )
}

function fit(table: Table, name: string, given: readonly ItemWrite[]): TableWrites {
  const distinct = distinctItems(duplicates)
  const writes = given.map((write) => {
    const key = assertFits(table, write)
    distinct(key)
    return { write, key }
  })
  return { name, table, writes }
}
