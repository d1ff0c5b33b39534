import type { KeyParts } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Condition } from "../expressions/expressions.ts"
import { itemOf, readItem } from "../items/rows.ts"
import {
  assertFits,
  checkedPut,
  makeWrite,
  type ItemWrite,
  type Outcome,
  type WriteTerms,
} from "../items/writing.ts"
import type { Table } from "../tables/table.ts"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { duplicateItem, keysRequired, returningOfDelete } from "./errors.ts"
import { keyOf } from "./keys.ts"
import { updateOf } from "./set-clauses.ts"
import type { Returning, WriteNode } from "./syntax/tree.ts"
import { literalItem } from "./values.ts"
import { conditionOf } from "./where.ts"

/** A write that a statement asks for, in its table. */
export interface StatementWrite {
  readonly write: ItemWrite
  readonly terms: WriteTerms
  readonly key: KeyParts
  /** What holds its partition key. */
  readonly holder: Item
  /** `check` is EXISTS of a transaction. */
  readonly kind: WriteNode["kind"] | "check"
}

type Parameters = readonly AttributeValue[]

/** Throws ValidationException where the statement does not say which item it writes. */
export function writeOf(
  node: WriteNode,
  { table, parameters, tellOld }: { table: Table; parameters: Parameters; tellOld: boolean },
): StatementWrite {
  if (node.kind === "insert") {
    const write = checkedPut(node.item.kind === "map" ? literalItem(node.item, parameters) : {})
    return { kind: "insert", write, terms: {}, key: assertFits(table, write), holder: write.item }
  }
  const { kind, returning } = node
  if (kind === "delete" && returning !== undefined && returning !== "ALL OLD")
    throw returningOfDelete(returning)
  const { key: holder, rest } = keyOf(node.where && conditionOf(node.where, parameters), table.keys)
  if (holder === undefined) throw keysRequired()
  const write: ItemWrite =
    node.kind === "update"
      ? { kind: "update", key: holder, update: updateOf(node.clauses, parameters) }
      : { kind: "delete", key: holder }
  const exists: Condition = { kind: "exists", path: [table.keys.hash.name] }
  const condition: Condition = { kind: "and", terms: [exists, ...rest] }
  return { kind, write, terms: { condition, tellOld }, key: assertFits(table, write), holder }
}

/**
 * Makes it. An INSERT does not replace, an UPDATE does not make an item, and a DELETE of what is
 * not there is none (recorded, and documented of DELETE).
 */
export function makeStatementWrite(
  tx: WriteTx,
  table: Table,
  { kind, write, terms, key }: StatementWrite,
): Outcome {
  if (kind === "insert" && readItem(tx, key)) throw duplicateItem()
  const unconditional = kind === "delete" && readItem(tx, key) === undefined
  return makeWrite(tx, table, { write, key, terms: unconditional ? {} : terms })
}

/** What RETURNING asks for; nothing where there is no such item. */
export function returned(
  { write }: StatementWrite,
  { old, item }: Outcome,
  asked: Returning | undefined,
): Item | undefined {
  if (asked === undefined) return undefined
  const image = asked.endsWith("OLD") ? old && itemOf(old) : item
  if (image === undefined || asked.startsWith("ALL") || write.kind !== "update") return image
  return write.update?.targets.of(image)
}
