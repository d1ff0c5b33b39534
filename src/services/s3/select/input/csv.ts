import { selectError } from "../errors.ts"
import { Fields, type Value } from "../sql/value.ts"
import { RECORD_BYTES, type RecordReader } from "./reader.ts"
import { BYTE_ORDER_MARK, isAscii, toBytes, toText } from "./text.ts"

/** CSVInput with its defaults; delimiters may have two characters. */
export interface CsvForm {
  readonly header: "NONE" | "USE" | "IGNORE"
  readonly recordDelimiter: string
  readonly fieldDelimiter: string
  /** "" : nothing is quoted. */
  readonly quote: string
  readonly quoteEscape: string
  readonly comment: string
  readonly quotedDelimiters: boolean
}

/** The names of columns and where they stand. */
class Header {
  readonly names: readonly string[]
  readonly #exact = new Map<string, number>()
  /** In lower case; -1: more than one. */
  readonly #loose = new Map<string, number>()

  constructor(names: readonly string[]) {
    this.names = names
    for (const [index, name] of names.entries()) {
      const lower = name.toLowerCase()
      if (!this.#exact.has(name)) this.#exact.set(name, index)
      this.#loose.set(lower, this.#loose.has(lower) ? -1 : index)
    }
  }

  /** Undefined where no column has that name. Throws AmbiguousFieldName. */
  place(name: string, exact: boolean): number | undefined {
    const found = this.#exact.get(name)
    if (exact) return found
    const loose = found ?? this.#loose.get(name.toLowerCase())
    if (loose === -1) throw selectError("AmbiguousFieldName")
    return loose
  }
}

/** A record: its columns by the header's names, or by number, `_1` the first. */
class CsvFields extends Fields {
  readonly #header: Header | undefined
  readonly #values: readonly string[]

  constructor(header: Header | undefined, values: readonly string[]) {
    super()
    this.#header = header
    this.#values = values
  }

  field(name: string, exact: boolean): Value {
    const place = this.#header?.place(name, exact)
    if (place !== undefined) return this.#values[place]
    const numbered = /^_([1-9]\d{0,5})$/.exec(name)
    if (numbered) return this.#values[Number(numbered[1]) - 1]
    throw selectError("MissingHeaders")
  }

  *entries(): Generator<readonly [string, Value]> {
    const names = this.#header?.names
    for (const [index, value] of this.#values.entries())
      yield [names?.[index] ?? `_${index + 1}`, value]
  }
}

/** More columns than anybody's file has. */
const COLUMNS = 65_536

export class CsvReader implements RecordReader {
  readonly #form: CsvForm
  #rest = ""
  #atStart = true
  #header: Header | undefined
  #headerDue: boolean
  /** Where `#rest` begins. */
  #position = 0
  recordAt = 0

  constructor(form: CsvForm, known?: readonly string[]) {
    this.#form = {
      ...form,
      recordDelimiter: toBytes(form.recordDelimiter),
      fieldDelimiter: toBytes(form.fieldDelimiter),
      quote: toBytes(form.quote),
      quoteEscape: toBytes(form.quoteEscape),
      comment: toBytes(form.comment),
    }
    this.#headerDue = form.header !== "NONE" && known === undefined
    if (known && form.header === "USE") this.#header = new Header(known)
  }

  /** The header's names, once they are read. */
  get names(): readonly string[] | undefined {
    return this.#header?.names
  }

