import { setOwn } from "../../../protocols/own-property.ts"
import type { CborOutput } from "../../../protocols/cbor/output.ts"
import { bytesOf, listOf, textOf, type Pairs, type Value } from "./decode.ts"
import { numberOf, numberText, writeNumber } from "./number.ts"
import { ProtocolError } from "./protocol-error.ts"

/** A value as DynamoDB's operations take and give it. */
export type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] }
  | { readonly L: readonly Attribute[] }
  | { readonly M: Item }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }

export type Item = Readonly<Record<string, Attribute>>

/** DAX's own CBOR tags. */
const TAG = { strings: 3321, numbers: 3322, binaries: 3323 } as const

/** Throws ProtocolError. */
export function attributeOf(value: Value): Attribute {
  if (typeof value === "string") return { S: value }
  if (Buffer.isBuffer(value)) return { B: value }
  if (value === null) return { NULL: true }
  if (typeof value === "boolean") return { BOOL: value }
  if (Array.isArray(value)) return { L: (value as readonly Value[]).map(attributeOf) }
  const number = numberOf(value)
  if (number) return { N: numberText(number) }
  if (typeof value === "object" && "pairs" in value) return { M: itemOfPairs(value.pairs) }
  if (typeof value === "object" && "tag" in value) return setOf(value.tag, listOf(value.value))
  throw new ProtocolError("no value of an attribute")
}

export function itemOfPairs(pairs: Pairs): Item {
  const item: Record<string, Attribute> = {}
  for (const [name, value] of pairs) setOwn(item, textOf(name), attributeOf(value))
  return item
}

function setOf(tag: number, values: readonly Value[]): Attribute {
  switch (tag) {
    case TAG.strings:
      return { SS: values.map(textOf) }
    case TAG.numbers:
      return { NS: values.map(numberTextOf) }
    case TAG.binaries:
      return { BS: values.map(bytesOf) }
    default:
      throw new ProtocolError(`an unknown tag ${tag}`)
  }
}

function numberTextOf(value: Value): string {
  const number = numberOf(value)
  if (!number) throw new ProtocolError("a number is wanted")
  return numberText(number)
}

export function writeAttribute(out: CborOutput, value: Attribute): void {
  if ("S" in value) out.text(value.S)
  else if ("N" in value) writeNumber(out, value.N)
  else if ("B" in value) out.blob(value.B)
  else if ("BOOL" in value) out.boolean(value.BOOL)
  else if ("NULL" in value) out.null()
  else if ("M" in value) writeMap(out, value.M)
  else if ("L" in value) {
    out.list(value.L.length)
    for (const one of value.L) writeAttribute(out, one)
  } else writeSet(out, value)
}

function writeMap(out: CborOutput, map: Item): void {
  const pairs = Object.entries(map)
  out.map(pairs.length)
  for (const [name, value] of pairs) {
    out.text(name)
    writeAttribute(out, value)
  }
}

type SetAttribute = Extract<Attribute, { SS: unknown } | { NS: unknown } | { BS: unknown }>

function writeSet(out: CborOutput, value: SetAttribute): void {
  const [tag, all] =
    "SS" in value
      ? [TAG.strings, value.SS]
      : "NS" in value
        ? [TAG.numbers, value.NS]
        : [TAG.binaries, value.BS]
  out.tag(tag)
  out.list(all.length)
  for (const one of all) {
    if (typeof one !== "string") out.blob(one)
    else if ("NS" in value) writeNumber(out, one)
    else out.text(one)
  }
}
