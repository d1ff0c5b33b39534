import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { chargeRead, chargeWrite, consumedCapacity } from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import { assertLeader } from "../global/strong.ts"
import { withItems } from "../items/found.ts"
import { findTable } from "../tables/table.ts"
import { accessOf, type Bound } from "./access.ts"
import { NO_STATEMENT, notWellFormed, tokenOfWrite } from "./errors.ts"
import { readSelect } from "./select.ts"
import { parseStatement } from "./syntax/statement.ts"
import type { SelectNode, WriteNode } from "./syntax/tree.ts"
import { checkedParameters } from "./values.ts"
import { makeStatementWrite, returned, writeOf } from "./write.ts"

type Input = In<"ExecuteStatement">

/** A write whatever the statement is, for what it costs is counted. */
export const ExecuteStatement = op.write("ExecuteStatement", {
  authorize: (tx: ReadTx, input: Input, call: Call) => accessOf(tx, boundOf(input), { call }),
  run(tx, input, call): Out<"ExecuteStatement"> {
    const { node, parameters } = boundOf(input)
    return node.kind === "select"
      ? select(tx, input, { node, parameters, call })
      : write(tx, input, { node, parameters, call })
  },
})

function boundOf({ Statement, Parameters }: Pick<Input, "Statement" | "Parameters">): Bound {
  const statement = parseStatement(Statement)
  const { node } = statement
  // It stands in transactions only; the words are not verified.
  if (node.kind === "select" && node.exists) throw notWellFormed(NO_STATEMENT)
  return { node, parameters: checkedParameters(statement, Parameters) }
}

type Of<Node> = Omit<Bound, "node"> & { readonly node: Node; readonly call: Call }

function select(
  tx: WriteTx,
  input: Input,
  { node, parameters, call }: Of<SelectNode>,
): Out<"ExecuteStatement"> {
  const table = findTable(tx, node.table.name, call)
  const consistent = input.ConsistentRead === true
  if (consistent) assertLeader(tx, table)
  const asked = { parameters, consistent, limit: input.Limit, token: input.NextToken }
  const page = readSelect(tx, table, { node, asked })
  chargeRead(tx, table, page.used)
  return withItems(page.found, {
    NextToken: page.next,
    LastEvaluatedKey: page.position,
    ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, node.table.name, page),
  })
}

function write(
  tx: WriteTx,
  input: Input,
  { node, parameters, call }: Of<WriteNode>,
): Out<"ExecuteStatement"> {
  if (input.NextToken !== undefined) throw tokenOfWrite()
  const table = findTable(tx, node.table.name, call)
  const tellOld = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
  const prepared = writeOf(node, { table, parameters, tellOld })
  const outcome = makeStatementWrite(tx, table, prepared)
  chargeWrite(tx, table, outcome.used)
  const image = returned(prepared, outcome, node.kind === "insert" ? undefined : node.returning)
  return {
    Items: image ? [image] : [],
    ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, node.table.name, outcome),
  }
}
