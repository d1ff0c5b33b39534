import type { AccessRequest } from "../../../iam/access.ts"
import type { KeyParts } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import {
  addUsed,
  chargeRead,
  chargeWrite,
  consumedCapacity,
  twice,
  type Used,
} from "../capacity/consumed.ts"
import { someList } from "../batch/batch-get-item.ts"
import { op, type In, type Out } from "../define.ts"
import { EmptyKeyError, validation } from "../errors.ts"
import { findTransactTable } from "../global/strong.ts"
import { compileExpressions } from "../expressions/expressions.ts"
import { collectionMetrics, type Metrics } from "../items/answer.ts"
import { itemContext } from "../items/context.ts"
import { distinctItems } from "../items/distinct.ts"
import {
  assertFits,
  checkedPut,
  makeWrite,
  type ItemWrite,
  type Outcome,
  type WriteTerms,
} from "../items/writing.ts"
import { TRANSACTION_BYTES } from "../limits.ts"
import type { Table } from "../tables/table.ts"
import { itemSize } from "../values/size.ts"
import { checkedItem } from "../values/validation.ts"
import { allOrNothing, severalOnOne } from "./cancellation.ts"
import { givenToken, keepToken } from "./token.ts"

type Input = In<"TransactWriteItems">
type Given = Input["TransactItems"][number]

/** One action, checked as far as it can be without its table. */
interface Action {
  readonly name: string
  readonly write: ItemWrite
  readonly terms: WriteTerms
}

interface TableAction extends Action {
  readonly table: Table
}

const ACTIONS = {
  ConditionCheck: "ConditionCheckItem",
  Put: "PutItem",
  Delete: "DeleteItem",
  Update: "UpdateItem",
} as const

/** All actions, or none. Transactions use twice the capacity. */
export const TransactWriteItems = op.write("TransactWriteItems", {
  authorize: (tx: ReadTx, input: Input, call: Call): readonly AccessRequest[] =>
    input.TransactItems.map((given) => {
      const [kind, one] = onlyOne(given)
      const { ReturnConsumedCapacity } = input
      return accessTo(tx, one.TableName, call, {
        action: ACTIONS[kind],
        context: (table) => ({
          ...itemContext(table, { ...one, ReturnConsumedCapacity }),
          "dynamodb:EnclosingOperation": "TransactWriteItems",
        }),
      })
    }),
  run(tx, input, call): Out<"TransactWriteItems"> {
    const parsed = input.TransactItems.map(actionOf)
    assertSize(parsed)
    const actions = parsed.map((one): TableAction => ({
      ...one,
      table: findTransactTable(tx, one.name, call),
    }))
    const { ClientRequestToken: token, TransactItems: asked } = input
    const given = givenToken(tx, { token, asked }, call)
    if (given?.known) return repeated(tx, input, { actions, reads: given.known.reads })
    const places = allOrNothing(actions, ({ table, write }) => assertFits(table, write), isEmptyKey)
    places.forEach(distinctItems(severalOnOne))
    const makeAction = ({ table, ...action }: (typeof placed)[number]): Outcome => {
      const made = makeWrite(tx, table, action)
      chargeWrite(tx, table, twice(made.used))
      return made
    }
    const placed = actions.map((action, i) => ({ ...action, key: places[i] as KeyParts }))
    const outcomes = allOrNothing(placed, makeAction, isEmptyKey)
    if (given) keepToken(tx, given, outcomes)
    return answerOf(input, { actions, outcomes })
  },
})

/** Recorded: of writes only. */
const isEmptyKey = (error: unknown): boolean => error instanceof EmptyKeyError

type Kind = keyof typeof ACTIONS

/** The action that an element is; the words are as users quote them. */
function onlyOne(given: Given): readonly [Kind, NonNullable<Given[Kind]>] {
  const kinds = (Object.keys(ACTIONS) as Kind[]).filter((kind) => given[kind] !== undefined)
  const [kind] = kinds
  const one = kind && given[kind]
  if (kind === undefined || one === undefined || kinds.length > 1)
    throw validation("TransactItems can only contain one of Check, Put, Update or Delete")
  return [kind, one]
}

function actionOf(given: Given): Action {
  const [, one] = onlyOne(given)
  const { TableName: name, ReturnValuesOnConditionCheckFailure: told } = one
  const { condition, update } = compileExpressions(one)
  const terms = { condition, tellOld: told === "ALL_OLD" }
  return { name, terms, write: writeOf(given, update) }
}

function writeOf({ Put, Delete, Update, ConditionCheck }: Given, update: UpdateOf): ItemWrite {
  if (Put) return checkedPut(Put.Item)
  if (Delete) return { kind: "delete", key: checkedItem(Delete.Key) }
  if (Update) return { kind: "update", key: checkedItem(Update.Key), update }
  return { kind: "check", key: checkedItem(ConditionCheck?.Key ?? {}) }
}

type UpdateOf = ReturnType<typeof compileExpressions>["update"]

/** What a request brings along counts (tests against AWS, which the words are near). */
function assertSize(actions: readonly Action[]): void {
  let bytes = 0
  for (const { write } of actions)
    bytes += write.kind === "put" ? write.sizeBytes : itemSize(write.key)
  if (bytes > TRANSACTION_BYTES) throw validation("Transaction payload size cannot exceed 4 MB")
}

function answerOf(
  input: Input,
  { actions, outcomes }: { actions: readonly TableAction[]; outcomes: readonly Outcome[] },
): Out<"TransactWriteItems"> {
  const tables = new Map<string, { table: Table; used: Used; metrics: Map<string, Metrics> }>()
  for (const [i, { name, table, write }] of actions.entries()) {
    const { used, written, key } = outcomes[i] as Outcome
    const known = tables.get(name)
    const metrics = known?.metrics ?? new Map<string, Metrics>()
    const holder = write.kind === "put" ? write.item : write.key
    const metric = collectionMetrics(table, input, { holder, bytes: written.collectionBytes })
    if (metric) metrics.set(String(key[1]), metric)
    tables.set(name, { table, metrics, used: addUsed(known?.used, twice(used)) })
  }
  const measured = [...tables].filter(([, { metrics }]) => metrics.size > 0)
  return {
    ConsumedCapacity: someList(
      [...tables].map(([name, { used }]) =>
        consumedCapacity(input.ReturnConsumedCapacity, name, { used, told: "WriteCapacityUnits" }),
      ),
    ),
    ItemCollectionMetrics:
      measured.length > 0
        ? Object.fromEntries(measured.map(([name, { metrics }]) => [name, [...metrics.values()]]))
        : undefined,
  }
}

/** "Subsequent calls … return the number of read capacity units consumed in reading the item." */
function repeated(
  tx: WriteTx,
  { ReturnConsumedCapacity }: Input,
  {
    actions,
    reads = [],
  }: { readonly actions: readonly TableAction[]; readonly reads?: readonly number[] | undefined },
): Out<"TransactWriteItems"> {
  const tables = new Map<string, { table: Table; used: Used }>()
  for (const [i, { name, table }] of actions.entries()) {
    const used = addUsed(tables.get(name)?.used, twice({ table: reads[i] ?? 1 }))
    tables.set(name, { table, used })
  }
  for (const { table, used } of tables.values()) chargeRead(tx, table, used)
  return {
    ConsumedCapacity: someList(
      [...tables].map(([name, { used }]) =>
        consumedCapacity(ReturnConsumedCapacity, name, { used, told: "ReadCapacityUnits" }),
      ),
    ),
  }
}
