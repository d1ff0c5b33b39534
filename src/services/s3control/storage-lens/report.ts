import { averaged } from "../../s3/port.ts"
import type { Tally } from "./tally.ts"

/** A line of an export: its values, in the order of the columns. */
export type Line = readonly (string | number)[]

/** "Understanding the Amazon S3 Storage Lens export schema". */
const COLUMNS = [
  ...["version_number", "configuration_id", "report_date", "aws_account_number", "aws_region"],
  ...["storage_class", "record_type", "record_value", "bucket_name", "metric_name"],
  "metric_value",
] as const

export const VERSION = "V_1"

export const columns = COLUMNS.map((column) => ({
  ...{ name: column, column, required: true as const },
  kind: column === "metric_value" ? ("long" as const) : ("string" as const),
}))

/** How the files of an export are written, and what their manifest says of that. */
const FORMS: Readonly<Record<string, { readonly extension: string; readonly schema: string }>> = {
  CSV: { extension: "csv", schema: COLUMNS.join(",") },
  Parquet: {
    extension: "par",
    schema: `message s3.storage.lens { ${columns.map(({ column, kind }) => `required ${kind} ${column};`).join(" ")} }`,
  },
}

/** The model knows no other format. */
export function formOf(format: string) {
  const form = FORMS[format]
  if (!form) throw new Error(`no format ${format}`)
  return form
}

/** Not verified: that the first line names the columns. */
export const csvText = (lines: readonly Line[]): string =>
  [COLUMNS, ...lines].map((line) => `${line.map(csvField).join(",")}\n`).join("")

const csvField = (value: string | number): string => {
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

interface Of {
  readonly configId: string
  /** `2020-11-03` */
  readonly date: string
}

/** Each metric of a bucket, a prefix or a group is a line. */
export function linesOf({ configId, date }: Of, tally: Tally): readonly Line[] {
  const { account, region, storageClass, prefix, group, bucket, metrics } = tally
  const level = bucket === "" ? "ACCOUNT" : prefix === "" ? "BUCKET" : "PREFIX"
  const type = group === "" ? level : `STORAGE_LENS_GROUP_${level}`
  // "The record value is URL-encoded."
  const value = encodeURIComponent(group === "" ? prefix : group)
  return Object.entries(averaged(metrics)).map(([name, count]) => [
    ...[VERSION, configId, date, account, region, storageClass, type, value, bucket],
    ...[name, count],
  ])
}
