import { ia5, objectId, printable, sequence, set, utf8 } from "./der.ts"
import { childrenOf, readObjectId, readOne, TAG } from "./der-reader.ts"
import { ATTRIBUTE } from "./object-ids.ts"

/** One part of a distinguished name. */
export interface NameAttribute {
  /** Object identifier, dotted. */
  readonly type: string
  readonly value: string
}

/** RFC 5280 appendix A: these are never UTF-8. */
const PRINTABLE: ReadonlySet<string> = new Set([
  ATTRIBUTE.country,
  ATTRIBUTE.serialNumber,
  ATTRIBUTE.dnQualifier,
])
const IA5: ReadonlySet<string> = new Set([ATTRIBUTE.domainComponent, ATTRIBUTE.emailAddress])

/** A distinguished name in DER. Names are equal when their bytes are. */
export function writeName(attributes: readonly NameAttribute[]): Uint8Array {
  return sequence(
    ...attributes.map(({ type, value }) => set(sequence(objectId(type), text(type, value)))),
  )
}

function text(type: string, value: string): Uint8Array {
  if (PRINTABLE.has(type)) return printable(value)
  return IA5.has(type) ? ia5(value) : utf8(value)
}

/** The attributes in their order. Throws DerError. */
export function readName(der: Uint8Array): readonly NameAttribute[] {
  return childrenOf(readOne(der)).flatMap((part) =>
    childrenOf(part, TAG.set).map((attribute) => {
      const [type, value] = childrenOf(attribute)
      return { type: readObjectId(type), value: textOf(value) }
    }),
  )
}

const BMP_STRING = 0x1e
const UTF8_STRING = 0x0c

function textOf(element: { readonly tag: number; readonly content: Uint8Array } | undefined) {
  const bytes = Buffer.from(element?.content ?? [])
  if (element?.tag === BMP_STRING && bytes.length % 2 === 0)
    return bytes.swap16().toString("utf16le")
  return bytes.toString(element?.tag === UTF8_STRING ? "utf8" : "latin1")
}

/** The last value of an attribute: `CN=`. */
export const attributeOf = (der: Uint8Array, type: string): string | undefined =>
  readName(der).findLast((attribute) => attribute.type === type)?.value

const SHORT: Readonly<Record<string, string>> = {
  [ATTRIBUTE.commonName]: "CN",
  [ATTRIBUTE.country]: "C",
  [ATTRIBUTE.locality]: "L",
  [ATTRIBUTE.state]: "ST",
  [ATTRIBUTE.organization]: "O",
  [ATTRIBUTE.organizationalUnit]: "OU",
  [ATTRIBUTE.domainComponent]: "DC",
  [ATTRIBUTE.emailAddress]: "EMAILADDRESS",
  [ATTRIBUTE.surname]: "SN",
  [ATTRIBUTE.givenName]: "GN",
  [ATTRIBUTE.serialNumber]: "SERIALNUMBER",
}

/** The name as a person reads it, in the order of the certificate: `C=US,O=Example,CN=x`. */
export const nameText = (der: Uint8Array): string =>
  readName(der)
    .map(({ type, value }) => `${SHORT[type] ?? type}=${value}`)
    .join(",")