  *push(bytes: string): Generator<Value> {
    this.#rest += bytes
    if (this.#atStart && this.#rest.length >= BYTE_ORDER_MARK.length) this.#skipMark()
    yield* this.#records(false)
    if (this.#rest.length > RECORD_BYTES) throw selectError("OverMaxRecordSize")
  }

  *end(): Generator<Value> {
    yield* this.#records(true)
  }

  #skipMark(): void {
    this.#atStart = false
    if (!this.#rest.startsWith(BYTE_ORDER_MARK)) return
    this.#rest = this.#rest.slice(BYTE_ORDER_MARK.length)
    this.#position += BYTE_ORDER_MARK.length
  }

  /** Whoever stops in the middle does not go on: what is left is noted at the end. */
  *#records(last: boolean): Generator<Value> {
    const text = this.#rest
    const base = this.#position
    const { recordDelimiter } = this.#form
    let start = 0
    while (start < text.length) {
      const end = this.#endOf(text, start, last)
      if (end === undefined) break
      const line = text.slice(start, end)
      this.recordAt = base + start
      start = Math.min(text.length, end + recordDelimiter.length)
      if (line.length > RECORD_BYTES) throw selectError("OverMaxRecordSize")
      const record = this.#record(line)
      if (record) yield record
    }
    this.#rest = text.slice(start)
    this.#position = base + start
  }

  /** Where the record's delimiter begins; undefined where it has not come yet. */
  #endOf(text: string, start: number, last: boolean): number | undefined {
    const { recordDelimiter, quote, quotedDelimiters } = this.#form
    const plain = text.indexOf(recordDelimiter, start)
    const noEnd = last ? text.length : undefined
    if (quote === "" || !quotedDelimiters) return plain < 0 ? noEnd : plain
    let quoted = text.indexOf(quote, start)
    let at = start
    for (;;) {
      const end = text.indexOf(recordDelimiter, at)
      if (quoted < 0 || (end >= 0 && end < quoted)) return end < 0 ? noEnd : end
      const close = this.#closing(text, quoted)
      if (close === undefined) {
        if (last) throw selectError("CSVUnescapedQuote")
        return undefined
      }
      at = close + quote.length
      quoted = text.indexOf(quote, at)
    }
  }

  /** Where the quote that opens at `open` is closed. */
  #closing(text: string, open: number): number | undefined {
    const { quote, quoteEscape } = this.#form
    for (let at = open + quote.length; at < text.length; at++) {
      const escaped =
        quoteEscape !== "" && quoteEscape !== quote && text.startsWith(quoteEscape, at)
      if (escaped) at += quoteEscape.length
      else if (text.startsWith(quote, at)) {
        if (quoteEscape !== quote || !text.startsWith(quote, at + quote.length)) return at
        at += quote.length
      }
    }
    return undefined
  }

  #record(line: string): Value | undefined {
    const { recordDelimiter, comment, header } = this.#form
    // Lines of Windows: the delimiter is "\n", and "\r" is none of the last column.
    const text = recordDelimiter === "\n" && line.endsWith("\r") ? line.slice(0, -1) : line
    if (text === "" || (comment !== "" && text.startsWith(comment))) return undefined
    const fields = this.#fields(text)
    if (fields.length > COLUMNS) throw selectError("OverMaxColumn")
    if (this.#headerDue) {
      this.#headerDue = false
      if (header === "USE") this.#header = new Header(fields)
      return undefined
    }
    return new CsvFields(this.#header, fields)
  }

  #fields(line: string): string[] {
    const { fieldDelimiter, quote } = this.#form
    if (quote === "" || !line.includes(quote)) {
      const fields = line.split(fieldDelimiter)
      return isAscii(line) ? fields : fields.map(toText)
    }
    const fields: string[] = []
    for (let at = 0; ; at += fieldDelimiter.length) {
      if (line.startsWith(quote, at)) {
        const close = this.#closing(line, at)
        if (close === undefined) throw selectError(this.#unclosed())
        fields.push(toText(this.#unescaped(line.slice(at + quote.length, close))))
        at = close + quote.length
        if (at >= line.length) return fields
        if (!line.startsWith(fieldDelimiter, at)) throw selectError("CSVUnescapedQuote")
      } else {
        const end = line.indexOf(fieldDelimiter, at)
        fields.push(toText(line.slice(at, end < 0 ? line.length : end)))
        if (end < 0) return fields
        at = end
      }
    }
  }

  /** Without AllowQuotedRecordDelimiter a record ends at its delimiter, quoted or not. */
  #unclosed(): "CSVUnescapedQuote" | "CSVEscapingRecordDelimiter" {
    return this.#form.quotedDelimiters ? "CSVUnescapedQuote" : "CSVEscapingRecordDelimiter"
  }

  #unescaped(text: string): string {
    const { quote, quoteEscape } = this.#form
    if (quoteEscape === "" || !text.includes(quoteEscape)) return text
    if (quoteEscape === quote) return text.replaceAll(quote + quote, quote)
    let plain = ""
    for (let at = 0; at < text.length; at++) {
      if (text.startsWith(quoteEscape, at)) at += quoteEscape.length
      plain += text[at] ?? ""
    }
    return plain
  }
}
