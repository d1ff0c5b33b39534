import type { Shape } from "../../models/schema.ts"
import type { Values } from "../codec.ts"
import {
  createShapeReaders,
  integralReader,
  serializationError,
  wrongType,
} from "../shapes/reader.ts"
import type { ScalarType, ShapeReader } from "../shapes/reader.ts"
import { parseTimestamp, timestampFormat } from "../timestamps.ts"
import type { Wording } from "../shapes/wording.ts"

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const BASE64_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/**
 * Readers of what JSON.parse gives, for the shapes of one service. `bodyOnly` leaves members out
 * that a REST protocol binds elsewhere.
 */
export function createJsonReaders(
  wording: Wording,
  bodyOnly: boolean,
): (shape: Shape) => ShapeReader {
  return createShapeReaders({
    wording,
    bodyOnly,
    scalars: jsonScalars(wording),
    timestamp(member) {
      const format = timestampFormat(member, "unixTimestamp")
      const type = format === "unixTimestamp" ? "number" : "string"
      return (value) =>
        typeof value === type ? parseTimestamp(value as string | number, format) : undefined
    },
    isMap: (value): value is Values =>
      typeof value === "object" && value !== null && !Array.isArray(value),
  })
}

function jsonScalars(wording: Wording): Record<ScalarType, ShapeReader> {
  const string: ShapeReader = (value) => {
    if (typeof value === "string") return value
    throw wrongType(wording, value, "String")
  }
  const floating =
    (expected: string): ShapeReader =>
    (value) => {
      if (typeof value === "number") return value
      // Smithy's AWS JSON protocols write these three as strings.
      if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value)
      throw wrongType(wording, value, expected)
    }
  return {
    string,
    character: string,
    integer: integralReader(wording, "Integer"),
    long: integralReader(wording, "Long"),
    biginteger: integralReader(wording, "BigInteger"),
    float: floating("Float"),
    double: floating("Double"),
    bigdecimal: floating("BigDecimal"),
    boolean: (value) => {
      if (typeof value === "boolean") return value
      throw wrongType(wording, value, "Boolean")
    },
    blob: (value) => {
      if (typeof value !== "string") throw wrongType(wording, value, "Blob")
      const problem = base64Problem(value)
      if (problem === undefined) return Buffer.from(value, "base64")
      throw serializationError(wording.blob(value, problem))
    },
  }
}

/** Texts recorded from Kinesis and DynamoDB, with their spelling. */
function base64Problem(text: string): string | undefined {
  if (text.length % 4 !== 0) {
    return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`
  }
  if (!BASE64.test(text)) {
    return `Invalid Base64 character: '${/[^A-Za-z0-9+/]/.exec(text)?.[0] ?? ""}'`
  }
  // The last character's bits that no byte uses have to be zero.
  const unused = text.endsWith("==") ? 15 : text.endsWith("=") ? 3 : 0
  const last = text.at(unused === 15 ? -3 : -2) ?? "A"
  return unused > 0 && (BASE64_ALPHABET.indexOf(last) & unused) !== 0
    ? "Invalid last non-pad Base64 character dectected"
    : undefined
}
