import { CsvReader } from "./input/csv.ts"
import { decompress } from "./input/decompress.ts"
import { JsonDocumentReader, JsonLinesReader } from "./input/json.ts"
import { parquetRows } from "./input/parquet.ts"
import type { RecordReader } from "./input/reader.ts"
import { toBytes } from "./input/text.ts"
import { writeRecord } from "./output.ts"
import { scanOf, type InputForm, type SelectForm } from "./request.ts"
import type { Answer, Query } from "./sql/query.ts"
import type { Value } from "./sql/value.ts"

/** The bytes that a query goes over, whole or in ranges. */
export interface Source {
  readonly sizeBytes: number
  stream(start: number, end: number): AsyncIterable<Uint8Array>
}

/** What has gone in and out, in bytes: of the object, of what it was compressed from, of the answer. */
export interface Counts {
  BytesScanned: number
  BytesProcessed: number
  BytesReturned: number
}

export type SelectEvent =
  | { readonly Records: { readonly Payload: Uint8Array } }
  | { readonly Progress: { readonly Details: Counts } }
  | { readonly Stats: { readonly Details: Counts } }
  | { readonly Cont: Nothing }
  | { readonly End: Nothing }

/** An event that is all that it says. */
interface Nothing {
  readonly [name: string]: never
}

/** Records leave when so much has come together. */
const FLUSH_BYTES = 64 * 1024
/** A Cont event tells that the query goes on, after so much that nothing came of. */
const SILENT_BYTES = 8 * 1024 * 1024

/**
 * The events of an answer: Records (with Progress, where that is asked), then Stats and End. Holds a
 * piece of the object and a piece of the answer.
 */
export async function* selectEvents(
  source: Source,
  query: Query,
  { form, counts }: { readonly form: SelectForm; readonly counts: Counts },
): AsyncGenerator<SelectEvent> {
  const pending = new Pending(form, counts)
  if (!query.done && source.sizeBytes > 0)
    for await (const batch of batchesOf(source, query, { form, counts })) {
      for (const record of batch)
        for (const answer of query.take(record)) {
          pending.add(answer)
          if (pending.size >= FLUSH_BYTES) yield* pending.flush()
        }
      if (pending.isSilent) yield pending.cont()
      if (query.done) break
    }
  const last = query.finish()
  if (last) pending.add(last)
  yield* pending.flush()
  yield { Stats: { Details: { ...counts } } }
  yield { End: {} }
}

class Pending {
  readonly #form: SelectForm
  readonly #counts: Counts
  #texts: string[] = []
  #heardAt = 0
  size = 0

  constructor(form: SelectForm, counts: Counts) {
    this.#form = form
    this.#counts = counts
  }

  get isSilent(): boolean {
    return this.#counts.BytesScanned - this.#heardAt > SILENT_BYTES
  }

  add(answer: Answer): void {
    const text = writeRecord(answer, this.#form.output)
    this.#texts.push(text)
    this.size += text.length
  }

  cont(): SelectEvent {
    this.#heardAt = this.#counts.BytesScanned
    return { Cont: {} }
  }

  *flush(): Generator<SelectEvent> {
    const Payload = Buffer.from(this.#texts.join(""))
    this.#texts = []
    this.size = 0
    this.#heardAt = this.#counts.BytesScanned
    this.#counts.BytesReturned += Payload.length
    if (Payload.length > 0) yield { Records: { Payload } }
    if (this.#form.progress) yield { Progress: { Details: { ...this.#counts } } }
  }
}

interface Reading {
  readonly form: SelectForm
  readonly counts: Counts
}

/** Records, as many together as one piece of the object has. */
async function* batchesOf(
  source: Source,
  query: Query,
  { form, counts }: Reading,
): AsyncGenerator<Iterable<Value>> {
  const { input } = form
  const scan = scanOf(form.range, source.sizeBytes)
  if (input.format === "Parquet") {
    const range = { wanted: query.wanted, from: scan.start, to: scan.end }
    for await (const row of parquetRows(randomBytes(source, counts), range)) yield [row]
    return
  }
  if (form.range) {
    yield* rangeOf(source, { input, scan, counts })
    return
  }
  const reader = readerOf(input)
  const bytes = counted(source.stream(0, source.sizeBytes), counts)
  for await (const piece of decompress(bytes, input.compression)) {
    counts.BytesProcessed += piece.length
    yield reader.push(latin1(piece))
  }
  yield reader.end()
}

type TextForm = Exclude<InputForm, { format: "Parquet" }>

function readerOf(input: TextForm, names?: readonly string[]): RecordReader {
  if (input.format === "CSV") return new CsvReader(input.csv, names)
  return input.type === "LINES" ? new JsonLinesReader() : new JsonDocumentReader()
}

/**
 * Only records that begin in the range. One that began before it ends in it: reading begins a
 * delimiter earlier, and what comes before the first delimiter is another's.
 */
async function* rangeOf(
  source: Source,
  {
    input,
    scan,
    counts,
  }: { input: TextForm; scan: { start: number; end: number }; counts: Counts },
): AsyncGenerator<Iterable<Value>> {
  const delimiter = input.format === "CSV" ? toBytes(input.csv.recordDelimiter) : "\n"
  const from = Math.max(0, scan.start - delimiter.length)
  const inMiddle = scan.start > 0
  const names = inMiddle && input.format === "CSV" ? await headerOf(source, input) : undefined
  const reader = readerOf(input, names)
  let skipped = inMiddle ? "" : undefined
  let base = from
  const inRange = function* (records: Iterable<Value>): Generator<Value> {
    for (const record of records) {
      if (base + reader.recordAt > scan.end) return
      yield record
    }
  }
  for await (const piece of counted(source.stream(from, source.sizeBytes), counts)) {
    counts.BytesProcessed += piece.length
    let text = latin1(piece)
    if (skipped !== undefined) {
      const before = skipped + text
      const found = before.indexOf(delimiter)
      if (found < 0) {
        skipped = before.slice(-delimiter.length)
        base += before.length - skipped.length
        continue
      }
      base += found + delimiter.length
      text = before.slice(found + delimiter.length)
      skipped = undefined
    }
    yield inRange(reader.push(text))
    if (base + reader.recordAt > scan.end) return
  }
  yield inRange(reader.end())
}

/** The names in a file's first line, for a range that begins behind it. */
async function headerOf(
  source: Source,
  { csv }: Extract<InputForm, { format: "CSV" }>,
): Promise<readonly string[] | undefined> {
  if (csv.header !== "USE") return []
  const reader = new CsvReader(csv)
  for await (const piece of source.stream(0, source.sizeBytes)) {
    for (const _record of reader.push(latin1(piece))) break
    if (reader.names) return reader.names
  }
  for (const _record of reader.end()) break
  return reader.names ?? []
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  counts: Counts,
): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    counts.BytesScanned += piece.length
    yield piece
  }
}

const randomBytes = (source: Source, counts: Counts) => ({
  sizeBytes: source.sizeBytes,
  async read(start: number, end: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    for await (const piece of counted(source.stream(start, end), counts)) pieces.push(piece)
    const whole = Buffer.concat(pieces)
    counts.BytesProcessed += whole.length
    return whole
  },
})

const latin1 = (piece: Uint8Array): string =>
  Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString("latin1")
