import type { AccessRequest } from "../../../iam/access.ts"
import type { KeyParts } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { addUsed, consumedCapacity, meterWrite, type Used } from "../capacity/consumed.ts"
import { spend } from "../capacity/spending.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { collectionMetrics, type Metrics } from "../items/answer.ts"
import { batchContext } from "../items/context.ts"
import { distinctItems } from "../items/distinct.ts"
import { assertBatchedItemKeys, itemKey } from "../items/keys.ts"
import { refusalOfWrite } from "../items/refusal.ts"
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
  readonly writes: readonly (AskedWrite & { readonly key: KeyParts })[]
}

interface AskedWrite {
  readonly given: Request
  readonly write: ItemWrite
}

const itemOrKeyOf = ({ PutRequest, DeleteRequest }: Request) =>
  PutRequest?.Item ?? DeleteRequest?.Key ?? {}

const holderOf = (write: ItemWrite) => (write.kind === "put" ? write.item : write.key)

/**
 * Puts and deletes, each for itself: what its table has no capacity for is left unprocessed. Checks in
 * the order that is recorded.
 */
export const BatchWriteItem = op.write("BatchWriteItem", {
  authorize(tx: ReadTx, input: Input, call: Call): readonly AccessRequest[] {
    const { RequestItems, ReturnConsumedCapacity } = input
    return Object.entries(RequestItems).map(([name, requests]) =>
      accessTo(tx, name, call, {
        context: (table) =>
          batchContext(table, requests.map(itemOrKeyOf), { ReturnConsumedCapacity }),
      }),
    )
  },
  run(tx, input, call): Out<"BatchWriteItem"> {
    const asked = Object.entries(input.RequestItems).map(([name, requests]) => ({
      name,
      writes: requests.map((one) => ({ given: one, write: writeOf(one) })),
    }))
    if (asked.reduce((count, { writes }) => count + writes.length, 0) > BATCH_WRITE_ITEMS)
      throw validation("Too many items requested for the BatchWriteItem call")
    const tables = asked.map(({ name, writes }) => fit(findTable(tx, name, call), name, writes))
    const refusals: AwsError[] = []
    const answers = tables.map(({ name, table, writes }) => {
      let used: Used | undefined
      const metrics = new Map<string, Metrics>()
      const left: Request[] = []
      for (const { write, key, given: request } of writes) {
        const refusal = refusalOfWrite(tx, table, { write, key })
        if (refusal) {
          refusals.push(refusal)
          left.push(request)
          continue
        }
        const outcome = makeWrite(tx, table, { write, key, terms: {} })
        spend(tx, table, { kind: "write", used: outcome.used })
        used = addUsed(used, outcome.used)
        const bytes = outcome.written.collectionBytes
        const metric = collectionMetrics(table, input, { holder: holderOf(write), bytes })
        if (metric) metrics.set(String(key[1]), metric)
      }
      if (used) meterWrite(tx, table, used)
      return { name, used, left, metrics: [...metrics.values()] }
    })
    // Documented: of a batch of which nothing can be done.
    if (refusals.length > 0 && answers.every(({ used }) => used === undefined)) throw refusals[0]
    const collections = answers.filter(({ metrics }) => metrics.length > 0)
    return {
      UnprocessedItems: Object.fromEntries(
        answers.flatMap(({ name, left }) => (left.length > 0 ? [[name, left] as const] : [])),
      ),
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

function placeOf(table: Table, write: ItemWrite): KeyParts {
  if (write.kind !== "put") return assertFits(table, write)
  assertBatchedItemKeys(table, write.item)
  return itemKey(table, write.item)
}

function fit(table: Table, name: string, asked: readonly AskedWrite[]): TableWrites {
  const distinct = distinctItems(duplicates)
  const writes = asked.map((one) => {
    const key = placeOf(table, one.write)
    distinct(key)
    return { ...one, key }
  })
  return { name, table, writes }
}
