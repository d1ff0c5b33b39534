import { CborOutput } from "../../../protocols/cbor/output.ts"
import { attributeOf, writeAttribute, type Attribute, type Item } from "./attribute.ts"
import { decode, Input } from "./decode.ts"
import { decodeLexDecimal, encodeLexDecimal } from "./lex-decimal.ts"
import { decimalOf, numberText } from "./number.ts"
import { ProtocolError } from "./protocol-error.ts"

/** The attributes of a table's key, the partition key first. */
export type KeySchema = readonly { readonly name: string; readonly type: "S" | "N" | "B" }[]

/**
 * A key's bytes. Alone, text and binary stand as they are; before a sort key the partition key is a
 * CBOR item, and the sort key is what remains.
 */
export function decodeKey(schema: KeySchema, bytes: Buffer): Item {
  const [partition, sort] = schema
  if (!partition) throw new ProtocolError("a table without a key")
  if (!sort) return { [partition.name]: alone(partition.type, bytes) }
  const input = new Input(bytes)
  const first = attributeOf(input.value())
  if (!(partition.type in first)) throw new ProtocolError("a key of another type")
  const rest = input.rest()
  const second =
    sort.type === "N" ? { N: numberText(decodeLexDecimal(rest)) } : plain(sort.type, rest)
  return { [partition.name]: first, [sort.name]: second }
}

const plain = (type: "S" | "B", bytes: Buffer): Attribute =>
  type === "S" ? { S: bytes.toString() } : { B: bytes }

function alone(type: "S" | "N" | "B", bytes: Buffer): Attribute {
  if (type !== "N") return plain(type, bytes)
  const value = attributeOf(decode(bytes))
  if (!("N" in value)) throw new ProtocolError("a key of another type")
  return value
}

export function encodeKey(schema: KeySchema, item: Item): Uint8Array {
  const [partition, sort] = schema
  const first = partition && item[partition.name]
  if (!first) throw new Error("an item without its key")
  if (!sort) return "S" in first ? Buffer.from(first.S) : "B" in first ? first.B : cborOf(first)
  const second = item[sort.name]
  if (!second) throw new Error("an item without its sort key")
  return Buffer.concat([cborOf(first), sortBytes(second)])
}

function sortBytes(value: Attribute): Uint8Array {
  if ("S" in value) return Buffer.from(value.S)
  if ("N" in value) return encodeLexDecimal(decimalOf(value.N))
  if ("B" in value) return value.B
  throw new Error("a sort key of a type that none has")
}

function cborOf(value: Attribute): Uint8Array {
  const out = new CborOutput()
  writeAttribute(out, value)
  return out.finish()
}

/** One text for one key, however its numbers were written. */
export const keyText = (schema: KeySchema, key: Item): string =>
  schema.map(({ name }) => scalarText(key[name])).join("/")

function scalarText(value: Attribute | undefined): string {
  if (!value) return ""
  if ("N" in value) return `N${numberText(decimalOf(value.N))}`
  if ("B" in value) return `B${Buffer.from(value.B).toString("base64")}`
  return "S" in value ? `S${encodeURIComponent(value.S)}` : ""
}

/** The attributes of an item that are its key. */
export const keyOf = (schema: KeySchema, item: Item): Item =>
  Object.fromEntries(schema.map(({ name }) => [name, item[name] as Attribute]))
