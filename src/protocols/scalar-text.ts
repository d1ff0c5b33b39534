import type { Member, SimpleShape, TimestampFormat } from "../models/schema.ts"
import { bodyText } from "./body-text.ts"
import { formatTimestamp, parseTimestamp, timestampFormat, TimestampError } from "./timestamps.ts"

/** A scalar as text: in forms, XML, headers, labels and query strings. */
export interface ScalarText {
  /** The value, or `undefined` when the text is not of the type. */
  readonly read: (text: string) => unknown
  readonly write: (value: unknown) => string
  /** What the text should have been, for messages: "an integer". */
  readonly noun: string
}

const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const INTEGER = /^[+-]?\d+$/
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
// No number or boolean of AWS is longer; it keeps hostile input away from Number().
const MAX_NUMBER_TEXT = 400

const STRING: ScalarText = {
  read: (text) => text,
  write: (value) => (typeof value === "string" ? value : String(value)),
  noun: "a string",
}

const BOOLEAN: ScalarText = {
  read: readBoolean,
  write: (value) => (value ? "true" : "false"),
  noun: "a boolean",
}

const FLOATING: ScalarText = { read: readFloat, write: String, noun: "a number" }

const INT32: ScalarText = {
  read(text) {
    const value = readInteger(text)
    return value !== undefined && value === (value | 0) ? value : undefined
  },
  write: String,
  noun: "an integer",
}

// Numbers beyond 2^53 lose digits, as they do in AWS's own JavaScript client.
const INT64: ScalarText = {
  read: readInteger,
  write: String,
  noun: "an integer",
}

const BLOB: ScalarText = { read: readBase64, write: writeBase64, noun: "base64" }

/** A `jsonvalue` member in a header: JSON text there and here, in base64 on the wire. */
export const JSON_HEADER: ScalarText = {
  read(text) {
    const bytes = readBase64(text)
    return bytes === undefined ? undefined : bodyText(bytes)
  },
  write: (value) => writeBase64(typeof value === "string" ? value : JSON.stringify(value)),
  noun: "JSON in base64",
}

/** `timestamps` is the format where neither the member nor its shape names one. */
export function scalarText(member: Member, timestamps: TimestampFormat): ScalarText {
  const shape = member.shape as SimpleShape
  switch (shape.type) {
    case "boolean":
      return BOOLEAN
    case "integer":
      return INT32
    case "long":
    case "biginteger":
      return INT64
    case "float":
    case "double":
    case "bigdecimal":
      return FLOATING
    case "blob":
      return BLOB
    case "timestamp":
      return timestampText(timestampFormat(member, timestamps))
    case "string":
    case "character":
      return STRING
    default:
      throw new Error(`${(shape as { name: string }).name} is not a scalar`)
  }
}

function timestampText(format: TimestampFormat): ScalarText {
  return {
    read(text) {
      try {
        return parseTimestamp(text.trim(), format)
      } catch (error) {
        if (error instanceof TimestampError) return undefined
        throw error
      }
    },
    write: (value) => String(formatTimestamp(value as number, format)),
    noun: `a timestamp (${format})`,
  }
}

function readBoolean(text: string): boolean | undefined {
  if (text === "true") return true
  if (text === "false") return false
  if (text.length > 16) return undefined
  // Java's and Python's spelling and white space in XML reach AWS too; not verified per service.
  const word = text.trim().toLowerCase()
  return word === "true" ? true : word === "false" ? false : undefined
}

/** An integer of 64 bits. */
function readInteger(text: string): number | undefined {
  if (text.length > MAX_NUMBER_TEXT) return undefined
  const digits = INTEGER.test(text) ? text : text.trim()
  if (!INTEGER.test(digits)) return undefined
  const value = Number(digits)
  if (!Number.isSafeInteger(value) && !isInt64(digits)) {
    return undefined
  }
  // Minus zero is zero; JSON and equality would tell them apart.
  return value + 0
}

function isInt64(digits: string): boolean {
  const value = BigInt(digits.replace("+", ""))
  return value === BigInt.asIntN(64, value)
}

function readFloat(text: string): number | undefined {
  if (text.length > MAX_NUMBER_TEXT) return undefined
  const word = text.trim()
  if (FLOAT.test(word)) return Number(word)
  if (word === "NaN") return Number.NaN
  if (word === "Infinity") return Number.POSITIVE_INFINITY
  return word === "-Infinity" ? Number.NEGATIVE_INFINITY : undefined
}

function readBase64(text: string): Uint8Array | undefined {
  // XML wraps long base64 in lines, and so do some clients in forms.
  const packed = /\s/.test(text) ? text.replace(/\s+/g, "") : text
  if (packed.length % 4 !== 0 || !BASE64.test(packed)) return undefined
  return Buffer.from(packed, "base64")
}

function writeBase64(value: unknown): string {
  if (typeof value === "string") return Buffer.from(value).toString("base64")
  const bytes = value as Uint8Array
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")
}
