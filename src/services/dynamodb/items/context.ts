import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import type { Table } from "../tables/table.ts"
import { attributeOf, bytesText, type AttributeValue } from "../values/attribute-value.ts"
import type { GivenItem, GivenValue } from "../values/validation.ts"

interface Asked {
  readonly TableName: string
  readonly Key?: GivenItem | undefined
  readonly Item?: GivenItem | undefined
  readonly ReturnValues?: string | undefined
  readonly ReturnConsumedCapacity?: string | undefined
}

/** What an operation on one item asks, with the keys of fine-grained access. */
export const accessToItem = (tx: ReadTx, input: Asked, call: Call) =>
  accessTo(tx, input.TableName, call, { context: (table) => itemContext(table, input) })

/** Docs: "Using IAM policy conditions for fine-grained access control". */
export function itemContext(
  table: Table,
  { Key, Item, ReturnValues, ...asked }: Omit<Asked, "TableName">,
): Record<string, string | readonly string[]> {
  return {
    ...leadingKeys(table, [Item ?? Key ?? {}]),
    ...(Item && { "dynamodb:Attributes": Object.keys(Item) }),
    ...(ReturnValues !== undefined && { "dynamodb:ReturnValues": ReturnValues }),
    ...readContext(asked),
  }
}

/** Of Query and Scan. */
export const readContext = ({
  Select,
  ReturnConsumedCapacity,
}: {
  readonly Select?: string | undefined
  readonly ReturnConsumedCapacity?: string | undefined
}): Record<string, string> => ({
  ...(Select !== undefined && { "dynamodb:Select": Select }),
  ...(ReturnConsumedCapacity !== undefined && {
    "dynamodb:ReturnConsumedCapacity": ReturnConsumedCapacity,
  }),
})

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
