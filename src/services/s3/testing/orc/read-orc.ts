import { inflateRawSync } from "node:zlib"
import { Fields, Varints } from "./messages.ts"
import { booleansOfRuns, bytesOfRuns, integersOfRuns } from "./runs.ts"

/**
 * Reads a file by "ORC Specification v1": flat ones, as they are or with ZLIB. It shares nothing with
 * the writer, and has read the example files of Apache ORC right.
 */
export interface OrcFile {
  readonly schema: string
  readonly compression: number
  readonly version: readonly number[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

const KINDS = [
  ...["boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string", "binary"],
  ...["timestamp", "list", "map", "struct", "union", "decimal", "date", "varchar", "char"],
]

export function readOrc(file: Buffer): OrcFile {
  const end = file.length - 1
  const postscript = new Fields(file.subarray(end - (file[end] ?? 0), end))
  if (postscript.text(8000) !== "ORC") throw new Error("no ORC")
  const compression = postscript.number(2)
  const footerEnd = end - (file[end] ?? 0)
  const open = (bytes: Buffer): Buffer => (compression === 0 ? bytes : inflated(bytes, compression))
  const footer = new Fields(open(file.subarray(footerEnd - postscript.number(1), footerEnd)))
  const [root, ...types] = footer.messages(4)
  const names = (root?.bytes(3) ?? []).map((name) => name.toString())
  const kinds = types.map((type) => KINDS[type.number(1)] ?? "")
  const rows: Record<string, unknown>[] = []
  for (const stripe of footer.messages(3))
    for (const row of readStripe(file, { stripe, names, kinds, open })) rows.push(row)
  if (rows.length !== footer.number(6)) throw new Error("the rows are not all there")
  const version = new Varints(postscript.bytes(4)[0] ?? Buffer.alloc(0))
  const said: number[] = []
  while (!version.ended) said.push(Number(version.next()))
  const schema = `struct<${names.map((name, at) => `${name}:${kinds[at]}`).join(",")}>`
  return { schema, compression, version: said, rows }
}

interface Stripe {
  readonly stripe: Fields
  readonly names: readonly string[]
  readonly kinds: readonly string[]
  readonly open: (bytes: Buffer) => Buffer
}

function readStripe(file: Buffer, { stripe, names, kinds, open }: Stripe) {
  const begin = stripe.number(1)
  const end = begin + stripe.number(2) + stripe.number(3)
  const footer = new Fields(open(file.subarray(end, end + stripe.number(4))))
  const count = stripe.number(5)
  const found = new Map<string, Buffer>()
  let at = begin
  for (const stream of footer.messages(1)) {
    const bytes = file.subarray(at, at + stream.number(3))
    at += stream.number(3)
    // Indexes are not read.
    if (stream.number(1) < 6) found.set(`${stream.number(2)} ${stream.number(1)}`, open(bytes))
  }
  if (at !== end) throw new Error("the streams do not fill the stripe")
  const columns = kinds.map((kind, of) => {
    const encoding = footer.messages(2)[of + 1]
    const streams = (name: keyof typeof STREAMS): Buffer | undefined =>
      found.get(`${of + 1} ${STREAMS[name]}`)
    const zone = footer.text(3)
    return readColumn({
      kind,
      streams,
      zone,
      count,
      encoding: encoding?.number(1) ?? 0,
      size: encoding?.number(2) ?? 0,
    })
  })
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(names.map((name, of) => [name, columns[of]?.[row]])),
  )
}

const STREAMS = { present: 0, data: 1, length: 2, dictionary: 3, secondary: 5 } as const

interface Column {
  readonly kind: string
  readonly streams: (name: keyof typeof STREAMS) => Buffer | undefined
  readonly zone: string
  readonly count: number
  readonly encoding: number
  /** Of the dictionary. */
  readonly size: number
}

function readColumn(column: Column): unknown[] {
  const present = column.streams("present")
  if (!present) return readValues(column)
  const there = booleansOfRuns(present, column.count)
  const values = readValues({ ...column, count: there.filter(Boolean).length })
  let next = 0
  return there.map((one) => (one ? values[next++] : null))
}

function readValues(column: Column): unknown[] {
  const { kind, count, encoding } = column
  const version = encoding < 2 ? 1 : 2
  const stream = (name: keyof typeof STREAMS): Buffer => column.streams(name) ?? Buffer.alloc(0)
  const integers = (name: keyof typeof STREAMS, signed: boolean, many = count): bigint[] =>
    integersOfRuns(stream(name), { count: many, signed, version })
  const data = stream("data")
  switch (kind) {
    case "boolean":
      return booleansOfRuns(data, count)
    case "tinyint":
      return bytesOfRuns(data, count).map((value) => BigInt.asIntN(8, BigInt(value)))
    case "smallint":
    case "int":
    case "bigint":
      return integers("data", true)
    case "float":
      return Array.from({ length: count }, (_, at) => data.readFloatLE(at * 4))
    case "double":
      return Array.from({ length: count }, (_, at) => data.readDoubleLE(at * 8))
    case "string":
    case "varchar":
    case "char": {
      if (encoding % 2 === 0)
        return cut(data, integers("length", false)).map((piece) => piece.toString())
      const words = cut(stream("dictionary"), integers("length", false, column.size))
      return integers("data", false).map((at) => words[Number(at)]?.toString())
    }
    case "binary":
      return cut(data, integers("length", false))
    case "timestamp": {
      const nanos = integers("secondary", false)
      return integers("data", true).map((seconds, at) =>
        timeText(seconds, nanos[at] ?? 0n, column.zone),
      )
    }
    case "date":
      return integers("data", true).map((days) =>
        new Date(Number(days) * 86_400_000).toISOString().slice(0, 10),
      )
    case "decimal": {
      const digits = new Varints(data)
      return integers("secondary", true).map(
        (scale) => Number(digits.signed()) / 10 ** Number(scale),
      )
    }
    default:
      throw new Error(`no columns of ${kind}`)
  }
}

function cut(bytes: Buffer, lengths: readonly bigint[]): Buffer[] {
  let at = 0
  return lengths.map((length) => bytes.subarray(at, (at += Number(length))))
}

/** Seconds from 2015 on where it was written; of nanoseconds the zeros at the end are counted. */
function timeText(seconds: bigint, coded: bigint, zone: string): string {
  const zeros = Number(coded & 7n)
  const nanos = (coded >> 3n) * (zeros === 0 ? 1n : 10n ** BigInt(zeros + 1))
  const epoch = Date.UTC(2015, 0, 1)
  const instant = epoch - offsetMs(epoch, zone) + Number(seconds) * 1000
  // Before 1970 seconds are cut towards zero.
  const begin = instant < 0 && nanos > 999_999n ? instant - 1000 : instant
  const text = new Date(begin + offsetMs(begin, zone)).toISOString().slice(0, 19).replace("T", " ")
  const fraction = String(nanos).padStart(9, "0").replace(/0+$/, "")
  return `${text}.${fraction === "" ? "0" : fraction}`
}

function offsetMs(ms: number, zone: string): number {
  if (zone === "" || zone === "UTC" || zone === "GMT") return 0
  const there = new Date(ms).toLocaleString("sv-SE", { timeZone: zone })
  return Date.parse(`${there.replace(" ", "T")}Z`) - Math.floor(ms / 1000) * 1000
}

/** "Compression". */
function inflated(bytes: Buffer, compression: number): Buffer {
  if (compression !== 1) throw new Error(`no compression ${compression}`)
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const header = bytes.readUIntLE(at, 3)
    const piece = bytes.subarray(at + 3, at + 3 + (header >> 1))
    pieces.push((header & 1) === 1 ? piece : inflateRawSync(piece))
    at += 3 + (header >> 1)
  }
  return Buffer.concat(pieces)
}
