import type { Table, KeyParts } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { PageRequest } from "../../../registry/offset-page.ts"
import { LOOKED_AT, PAGE } from "./limits.ts"

interface Listed<Row> {
  readonly rows: readonly Row[]
  readonly NextToken?: string | undefined
}

/** How a list walks: the rows under a prefix, those that are wanted. */
export interface Walk<Row extends object> {
  readonly table: Table<Row>
  readonly index?: string
  readonly prefix: KeyParts
  /** The key parts behind the prefix, the last of them of this row alone. */
  keyOf(row: Row): readonly string[]
  wants(row: Row): boolean
}

/** A page of a list. It may be short of entries and not the last: a call looks at so many rows only. */
export function pageOf<Row extends object>(
  tx: ReadTx,
  { NextToken: token, MaxResults: asked }: PageRequest,
  { table, index, prefix, keyOf, wants }: Walk<Row>,
): Listed<Row> {
  const most = asked !== undefined && asked > 0 ? Math.min(asked, PAGE) : PAGE
  const from = token === undefined ? undefined : positionOf(token)
  const range = {
    ...{ prefix, limit: PAGE },
    ...(index !== undefined && { index }),
    ...(from && { from }),
  }
  const found: Row[] = []
  let last: Row | undefined
  let after: string | undefined
  for (let looked = 0; looked < LOOKED_AT; looked += PAGE) {
    const { rows, next } = tx.scan(table, { ...range, after })
    for (const row of rows) {
      if (found.length === most) return { rows: found, NextToken: tokenOf(keyOf(last as Row)) }
      if (wants(row)) found.push(row)
      last = row
    }
    if (next === undefined) return { rows: found }
    after = next
  }
  return { rows: found, ...(last && { NextToken: tokenOf(keyOf(last)) }) }
}

/** Where the row behind the last one begins. */
const tokenOf = (key: readonly string[]): string =>
  Buffer.from(JSON.stringify([...key.slice(0, -1), `${key.at(-1) ?? ""}\0`])).toString("base64")

/** A token that is none of ours begins at the front. */
function positionOf(token: string): readonly string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64").toString())
    return Array.isArray(parts) && parts.length <= 2 && parts.every(isPart) ? parts : undefined
  } catch {
    return undefined
  }
}

/** As long as a path can be. */
const MOST_PART = 2_000

const isPart = (part: unknown): part is string =>
  typeof part === "string" && part.length <= MOST_PART && part.isWellFormed()
