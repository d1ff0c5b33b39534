import type { In } from "../define.ts"
import { selectError } from "./errors.ts"
import type { Compression } from "./input/decompress.ts"
import type { CsvForm } from "./input/csv.ts"
import type { OutputForm } from "./output.ts"

type Input = In<"SelectObjectContent">

export type InputForm =
  | { readonly format: "CSV"; readonly csv: CsvForm; readonly compression: Compression }
  | {
      readonly format: "JSON"
      readonly type: "LINES" | "DOCUMENT"
      readonly compression: Compression
    }
  | { readonly format: "Parquet"; readonly compression: "NONE" }

/** Which records count: those that begin from `start` to `end`, both included. */
export interface Scan {
  readonly start: number
  readonly end: number
}

/** What a request says of the object's form and the answer's, checked. */
export interface SelectForm {
  readonly input: InputForm
  readonly output: OutputForm
  readonly progress: boolean
  readonly range: Input["ScanRange"]
}

/** Throws the errors of "SelectObjectContent" for what does not go together. */
export function selectForm(input: Partial<Input>): SelectForm {
  const { Expression, InputSerialization, OutputSerialization } = input
  const expressionType: string | undefined = input.ExpressionType
  if (!Expression || expressionType === undefined || !InputSerialization || !OutputSerialization)
    throw selectError("MissingRequiredParameter")
  if (expressionType !== "SQL") throw selectError("InvalidExpressionType")
  const form = inputForm(InputSerialization)
  const range = input.ScanRange
  if (range) assertRange(range, form)
  return {
    input: form,
    output: outputForm(OutputSerialization),
    progress: input.RequestProgress?.Enabled === true,
    range,
  }
}

function inputForm(input: Input["InputSerialization"]): InputForm {
  const { CSV, JSON: json, Parquet } = input
  const said = [CSV, json, Parquet].filter((one) => one !== undefined).length
  if (said > 1) throw selectError("ObjectSerializationConflict")
  if (said === 0) throw selectError("InvalidDataSource")
  const compression: string = input.CompressionType ?? "NONE"
  if (compression !== "NONE" && compression !== "GZIP" && compression !== "BZIP2")
    throw selectError("InvalidCompressionFormat")
  if (CSV) return { format: "CSV", csv: csvForm(CSV), compression }
  if (json) {
    const type: string | undefined = json.Type
    if (type === undefined) throw selectError("MissingRequiredParameter")
    if (type !== "LINES" && type !== "DOCUMENT") throw selectError("InvalidJsonType")
    return { format: "JSON", type, compression }
  }
  // "Amazon S3 Select doesn't support whole-object compression for Parquet objects."
  if (compression !== "NONE") throw selectError("InvalidCompressionFormat", WHOLE_PARQUET)
  return { format: "Parquet", compression }
}

const WHOLE_PARQUET = "Whole-object compression is not supported for Parquet objects."

function csvForm(csv: NonNullable<Input["InputSerialization"]["CSV"]>): CsvForm {
  const header: string = csv.FileHeaderInfo ?? "NONE"
  if (header !== "NONE" && header !== "USE" && header !== "IGNORE")
    throw selectError("InvalidFileHeaderInfo")
  const quote = csv.QuoteCharacter ?? '"'
  return {
    header,
    recordDelimiter: delimiter(csv.RecordDelimiter, "\n"),
    fieldDelimiter: delimiter(csv.FieldDelimiter, ","),
    quote: single(quote),
    quoteEscape: single(csv.QuoteEscapeCharacter ?? '"'),
    comment: single(csv.Comments ?? ""),
    quotedDelimiters: csv.AllowQuotedRecordDelimiter === true,
  }
}

function outputForm({ CSV, JSON: json }: Input["OutputSerialization"]): OutputForm {
  if (CSV && json) throw selectError("ObjectSerializationConflict")
  if (json) return { format: "JSON", recordDelimiter: delimiter(json.RecordDelimiter, "\n") }
  if (!CSV) throw selectError("MissingRequiredParameter")
  const quoting: string = CSV.QuoteFields ?? "ASNEEDED"
  if (quoting !== "ALWAYS" && quoting !== "ASNEEDED") throw selectError("InvalidQuoteFields")
  return {
    format: "CSV",
    recordDelimiter: delimiter(CSV.RecordDelimiter, "\n"),
    fieldDelimiter: delimiter(CSV.FieldDelimiter, ","),
    quote: single(CSV.QuoteCharacter ?? '"'),
    quoteEscape: single(CSV.QuoteEscapeCharacter ?? '"'),
    always: quoting === "ALWAYS",
  }
}

/** Delimiters have one or two characters. */
function delimiter(given: string | undefined, absent: string): string {
  const text = given ?? absent
  if (text.length === 0 || text.length > 2) throw selectError("InvalidRequestParameter")
  return text
}

function single(text: string): string {
  if (Array.from(text).length > 1) throw selectError("InvalidRequestParameter")
  return text
}

/** "Scan range": CSV and JSON LINES as they are, and Parquet. */
function assertRange({ Start, End }: NonNullable<Input["ScanRange"]>, form: InputForm): void {
  if (Start === undefined && End === undefined) throw selectError("InvalidScanRange")
  if ((Start ?? 0) < 0 || (End ?? 0) < 0) throw selectError("InvalidScanRange")
  if (Start !== undefined && End !== undefined && Start > End) throw selectError("InvalidScanRange")
  const document = form.format === "JSON" && form.type === "DOCUMENT"
  const quoted = form.format === "CSV" && form.csv.quotedDelimiters
  if (form.compression !== "NONE" || document || quoted)
    throw selectError("UnsupportedScanRangeInput")
}

/** Start alone is from there on; End alone is the last so many bytes ("ScanRange"). */
export function scanOf(range: Input["ScanRange"], sizeBytes: number): Scan {
  const { Start, End } = range ?? {}
  if (Start === undefined && End !== undefined)
    return { start: Math.max(0, sizeBytes - End), end: sizeBytes }
  if (Start !== undefined && Start >= sizeBytes && sizeBytes > 0)
    throw selectError("InvalidScanRange")
  return { start: Start ?? 0, end: End ?? sizeBytes }
}
