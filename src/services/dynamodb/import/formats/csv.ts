import type { GivenItem, GivenValue } from "../../values/validation.ts"
import type { Entry } from "../objects.ts"

export interface CsvForm {
  readonly options:
    | {
        readonly Delimiter?: string | undefined
        readonly HeaderList?: readonly string[] | undefined
      }
    | undefined
  /** Of the key attributes of table and indexes: all others are strings (documented). */
  readonly types: readonly { readonly AttributeName: string; readonly AttributeType: string }[]
}

/**
 * Rows of CSV: the first names the columns unless a header list does. Quotes stand around a value that
 * holds delimiters, quotes (twice) or line ends (docs: "Amazon S3 import formats for DynamoDB").
 */
export function* csvItems(text: string, { options, types }: CsvForm): Generator<Entry> {
  const typeOf = new Map(types.map((one) => [one.AttributeName, one.AttributeType]))
  let header = options?.HeaderList
  for (const row of rows(text, options?.Delimiter ?? ",")) {
    if (row === undefined) {
      yield { error: "A quote in the row is not escaped" }
      return
    }
    if (!header) {
      header = row
      continue
    }
    yield row.length === header.length
      ? { item: itemOf(header, row, typeOf) }
      : { error: "The row has another number of columns than the header" }
  }
}

const itemOf = (
  header: readonly string[],
  row: readonly string[],
  typeOf: ReadonlyMap<string, string>,
): GivenItem =>
  Object.fromEntries(header.map((name, i) => [name, valueOf(row[i] ?? "", typeOf.get(name))]))

/** That binary keys are base64 is not verified. */
function valueOf(text: string, type: string | undefined): GivenValue {
  if (type === "N") return { N: text.trim() }
  return type === "B" ? { B: Buffer.from(text, "base64") } : { S: text }
}

/** Undefined, and no more, where quotes are wrong. Lines without a character are passed over. */
function* rows(text: string, delimiter: string): Generator<readonly string[] | undefined> {
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const cell = cellAt(text, at, delimiter)
    if (!cell) {
      yield undefined
      return
    }
    row.push(cell.value)
    at = cell.end
    if (text[at] === delimiter) {
      at += 1
      if (at < text.length) continue
      row.push("")
    }
    if (text[at] === "\r") at += 1
    at += 1
    if (row.length > 1 || row[0] !== "") yield row
    row = []
  }
}

/** A value and where it ends: at a delimiter, a line end or the end. */
function cellAt(
  text: string,
  start: number,
  delimiter: string,
): { readonly value: string; readonly end: number } | undefined {
  const isEnd = (at: number): boolean =>
    at >= text.length || text[at] === delimiter || text[at] === "\n" || text.startsWith("\r\n", at)
  if (text[start] !== '"') {
    let end = start
    while (!isEnd(end)) end += 1
    const value = text.slice(start, end)
    return value.includes('"') ? undefined : { value, end }
  }
  let end = start + 1
  for (;;) {
    end = text.indexOf('"', end)
    if (end === -1) return undefined
    if (text[end + 1] !== '"') break
    end += 2
  }
  const value = text.slice(start + 1, end).replaceAll('""', '"')
  return isEnd(end + 1) ? { value, end: end + 1 } : undefined
}
