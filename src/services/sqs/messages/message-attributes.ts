import { invalidAttributeContents, invalidParameterValue } from "../errors.ts"
import {
  ATTRIBUTE_NAME_LENGTH,
  ATTRIBUTE_NUMBERS as NUMBERS,
  ATTRIBUTE_TYPE_LENGTH,
  MESSAGE_ATTRIBUTES,
} from "../limits.ts"
import { isAllowedText } from "./message-body.ts"

/** A message attribute as requests and answers carry it. */
export interface MessageAttribute {
  readonly DataType: string
  readonly StringValue?: string
  readonly BinaryValue?: Uint8Array
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

/** A message attribute as a client sends it, before it was checked. */
export interface SentAttribute {
  readonly DataType?: string | undefined
  readonly StringValue?: string | undefined
  readonly BinaryValue?: Uint8Array | undefined
  readonly StringListValues?: readonly string[] | undefined
  readonly BinaryListValues?: readonly Uint8Array[] | undefined
}

export type SentAttributes = Readonly<Record<string, SentAttribute>>

/** As stored: binary values as base64. */
export interface StoredAttribute {
  readonly DataType: string
  readonly StringValue?: string
  readonly base64?: string
}

export type StoredAttributes = Readonly<Record<string, StoredAttribute>>

export const TRACE_HEADER = "AWSTraceHeader"

/** Letters of any script pass (recorded for Latin ones), other signs do not. */
const NAME = /^[\p{L}\p{N}_.-]+$/u
const RESERVED = /^(?:aws\.|amazon\.|\.)|\.$/i
const NUMBER = /^[+-]?(?:(?<whole>\d+)\.?(?<rest>\d*)|\.(?<only>\d+))(?:[eE](?<power>[+-]?\d+))?$/

/** Throws InvalidParameterValue for the first attribute that SQS would refuse. */
export function assertAttributes(
  attributes: SentAttributes | undefined,
): asserts attributes is MessageAttributes | undefined {
  if (attributes === undefined) return
  const names = Object.keys(attributes)
  if (names.length > MESSAGE_ATTRIBUTES) {
    throw invalidParameterValue(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MESSAGE_ATTRIBUTES}].`,
    )
  }
  for (const name of names) {
    assertName(name)
    assertValue(name, attributes[name] as SentAttribute)
  }
}

/**
 * Attributes that passed, each with the one value that its type names. Which of two values AWS
 * takes is not known.
 */
export function withOneValue(attributes: MessageAttributes): MessageAttributes {
  const all = Object.entries(attributes)
  if (!all.some(([, one]) => one.StringValue !== undefined && one.BinaryValue !== undefined))
    return attributes
  return Object.fromEntries(
    all.map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      baseType(DataType) === "Binary"
        ? { DataType, BinaryValue: BinaryValue ?? new Uint8Array() }
        : { DataType, StringValue: StringValue ?? "" },
    ]),
  )
}

/**
 * Throws unless the only system attribute is a trace header; its text, if there is one. "Its type
 * must be String" (SendMessage, API reference); the words are not verified.
 */
export function traceHeaderOf(attributes: SentAttributes | undefined): string | undefined {
  if (attributes === undefined) return undefined
  for (const name of Object.keys(attributes)) {
    if (name !== TRACE_HEADER) {
      throw invalidParameterValue(`Message system attribute name '${name}' is invalid.`)
    }
    const attribute = attributes[name] as SentAttribute
    assertValue(name, attribute)
    if (attribute.DataType !== "String") {
      throw invalidParameterValue(`Message system attribute '${name}' must be of type 'String'.`)
    }
  }
  return attributes[TRACE_HEADER]?.StringValue
}

function assertName(name: string): void {
  if (name === "") {
    throw invalidParameterValue(
      "The request must contain non-empty message (user) attribute names.",
    )
  }
  if (name.length > ATTRIBUTE_NAME_LENGTH) {
    throw invalidParameterValue(
      `Message (user) attribute name must be shorter than ${ATTRIBUTE_NAME_LENGTH} bytes.`,
    )
  }
  if (!NAME.test(name)) {
    throw invalidParameterValue(
      "Message (user) attributes name can only contain upper and lower score characters, digits, " +
        "periods, hyphens and underscores. ",
    )
  }
  // Two periods in a row pass today, whatever the documentation says (recorded).
  if (RESERVED.test(name)) {
    throw invalidParameterValue(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings " +
        "are reserved for internal use. Additionally, they cannot start or end with '.'.",
    )
  }
}

function assertValue(name: string, attribute: SentAttribute): void {
  if (attribute.StringListValues?.length || attribute.BinaryListValues?.length) {
    throw invalidParameterValue(
      "Message attribute list values in SendMessage operation are not supported.",
    )
  }
  const type = attribute.DataType
  if (type === undefined || type === "") {
    throw invalidParameterValue(
      `The message (user) attribute '${name}' must contain a non-empty message attribute value.`,
    )
  }
  const base = baseType(type)
  if (base === undefined) {
    throw invalidParameterValue(
      `The type of message (user) attribute '${name}' is invalid. You must use only the ` +
        "following supported type prefixes: Binary, Number, String.",
    )
  }
  if (type.length > ATTRIBUTE_TYPE_LENGTH) {
    throw invalidParameterValue(
      `Message (user) attribute type must be shorter than ${ATTRIBUTE_TYPE_LENGTH} bytes.`,
    )
  }
  const value = base === "Binary" ? attribute.BinaryValue : attribute.StringValue
  if (value === undefined || value.length === 0) {
    throw invalidParameterValue(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${base}'.`,
    )
  }
  if (typeof value === "string" && !isAllowedText(value)) throw invalidAttributeContents()
  if (base === "Number" && !isNumber(attribute.StringValue ?? "")) {
    throw invalidParameterValue(
      `Can't cast the value of message (user) attribute '${name}' to a number.`,
    )
  }
}

