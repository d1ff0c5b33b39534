import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { someList } from "../batch/batch-get-item.ts"
import {
  addUsed,
  chargeRead,
  chargeWrite,
  consumedCapacity,
  twice,
  type Told,
  type Used,
} from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { findTransactTable } from "../global/strong.ts"
import { distinctItems } from "../items/distinct.ts"
import { assertFits } from "../items/writing.ts"
import type { Table } from "../tables/table.ts"
import type { AttributeValue } from "../values/attribute-value.ts"
import { allOrNothing } from "../transactions/cancellation.ts"
import { givenToken, keepToken, type GivenToken } from "../transactions/token.ts"
import { accessOf, type Bound } from "./access.ts"
import { keyOf } from "./keys.ts"
import { onlyKey, readOne } from "./select.ts"
import { parseStatement } from "./syntax/statement.ts"
import type { SelectNode, Statement, WriteNode } from "./syntax/tree.ts"
import { checkedParameters } from "./values.ts"
import { conditionOf } from "./where.ts"
import { makeStatementWrite, writeOf, type StatementWrite } from "./write.ts"

type Input = In<"ExecuteTransaction">
type Output = Out<"ExecuteTransaction">

const OPERATION = "ExecuteTransaction"

/** All statements read, or all write; then all are made, or none. Twice the capacity. */
export const ExecuteTransaction = op.write("ExecuteTransaction", {
  authorize: (tx: ReadTx, input: Input, call: Call): readonly AccessRequest[] =>
    boundsOf(input).map((bound) => accessOf(tx, bound, { call, within: OPERATION })),
  run(tx, input, call): Output {
    const bounds = boundsOf(input)
    const reads = bounds.filter(({ node }) => node.kind === "select" && !node.exists)
    if (reads.length > 0 && reads.length < bounds.length)
      throw validation(
        "ExecuteTransaction API does not support both read and write operations in the same request.",
      )
    const placed = bounds.map((bound) => ({
      ...bound,
      table: findTransactTable(tx, bound.node.table.name, call),
    }))
    return reads.length > 0 ? readAll(tx, input, placed) : writeAll(tx, input, { placed, call })
  },
})

interface Placed extends Bound {
  readonly table: Table
}

/** Refusals say which statement they are of; those of parameters do not (recorded). */
function boundsOf({ TransactStatements }: Input): readonly Bound[] {
  const statements = TransactStatements.map(({ Statement }, i) =>
    inPlace(i, () => {
      const statement = parseStatement(Statement)
      refuseReturning(statement)
      return statement
    }),
  )
  return statements.map((statement, i) => ({
    node: statement.node,
    parameters: checkedParameters(statement, TransactStatements[i]?.Parameters),
  }))
}

/** As users quote it. */
function refuseReturning({ node }: Statement): void {
  if ("returning" in node && node.returning !== undefined)
    throw validation("RETURNING clause is not supported in ExecuteTransaction.")
}

function inPlace<Made>(i: number, make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ValidationException") throw error
    throw validation(`Validation failed in TransactStatements[${i}]: ${error.message}`)
  }
}

function readAll(tx: WriteTx, input: Input, placed: readonly Placed[]): Output {
  const meter = new Meter("ReadCapacityUnits")
  const Responses = placed.map(({ node, parameters, table }, i) => {
    const select = node as SelectNode
    const key = inPlace(i, () => onlyKey(table, { node: select, parameters, operation: OPERATION }))
    const { item, used } = readOne(tx, table, { node: select, key, consistent: true })
    chargeRead(tx, table, twice(used))
    meter.note(table, node.table.name, used)
    return { Item: item }
  })
  return { Responses, ConsumedCapacity: meter.told(input.ReturnConsumedCapacity) }
}

function writeAll(
  tx: WriteTx,
  input: Input,
  { placed, call }: { readonly placed: readonly Placed[]; readonly call: Call },
): Output {
  const writes = placed.map((one, i) =>
    inPlace(i, () => ({ ...preparedOf(one, input.TransactStatements[i]), ...one })),
  )
  const distinct = distinctItems(() =>
    validation("Transaction request cannot include multiple operations on one item"),
  )
  writes.forEach(({ key }) => distinct(key))
  // Nothing is told of writes (recorded).
  const Responses: Output["Responses"] = []
  const { ClientRequestToken: token, TransactStatements: asked } = input
  const given = givenToken(tx, { token, asked }, call)
  if (given?.known) return { Responses, ConsumedCapacity: repeated(tx, input, { placed, given }) }
  const outcomes = allOrNothing(writes, ({ table, ...write }) => {
    const made = makeStatementWrite(tx, table, write)
    chargeWrite(tx, table, twice(made.used))
    return made
  })
  if (given) keepToken(tx, given, outcomes)
  const meter = new Meter("WriteCapacityUnits")
  outcomes.forEach(({ used }, i) => {
    const { table, node } = writes[i] as Placed
    meter.note(table, node.table.name, used)
  })
  return { Responses, ConsumedCapacity: meter.told(input.ReturnConsumedCapacity) }
}

/** What is made already is charged as reads (recorded). */
function repeated(
  tx: WriteTx,
  { ReturnConsumedCapacity }: Input,
  { placed, given }: { readonly placed: readonly Placed[]; readonly given: GivenToken },
): Output["ConsumedCapacity"] {
  const meter = new Meter("ReadCapacityUnits")
  placed.forEach(({ table, node }, i) => {
    const used = { table: given.known?.reads?.[i] ?? 1 }
    chargeRead(tx, table, twice(used))
    meter.note(table, node.table.name, used)
  })
  return meter.told(ReturnConsumedCapacity)
}

type Given = Input["TransactStatements"][number] | undefined

function preparedOf({ node, parameters, table }: Placed, given: Given): StatementWrite {
  const tellOld = given?.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
  return node.kind === "select"
    ? checkOf(node, { table, parameters, tellOld })
    : writeOf(node satisfies WriteNode, { table, parameters, tellOld })
}

/** `EXISTS(SELECT …)`: a condition on an item that is not written. */
function checkOf(
  node: SelectNode,
  {
    table,
    parameters,
    tellOld,
  }: { table: Table; parameters: readonly AttributeValue[]; tellOld: boolean },
): StatementWrite {
  const where = node.where && conditionOf(node.where, parameters)
  const { key: holder, rest } = keyOf(where, table.keys)
  if (node.table.index !== undefined || holder === undefined || rest.length === 0)
    throw validation("EXISTS() must contain a single item read with additional condition")
  const write = { kind: "check", key: holder } as const
  const terms = { condition: { kind: "and", terms: rest } as const, tellOld }
  return { kind: "check", write, terms, key: assertFits(table, write), holder }
}

class Meter {
  readonly #told: Told
  readonly #tables = new Map<string, { table: Table; used: Used }>()

  constructor(told: Told) {
    this.#told = told
  }

  note(table: Table, name: string, used: Used): void {
    this.#tables.set(name, { table, used: addUsed(this.#tables.get(name)?.used, twice(used)) })
  }

  told(asked: string | undefined): Output["ConsumedCapacity"] {
    return someList(
      [...this.#tables].map(([name, { used }]) =>
        consumedCapacity(asked, name, { used, told: this.#told }),
      ),
    )
  }
}
