import { gzipSync } from "node:zlib"
import { keyPath } from "../objects/key-path.ts"
import type { Field, Value } from "./field.ts"
import { orcFile, orcSchema } from "./orc/file.ts"

/** How the files of a list are written. */
interface Format {
  readonly extension: string
  readonly schema: (fields: readonly Field[]) => string
  readonly encode: (
    fields: readonly Field[],
    rows: readonly (readonly Value[])[],
  ) => Promise<Buffer>
}

export type FormatName = "CSV" | "ORC" | "Parquet"

/** The schemas are as "Locating your inventory list" shows them. */
export const FORMATS: Readonly<Record<FormatName, Format>> = {
  CSV: {
    extension: "csv.gz",
    schema: (fields) => fields.map(({ name }) => name).join(", "),
    encode: (fields, rows) => Promise.resolve(gzipSync(csv(fields, rows))),
  },
  ORC: { extension: "orc", schema: orcSchema, encode: orcFile },
  Parquet: {
    extension: "parquet",
    schema: (fields) =>
      `message s3.inventory { ${fields.map((one) => `${columnSchema(one)};`).join(" ")} }`,
    encode: parquetFile,
  },
}

/** All values are quoted; keys are percent-encoded. */
function csv(fields: readonly Field[], rows: readonly (readonly Value[])[]): string {
  const writers = fields.map(textOf)
  return rows
    .map((row) => `${row.map((value, at) => `"${writers[at]?.(value) ?? ""}"`).join(",")}\n`)
    .join("")
}

function textOf({ name, kind }: Field): (value: Value) => string {
  if (name === "Key") return (value) => keyPath(String(value))
  if (kind === "timestamp")
    return (value) => (value === undefined ? "" : new Date(Number(value)).toISOString())
  return (value) => (value === undefined ? "" : String(value).replaceAll('"', '""'))
}

const PARQUET_TYPES = {
  string: ["binary", " (UTF8)"],
  boolean: ["boolean", ""],
  long: ["int64", ""],
  timestamp: ["int64", " (TIMESTAMP_MILLIS)"],
} as const

function columnSchema({ column, kind, required }: Field): string {
  const [type, meaning] = PARQUET_TYPES[kind]
  return `${required ? "required" : "optional"} ${type} ${column}${meaning}`
}

const WRITER_TYPES = {
  string: "STRING",
  boolean: "BOOLEAN",
  long: "INT64",
  timestamp: "TIMESTAMP",
} as const

/** A column without the rule that fills it. */
export type Column = Pick<Field, "column" | "kind" | "required">

/** A file of rows. The writer is loaded by the first one that needs it. */
export async function parquetFile(
  fields: readonly Column[],
  rows: readonly (readonly Value[])[],
): Promise<Buffer> {
  const { parquetWriteBuffer } = await import("hyparquet-writer")
  const columnData = fields.map(({ column, kind, required }, at) => ({
    name: column,
    type: WRITER_TYPES[kind],
    nullable: !required,
    data: rows.map((row) => parquetValue(kind, row[at])),
  }))
  return Buffer.from(parquetWriteBuffer({ columnData }))
}

function parquetValue(kind: Field["kind"], value: Value): unknown {
  if (value === undefined) return null
  if (kind === "long") return BigInt(value)
  return kind === "timestamp" ? new Date(Number(value)) : value
}