/**
 * Up to 38 digits of precision, zero or from 10^-128 to 10^126 ("Amazon SQS message metadata");
 * that what is beyond fails like what is no number is not verified.
 */
function isNumber(text: string): boolean {
  const parts = NUMBER.exec(text)?.groups
  if (!parts) return false
  const { whole = "", rest, only, power = "0" } = parts
  const fraction = rest ?? only ?? ""
  const digits = (whole + fraction).replace(/^0+/, "")
  const significant = digits.replace(/0+$/, "")
  if (significant === "") return true
  const magnitude = digits.length - 1 - fraction.length + Number(power)
  if (magnitude < NUMBERS.least || significant.length > NUMBERS.digits) return false
  return magnitude < NUMBERS.most || (magnitude === NUMBERS.most && significant === "1")
}

/** `String`, `Number` or `Binary`, alone or with a label behind a period. */
function baseType(type: string): "String" | "Number" | "Binary" | undefined {
  const dot = type.indexOf(".")
  const base = dot < 0 ? type : type.slice(0, dot)
  return base === "String" || base === "Number" || base === "Binary" ? base : undefined
}

/** Bytes that attributes take of a message's size: names, types and values. */
export function attributesSizeBytes(attributes: SentAttributes | undefined): number {
  if (attributes === undefined) return 0
  let size = 0
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType ?? "")
    size += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? "")
  }
  return size
}

/** Undefined for no attributes. */
export function storedAttributes(
  attributes: MessageAttributes | undefined,
): StoredAttributes | undefined {
  if (attributes === undefined || Object.keys(attributes).length === 0) return undefined
  const stored: Record<string, StoredAttribute> = {}
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    stored[name] =
      BinaryValue === undefined
        ? { DataType, StringValue: StringValue ?? "" }
        : { DataType, base64: Buffer.from(BinaryValue).toString("base64") }
  }
  return stored
}

/**
 * The attributes that a receive asks for: by name, by prefix (`foo.*`), or all (`All`, `*`, `.*`:
 * recorded). Names that no attribute can have are passed over (recorded). Undefined for none.
 */
export function selectedAttributes(
  stored: StoredAttributes | undefined,
  wanted: readonly string[] | undefined,
): MessageAttributes | undefined {
  if (stored === undefined || wanted === undefined || wanted.length === 0) return undefined
  const selected: Record<string, MessageAttribute> = {}
  let any = false
  for (const name of Object.keys(stored)) {
    if (!wanted.some((pattern) => matches(name, pattern))) continue
    selected[name] = restored(stored[name] as StoredAttribute)
    any = true
  }
  return any ? selected : undefined
}

/** All attributes, for those who hand a message on. */
export const allAttributes = (
  stored: StoredAttributes | undefined,
): MessageAttributes | undefined => selectedAttributes(stored, ["All"])

function matches(name: string, pattern: string): boolean {
  if (pattern === "All" || pattern === "*" || pattern === ".*") return true
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : name === pattern
}

function restored({ DataType, StringValue, base64 }: StoredAttribute): MessageAttribute {
  if (base64 !== undefined) return { DataType, BinaryValue: Buffer.from(base64, "base64") }
  return { DataType, StringValue: StringValue ?? "" }
}
