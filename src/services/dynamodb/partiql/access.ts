import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { pathsOf, type Condition } from "../expressions/condition.ts"
import { leadingKeys } from "../items/context.ts"
import type { Table } from "../tables/table.ts"
import type { AttributeValue } from "../values/attribute-value.ts"
import { keyOf, rangesOf } from "./keys.ts"
import { updateOf } from "./set-clauses.ts"
import type { Returning, StatementNode } from "./syntax/tree.ts"
import { literalItem } from "./values.ts"
import { conditionOf } from "./where.ts"

const ACTIONS = {
  select: "PartiQLSelect",
  insert: "PartiQLInsert",
  update: "PartiQLUpdate",
  delete: "PartiQLDelete",
} as const

export interface Bound {
  readonly node: StatementNode
  readonly parameters: readonly AttributeValue[]
}

/** What a statement asks (docs: "IAM security policies with PartiQL for DynamoDB"). */
export const accessOf = (
  tx: ReadTx,
  statement: Bound,
  { call, within }: { readonly call: Call; readonly within?: string },
): AccessRequest =>
  accessTo(tx, statement.node.table.name, call, {
    action: ACTIONS[statement.node.kind],
    index: statement.node.table.index,
    context: (table) => ({
      ...keyContext(table, statement),
      ...(within !== undefined && { "dynamodb:EnclosingOperation": within }),
    }),
  })

/** By the words of the other operations (not verified). */
const RETURN_VALUES: Readonly<Record<Returning, string>> = {
  "ALL NEW": "ALL_NEW",
  "ALL OLD": "ALL_OLD",
  "MODIFIED NEW": "UPDATED_NEW",
  "MODIFIED OLD": "UPDATED_OLD",
}

function keyContext(
  table: Table,
  { node, parameters }: Bound,
): Record<string, string | readonly string[]> {
  if (node.kind === "insert") {
    const item = node.item.kind === "map" ? literalItem(node.item, parameters) : {}
    return { ...leadingKeys(table, [item]), "dynamodb:Attributes": Object.keys(item) }
  }
  const where = node.where && conditionOf(node.where, parameters)
  const paths = where ? [...pathsOf(where)] : []
  if (node.kind === "select") paths.push(...(node.paths ?? []).map(({ path }) => path))
  if (node.kind === "update") paths.push(...updateOf(node.clauses, parameters).paths)
  const names = new Set(paths.map(([name]) => name))
  return {
    ...partitionContext(table, node, where),
    ...(names.size > 0 && { "dynamodb:Attributes": [...names] }),
    ...(node.kind !== "select" &&
      node.returning && { "dynamodb:ReturnValues": RETURN_VALUES[node.returning] }),
  }
}

function partitionContext(
  table: Table,
  node: StatementNode,
  where: Condition | undefined,
): Record<string, string | readonly string[]> {
  if (node.kind !== "select") return leadingKeys(table, [keyOf(where, table.keys).key ?? {}])
  const index = [...table.localIndexes, ...table.globalIndexes].find(
    ({ name }) => name === node.table.index,
  )
  const keys = index?.keys ?? table.keys
  const ranges = rangesOf(where, keys)
  const holders = ranges?.map(({ partition }) => ({ [keys.hash.name]: partition })) ?? []
  return {
    ...leadingKeys({ keys }, holders),
    // Not verified, but without it `*` would pass a policy that names attributes.
    "dynamodb:Select": node.paths ? "SPECIFIC_ATTRIBUTES" : "ALL_ATTRIBUTES",
    "dynamodb:FullTableScan": String(ranges === undefined),
  }
}
