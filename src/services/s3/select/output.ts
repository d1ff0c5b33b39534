import { selectError } from "./errors.ts"
import { RECORD_BYTES } from "./input/reader.ts"
import type { Answer } from "./sql/query.ts"
import { jsonOf, textOf } from "./sql/value.ts"

/** How the records of an answer are written. */
export type OutputForm =
  | {
      readonly format: "CSV"
      readonly recordDelimiter: string
      readonly fieldDelimiter: string
      readonly quote: string
      readonly quoteEscape: string
      readonly always: boolean
    }
  | { readonly format: "JSON"; readonly recordDelimiter: string }

/** One record with its delimiter. Throws OverMaxRecordSize. */
export function writeRecord(answer: Answer, form: OutputForm): string {
  const text = form.format === "JSON" ? jsonRecord(answer) : csvRecord(answer, form)
  if (text.length > RECORD_BYTES) throw selectError("OverMaxRecordSize")
  return text + form.recordDelimiter
}

/** What is MISSING is not there. */
function jsonRecord(answer: Answer): string {
  const parts: string[] = []
  for (const [name, value] of answer)
    if (value !== undefined) parts.push(`${JSON.stringify(name)}:${jsonOf(value)}`)
  return `{${parts.join(",")}}`
}

/** NULL and MISSING are empty columns. */
function csvRecord(answer: Answer, form: Extract<OutputForm, { format: "CSV" }>): string {
  let record = ""
  for (const [index, [, value]] of answer.entries()) {
    const text = textOf(value) ?? ""
    if (index > 0) record += form.fieldDelimiter
    record += form.always || needsQuote(text, form) ? quoted(text, form) : text
  }
  return record
}

function needsQuote(text: string, form: Extract<OutputForm, { format: "CSV" }>): boolean {
  const { fieldDelimiter, recordDelimiter, quote } = form
  if (quote === "") return false
  return text.includes(fieldDelimiter) || text.includes(recordDelimiter) || text.includes(quote)
}

function quoted(text: string, form: Extract<OutputForm, { format: "CSV" }>): string {
  const { quote, quoteEscape } = form
  const inner = quote === "" ? text : text.replaceAll(quote, quoteEscape + quote)
  return quote + inner + quote
}
