import {
  LEFTOVER,
  NO_STATEMENT,
  NO_TABLE,
  NO_TERM,
  aliasing,
  emptyComponent,
  notWellFormed,
  onIndex,
  tableOnly,
  tooManyComponents,
  unexpectedPath,
  type Position,
} from "../errors.ts"
import { Cursor } from "./cursor.ts"
import { readMap, readTerm, tryPath } from "./term.ts"
import type {
  PathTerm,
  Returning,
  SelectNode,
  SetClause,
  Statement,
  StatementNode,
  TableNode,
  WhereNode,
} from "./tree.ts"
import { readWhere } from "./where.ts"

/** Parses one statement. Throws ValidationException in AWS's words. */
export function parseStatement(text: string): Statement {
  const cursor = new Cursor(text)
  const node = readStatement(cursor)
  cursor.end()
  return { node, parameters: cursor.parameters }
}

function readStatement(cursor: Cursor): StatementNode {
  switch (cursor.next.upper) {
    case "SELECT":
      return readSelect(cursor, false)
    case "EXISTS":
      return readExists(cursor)
    case "INSERT":
      return readInsert(cursor)
    case "UPDATE":
      return readUpdate(cursor)
    case "DELETE":
      return readDelete(cursor)
    case "FROM":
      return readFromFirst(cursor)
    default:
      throw notWellFormed(NO_STATEMENT)
  }
}

function readSelect(cursor: Cursor, exists: boolean): SelectNode {
  cursor.take()
  const paths = cursor.skip("*") ? undefined : readPaths(cursor)
  if (!cursor.skipWord("FROM")) throw notWellFormed(LEFTOVER)
  const table = readTable(cursor, NO_TERM)
  refuseAlias(cursor, ["WHERE", "ORDER"])
  const where = readOptionalWhere(cursor)
  return { kind: "select", table, paths, where, order: readOrder(cursor), exists }
}

function readPaths(cursor: Cursor): readonly PathTerm[] {
  const paths: PathTerm[] = []
  do {
    const { kind, position } = cursor.next
    if (kind === "word" && cursor.second.text === "(") throw unexpectedPath(position)
    const path = tryPath(cursor)
    if (!path) throw cursor.noTerm()
    paths.push(path)
  } while (cursor.skip(","))
  return paths
}

function readOrder(cursor: Cursor): SelectNode["order"] {
  if (!cursor.skipWord("ORDER")) return []
  if (!cursor.skipWord("BY")) throw notWellFormed(LEFTOVER)
  const order: { name: string; descending: boolean }[] = []
  do {
    const name = cursor.name()
    if (!name) throw cursor.noTerm()
    const descending = cursor.skipWord("DESC")
    if (!descending) cursor.skipWord("ASC")
    order.push({ name: name.text, descending })
  } while (cursor.skip(","))
  return order
}

function readExists(cursor: Cursor): SelectNode {
  cursor.take()
  cursor.expect("(", LEFTOVER)
  if (!cursor.isWord("SELECT")) throw cursor.noTerm()
  const select = readSelect(cursor, true)
  cursor.expect(")", LEFTOVER)
  return select
}

function readInsert(cursor: Cursor): StatementNode {
  cursor.take()
  if (!cursor.skipWord("INTO")) throw notWellFormed(LEFTOVER)
  const table = readWritten(cursor, tableOnly)
  if (!cursor.skipWord("VALUE"))
    throw cursor.isWord("VALUES") || cursor.isEnd() ? cursor.noTerm() : notWellFormed(LEFTOVER)
  if (!cursor.isSign("{")) throw cursor.noTerm()
  return { kind: "insert", table, item: readMap(cursor, "root", true) }
}

function readUpdate(cursor: Cursor): StatementNode {
  cursor.take()
  const table = readWritten(cursor, onIndex)
  // What follows a name that is no alias is no statement (recorded).
  if (cursor.next.kind === "sign" || cursor.isEnd()) throw notWellFormed(NO_STATEMENT)
  refuseAlias(cursor, ["SET", "REMOVE", "WHERE"])
  const clauses = readClauses(cursor)
  if (clauses.length === 0) throw notWellFormed(NO_STATEMENT)
  const where = readOptionalWhere(cursor)
  return { kind: "update", table, clauses, where, returning: readReturning(cursor) }
}

/** `FROM "T" WHERE … SET …` (recorded). */
function readFromFirst(cursor: Cursor): StatementNode {
  cursor.take()
  const table = readTable(cursor, NO_TERM)
  refuseAlias(cursor, ["SET", "REMOVE", "WHERE"])
  const where = readOptionalWhere(cursor)
  const clauses = readClauses(cursor)
  if (clauses.length === 0) throw notWellFormed(NO_STATEMENT)
  return { kind: "update", table, clauses, where, returning: readReturning(cursor) }
}

function readDelete(cursor: Cursor): StatementNode {
  cursor.take()
  if (!cursor.skipWord("FROM")) throw notWellFormed(LEFTOVER)
  const table = readWritten(cursor, onIndex)
  refuseAlias(cursor, ["WHERE", "RETURNING"])
  const where = readOptionalWhere(cursor)
  return { kind: "delete", table, where, returning: readReturning(cursor) }
}

/** `SET a = 1 SET b = 2 REMOVE c`, with commas within a clause. */
function readClauses(cursor: Cursor): readonly SetClause[] {
  const clauses: SetClause[] = []
  for (;;) {
    const kind = cursor.skipWord("SET") ? "set" : cursor.skipWord("REMOVE") ? "remove" : undefined
    if (kind === undefined) return clauses
    do {
      const path = tryPath(cursor)
      if (!path) throw cursor.noTerm()
      if (kind === "remove") clauses.push({ kind, path })
      else {
        cursor.expect("=", LEFTOVER)
        clauses.push({ kind, path, value: readTerm(cursor) })
      }
    } while (cursor.skip(","))
  }
}

function readTable(cursor: Cursor, otherwise: string): TableNode {
  const { position } = cursor.next
  const name = cursor.name()
  if (!name) throw notWellFormed(otherwise)
  const index = cursor.skip(".") ? cursor.name() : undefined
  if (cursor.isSign(".")) throw index ? tooManyComponents() : notWellFormed(NO_TABLE)
  if (name.text === "" || index?.text === "") throw emptyComponent()
  return { name: name.text, index: index?.text, position }
}

/** Recorded: an index is refused before anybody looks for the table. */
function readWritten(cursor: Cursor, refuse: (position: Position) => Error): TableNode {
  const table = readTable(cursor, NO_TABLE)
  if (table.index !== undefined) throw refuse(table.position)
  return table
}

function refuseAlias(cursor: Cursor, clauses: readonly string[]): void {
  const { kind, upper } = cursor.next
  if (kind === "name" || upper === "AS") throw aliasing()
  if (kind === "word" && !clauses.includes(upper) && cursor.name()) throw aliasing()
}

function readOptionalWhere(cursor: Cursor): WhereNode | undefined {
  return cursor.skipWord("WHERE") ? readWhere(cursor) : undefined
}

function readReturning(cursor: Cursor): Returning | undefined {
  if (!cursor.skipWord("RETURNING")) return undefined
  const [which, when] = [cursor.take().upper, cursor.take().upper]
  if ((which !== "ALL" && which !== "MODIFIED") || (when !== "OLD" && when !== "NEW"))
    throw notWellFormed(LEFTOVER)
  cursor.expect("*", LEFTOVER)
  return `${which} ${when}`
}
