import { deflateRawSync } from "node:zlib"
import type { Field, Value } from "../field.ts"
import type { Column } from "../format.ts"
import { columnStreams, type Stream } from "./column.ts"
import { Message } from "./message.ts"

/** "ORC Specification v1": all of a file in one stripe, deflated, without indexes. */

const MAGIC = "ORC"
/** "The default compression chunk size is 256K". */
const CHUNK_BYTES = 256 * 1024
/** CompressionKind. */
const ZLIB = 1
/** "This file version is encoded as [0,12]". */
const VERSION = [0, 12]
/** ColumnEncoding. */
const DIRECT = 0
/** Type.Kind. */
const STRUCT = 12
const KINDS: Readonly<Record<Field["kind"], number>> = {
  ...{ boolean: 0, long: 4, string: 7, timestamp: 9 },
}

const TYPES: Readonly<Record<Field["kind"], string>> = {
  ...{ boolean: "boolean", long: "bigint", string: "string", timestamp: "timestamp" },
}

/** As manifests of inventories name it ("Locating your inventory list"). */
export const orcSchema = (fields: readonly Column[]): string =>
  `struct<${fields.map(({ column, kind }) => `${column}:${TYPES[kind]}`).join(",")}>`

/** A file of rows: a column for each field, in the order of the fields. */
export function orcFile(
  fields: readonly Column[],
  rows: readonly (readonly Value[])[],
): Promise<Buffer> {
  const columns = fields.map(({ kind }, at) => {
    const values = rows.map((row) => row[at])
    return { streams: columnStreams(kind, values), values }
  })
  const { body, index } = stripeOf(columns.map(({ streams }) => streams))
  const stripeFooter = compressed(index.encoded())
  const statistics = [
    statisticsOf(rows.map(() => true)),
    ...columns.map(({ values }) => statisticsOf(values)),
  ]
  const metadata = compressed(new Message().message(1, all(1, statistics)).encoded())
  const header = Buffer.from(MAGIC)
  const footer = new Message()
    .uint(1, header.length)
    .uint(2, header.length + body.length + stripeFooter.length)
  if (rows.length > 0)
    footer.message(
      3,
      new Message()
        .uint(1, header.length)
        .uint(2, 0)
        .uint(3, body.length)
        .uint(4, stripeFooter.length)
        .uint(5, rows.length),
    )
  for (const type of typesOf(fields)) footer.message(4, type)
  footer.uint(6, rows.length)
  for (const one of statistics) footer.message(7, one)
  // No row has an index.
  const tail = compressed(footer.uint(8, 0).encoded())
  const postscript = new Message()
    .uint(1, tail.length)
    .uint(2, ZLIB)
    .uint(3, CHUNK_BYTES)
    .packed(4, VERSION)
    .uint(5, metadata.length)
    .text(8000, MAGIC)
    .encoded()
  const length = Buffer.of(postscript.length)
  return Promise.resolve(
    Buffer.concat([header, body, stripeFooter, metadata, tail, postscript, length]),
  )
}

/** The streams of all columns one after another, and the footer that finds them. */
function stripeOf(columns: readonly (readonly Stream[])[]): { body: Buffer; index: Message } {
  const index = new Message()
  const pieces: Buffer[] = []
  for (const [at, streams] of columns.entries())
    for (const { kind, bytes } of streams) {
      const piece = compressed(bytes)
      pieces.push(piece)
      // Column 0 is the struct of all.
      index.message(
        1,
        new Message()
          .uint(1, kind)
          .uint(2, at + 1)
          .uint(3, piece.length),
      )
    }
  for (let at = 0; at <= columns.length; at += 1) index.message(2, new Message().uint(1, DIRECT))
  // Without a zone readers take their own for the one that was meant.
  index.text(3, "UTC")
  return { body: Buffer.concat(pieces), index }
}

function typesOf(fields: readonly Column[]): readonly Message[] {
  const root = new Message().uint(1, STRUCT).packed(
    2,
    fields.map((_, at) => at + 1),
  )
  for (const { column } of fields) root.text(3, column)
  return [root, ...fields.map(({ kind }) => new Message().uint(1, KINDS[kind]))]
}

/** How many values there are, and whether one is missing. */
function statisticsOf(values: readonly (Value | true)[]): Message {
  const there = values.filter((value) => value !== undefined).length
  return new Message().uint(1, there).uint(10, Number(there < values.length))
}

function all(field: number, messages: readonly Message[]): Message {
  const sum = new Message()
  for (const message of messages) sum.message(field, message)
  return sum
}

/** "Compression": chunks, each with its length and whether it stands as it was. */
function compressed(bytes: Uint8Array): Buffer {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const original = bytes.subarray(at, at + CHUNK_BYTES)
    const deflated = deflateRawSync(original)
    const isOriginal = deflated.length >= original.length
    const piece = isOriginal ? original : deflated
    const header = Buffer.alloc(3)
    header.writeUIntLE(piece.length * 2 + Number(isOriginal), 0, 3)
    pieces.push(header, piece)
  }
  return Buffer.concat(pieces)
}
