import { selectError } from "../errors.ts"
import { Decimal } from "../sql/decimal.ts"
import { fromRaw, type Value } from "../sql/value.ts"
import { RECORD_BYTES, type RecordReader } from "./reader.ts"
import { BYTE_ORDER_MARK, toText } from "./text.ts"

/** One document may be larger than a record, but not without end (a limit of ours). */
const DOCUMENT_BYTES = 64 * 1024 * 1024

/** Numbers that JavaScript's would change: long ones, and fractions that end in zeros. */
const DELICATE = /\d{16}|\.\d*0(?!\d)/

/** One JSON value in each line. */
export class JsonLinesReader implements RecordReader {
  #rest = ""
  #position = 0
  #recordAt = 0

  get recordAt(): number {
    return this.#recordAt
  }

  *push(bytes: string): Generator<Value> {
    this.#rest += bytes
    const text = this.#rest
    const base = this.#position
    let start = 0
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      const line = text.slice(start, end)
      this.#recordAt = base + start
      start = end + 1
      if (line.length > RECORD_BYTES) throw selectError("OverMaxRecordSize")
      if (!isBlank(line)) yield parse(line)
    }
    this.#rest = text.slice(start)
    this.#position = base + start
    if (this.#rest.length > RECORD_BYTES) throw selectError("OverMaxRecordSize")
  }

  *end(): Generator<Value> {
    const line = this.#rest
    this.#rest = ""
    this.#recordAt = this.#position
    if (!isBlank(line)) yield parse(line)
  }
}

/** JSON values one after another, over as many lines as they need. */
export class JsonDocumentReader implements RecordReader {
  #pieces: string[] = []
  #size = 0
  #depth = 0
  #inText = false
  #escaped = false
  #position = 0
  #recordAt = 0

  get recordAt(): number {
    return this.#recordAt
  }

  *push(bytes: string): Generator<Value> {
    let start = 0
    for (let at = 0; at < bytes.length; at++) {
      const char = bytes.charCodeAt(at)
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false
        else if (char === BACKSLASH) this.#escaped = true
        else if (char === QUOTE) this.#inText = false
        continue
      }
      if (char === QUOTE) this.#inText = true
      else if (char === OPEN_BRACE || char === OPEN_BRACKET) this.#depth++
      else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
        if (--this.#depth > 0) continue
        if (this.#depth < 0) throw selectError("JSONParsingError")
        this.#keep(bytes.slice(start, at + 1))
        start = at + 1
        const text = this.#whole()
        yield parse(text)
      }
    }
    this.#keep(bytes.slice(start))
  }

  *end(): Generator<Value> {
    const text = this.#whole()
    if (!isBlank(text)) yield parse(text)
  }

  #keep(piece: string): void {
    if (piece === "") return
    this.#size += piece.length
    this.#position += piece.length
    if (this.#size > DOCUMENT_BYTES) throw selectError("OverMaxRecordSize")
    this.#pieces.push(piece)
  }

  #whole(): string {
    const text = this.#pieces.join("")
    this.#recordAt = this.#position - text.length
    this.#pieces = []
    this.#size = 0
    return text
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

const isBlank = (text: string): boolean => !/\S/.test(text)

/** What a reviver is told of a number besides its value. */
interface Source {
  readonly source?: string
}

function parse(bytes: string): Value {
  const marked = bytes.startsWith(BYTE_ORDER_MARK) ? bytes.slice(BYTE_ORDER_MARK.length) : bytes
  const text = toText(marked)
  try {
    return fromRaw(DELICATE.test(text) ? JSON.parse(text, exactly) : JSON.parse(text))
  } catch {
    throw selectError("JSONParsingError")
  }
}

function exactly(_key: string, value: unknown, context?: Source): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value
  const { source } = context
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source)
  return Decimal.parse(source) ?? value
}
