import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import {
  sameTable,
  tables,
  type ExactRef,
  type KeySchema,
  type Table,
  type TableRef,
} from "../tables/table.ts"
import { pruneChanges } from "./prune.ts"

/** What a copy of the items of a table, or of a backup, is made for. */
export type CopyPurpose =
  | { readonly kind: "backup" | "export"; readonly of: TableRef; readonly id: string }
  | { readonly kind: "restore"; readonly table: ExactRef }

/** Work in progress on items, which stay, with their changes, as long as it is there. */
export interface Copy {
  /** Whose items they are: the id of a table or of a backup's items. */
  readonly source: number
  readonly id: number
  /** The table whose they are; undefined of a backup's. */
  readonly live?: ExactRef | undefined
  readonly keys: KeySchema
  /** The id under which the copied items lie. */
  readonly target: number
  readonly purpose: CopyPurpose
  /** Changes from this place on are undone: time and serial. Undefined of what does not change. */
  readonly undo?: readonly [number, number] | undefined
  readonly phase: "copy" | "undo"
  readonly after?: string | undefined
}

export const copies = table<Copy>("dynamodb/copy", { key: ({ source, id }) => [source, id] })

/** Whether somebody reads the items or changes of this id. */
export const isCopied = (tx: ReadTx, source: number): boolean =>
  tx.first(copies, { prefix: [source] }) !== undefined

/** From here on the table keeps its changes, until `endCopy`. */
export function beginCopy(tx: WriteTx, copy: Copy): void {
  tx.insert(copies, copy)
  const table = copy.live && sameTable(tx, copy.live)
  if (table) tx.put(tables, { ...table, copying: (table.copying ?? 0) + 1 })
}

export function endCopy(tx: WriteTx, copy: Copy): void {
  tx.remove(copies, copy)
  const table = copy.live && sameTable(tx, copy.live)
  if (!table) return
  const others = (table.copying ?? 1) - 1
  const next: Table = { ...table, copying: others > 0 ? others : undefined }
  tx.put(tables, next)
  if (!next.recovery && !next.copying) pruneChanges(tx, next)
}
