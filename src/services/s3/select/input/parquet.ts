import { gunzipSync } from "node:zlib"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { selectError } from "../errors.ts"
import { Decimal } from "../sql/decimal.ts"
import { Timestamp } from "../sql/timestamp.ts"
import { isObject, type RawObject, type Value } from "../sql/value.ts"

/** An object of which any bytes can be read. */
export interface RandomBytes {
  readonly sizeBytes: number
  read(start: number, end: number): Promise<Uint8Array>
}

/** A limit of ours, below AWS's 512 MB: a row group is read as a whole. */
const GROUP_BYTES = 128 * 1024 * 1024

/**
 * The rows of a Parquet file, a row group at a time; of columns only those that are wanted. The
 * reader is loaded with the first such query. Throws Parquet… errors.
 */
export async function* parquetRows(
  bytes: RandomBytes,
  {
    wanted,
    from,
    to,
  }: {
    readonly wanted: readonly string[] | undefined
    /** Row groups count that begin in this range of the file. */
    readonly from: number
    readonly to: number
  },
): AsyncGenerator<Value> {
  const { parquetMetadataAsync, parquetReadObjects } = await import("hyparquet")
  const file = {
    byteLength: bytes.sizeBytes,
    async slice(start: number, end = bytes.sizeBytes): Promise<ArrayBuffer> {
      // A copy: what was read may lie in a buffer with others.
      return new Uint8Array(await bytes.read(start, end)).buffer
    },
  }
  const metadata = await guarded(() => parquetMetadataAsync(file))
  const names = metadata.schema[0]?.num_children === 0 ? [] : topLevel(metadata.schema)
  const columns = wanted && chosen(names, wanted)
  let rowStart = 0
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    if (Number(group.total_byte_size) > GROUP_BYTES) throw selectError("OverMaxParquetBlockSize")
    const begins = Number(group.columns[0]?.meta_data?.data_page_offset ?? 0)
    assertCodecs(group.columns.map((column) => column.meta_data?.codec))
    const range = { rowStart, rowEnd, ...(columns && columns.length > 0 && { columns }) }
    rowStart = rowEnd
    if (begins < from || begins > to) continue
    const options = { file, metadata, compressors: { GZIP: gunzip }, ...range }
    for (const row of await guarded(() => parquetReadObjects(options))) yield plain(row) as Value
  }
}

type Schema = readonly { readonly name: string; readonly num_children?: number }[]

/** The columns of the first level; the schema is a list in which children follow their parents. */
function topLevel(schema: Schema): string[] {
  const names: string[] = []
  const skip = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = skip(next)
    return next
  }
  for (let at = 1; at < schema.length; at = skip(at))
    names.push((schema[at] as { name: string }).name)
  return names
}

/** What a statement names need not be said in the file's own case. Throws MissingHeaders. */
function chosen(names: readonly string[], wanted: readonly string[]): string[] {
  const columns = new Set<string>()
  for (const one of wanted) {
    const found = names.filter((name) => name.toLowerCase() === one.toLowerCase())
    if (found.length === 0) throw selectError("MissingHeaders")
    for (const name of found) columns.add(name)
  }
  return [...columns]
}

/** "Amazon S3 Select supports only columnar compression using GZIP or Snappy." */
function assertCodecs(codecs: readonly (string | undefined)[]): void {
  for (const codec of codecs)
    if (codec !== "UNCOMPRESSED" && codec !== "GZIP" && codec !== "SNAPPY")
      throw selectError("ParquetUnsupportedCompressionCodec")
}

const gunzip = (input: Uint8Array, outputLength: number): Uint8Array =>
  gunzipSync(input, { maxOutputLength: Math.max(1, outputLength) })

/** Whatever a broken file does to the reader is one error of ours. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AwsError) throw error
    throw selectError("ParquetParsingError")
  }
}

/** The reader's values as those of documents. */
function plain(value: unknown): unknown {
  if (value instanceof Date)
    return new Timestamp(value.getTime(), {
      fraction: value.getTime() % 1_000 === 0 ? "" : value.toISOString().slice(20, 23),
    })
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === "number" && !Number.isInteger(value)) return Decimal.of(value)
  if (!isObject(value)) return value
  const fields: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value))
    if (item !== undefined) fields[name] = plain(item)
  return fields satisfies RawObject
}
