import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { pathsOf } from "../expressions/condition.ts"
import { compileExpressions } from "../expressions/expressions.ts"
import type { GivenParameters } from "../expressions/parameters.ts"
import type { Table } from "../tables/table.ts"
import { attributeOf, bytesText, type AttributeValue } from "../values/attribute-value.ts"
import type { GivenItem, GivenValue } from "../values/validation.ts"

interface Asked extends GivenParameters {
  readonly TableName: string
  readonly Key?: GivenItem | undefined
  readonly Item?: GivenItem | undefined
  readonly Select?: string | undefined
  readonly IndexName?: string | undefined
  readonly ReturnValues?: string | undefined
  readonly ReturnConsumedCapacity?: string | undefined
}

/** What an operation on one item asks, with the keys of fine-grained access. */
export const accessToItem = (tx: ReadTx, input: Asked, call: Call) =>
  accessTo(tx, input.TableName, call, { context: (table) => itemContext(table, input) })

type AskedOfTable = Omit<Asked, "TableName">
type Keys = Record<string, string | readonly string[]>

/** The same of GetItem. */
export const accessToRead = (tx: ReadTx, input: Asked, call: Call) =>
  accessTo(tx, input.TableName, call, { context: (table) => itemReadContext(table, input) })

/** Of a write. Docs: "Using IAM policy conditions for fine-grained access control". */
export function itemContext(table: Table, asked: AskedOfTable): Keys {
  const { Key, Item, ReturnValues } = asked
  return {
    ...leadingKeys(table, [Item ?? Key ?? {}]),
    ...(ReturnValues !== undefined && { "dynamodb:ReturnValues": ReturnValues }),
    ...namedContext(asked),
  }
}

export const itemReadContext = (table: Table, asked: AskedOfTable): Keys => ({
  ...leadingKeys(table, [asked.Key ?? {}]),
  ...readContext(asked),
})

/** Of the keys or items of one table in a batch, and what is said of all of them. */
export const batchContext = (
  table: Table,
  holders: readonly GivenItem[],
  asked: AskedOfTable,
): Keys => ({
  ...leadingKeys(table, holders),
  ...namedContext(asked, holders),
})

/** Of a read; of Query and Scan all but the partition. */
export const readContext = (asked: AskedOfTable): Keys => ({
  ...namedContext(asked),
  ...selectContext(asked),
})

/**
 * What a read selects, said or not: a policy that wants SPECIFIC_ATTRIBUTES "prevents the API action
 * from returning any attributes that aren't allowed" ("Amazon DynamoDB: Allows access to specific
 * attributes", IAM user guide), of GetItem and BatchGetItem too.
 */
export function selectContext(asked: AskedOfTable): Keys {
  const { Select, IndexName, ProjectionExpression, AttributesToGet } = asked
  const isPart = ProjectionExpression !== undefined || AttributesToGet !== undefined
  const all = IndexName === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES"
  return { "dynamodb:Select": Select ?? (isPart ? "SPECIFIC_ATTRIBUTES" : all) }
}

/** Of every request: the attributes that it names. */
function namedContext(asked: AskedOfTable, holders: readonly GivenItem[] = []): Keys {
  const { ReturnConsumedCapacity } = asked
  const ofHolders = holders.flatMap((holder) => Object.keys(holder))
  const attributes = [...new Set([...ofHolders, ...attributesOf(asked)])]
  return {
    ...(attributes.length > 0 && { "dynamodb:Attributes": attributes }),
    ...(ReturnConsumedCapacity !== undefined && {
      "dynamodb:ReturnConsumedCapacity": ReturnConsumedCapacity,
    }),
  }
}

/** The attributes that a request names, whichever of its parameters does: the first of each path. */
function attributesOf(asked: AskedOfTable): readonly string[] {
  const { Expected, AttributeUpdates, KeyConditions, QueryFilter, ScanFilter } = asked
  const { condition, filter, projection, update, keyCondition } = compileExpressions(asked)
  const paths = [
    ...(condition ? pathsOf(condition) : []),
    ...(filter ? pathsOf(filter) : []),
    ...(projection?.paths ?? []),
    ...(update?.paths ?? []),
  ]
  const maps = [
    asked.Key,
    asked.Item,
    Expected,
    AttributeUpdates,
    KeyConditions,
    QueryFilter,
    ScanFilter,
  ]
  const names = new Set([
    ...maps.flatMap((map) => Object.keys(map ?? {})),
    ...(asked.AttributesToGet ?? []),
    ...(keyCondition?.keys() ?? []),
    ...paths.map(([name]) => name),
  ])
  return [...names]
}

/** The partition keys that a request names, as text. */
export function leadingKeys(
  { keys }: Pick<Table, "keys">,
  holders: readonly GivenItem[],
): Record<string, readonly string[]> {
  const leading = holders.flatMap((holder) => {
    const value = attributeOf(holder as never, keys.hash.name)
    return value === undefined ? [] : [keyText(value)]
  })
  return leading.length > 0 ? { "dynamodb:LeadingKeys": [...new Set(leading)] } : {}
}

export function keyText(value: GivenValue | AttributeValue): string {
  const { S, N, B } = value as GivenValue
  return S ?? N ?? (B ? bytesText(B) : "")
}
