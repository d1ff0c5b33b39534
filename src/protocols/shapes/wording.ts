import type { ServiceModel } from "../../models/schema.ts"

/** How a service says that a value is of the wrong type. */
export interface Wording {
  /** A boolean, number or string where another simple type was expected. */
  scalar(value: unknown, expected: string): string
  list(expected: string): string
  object(): string
  /** A simple value where a list, map or structure was expected. */
  simple(expected: "list" | "map" | "structure"): string
  blob(value: unknown, reason: string | undefined): string
  timestamp(value: unknown): string
}

// Recorded from SQS, Athena and SES: "STRING_VALUE can not be converted to an Integer",
// "Expected list or null", "Start of structure or map found where not expected." Recorded from
// Kinesis: the reasons for blobs and timestamps (there with a Java class for the type).
const CORAL: Wording = {
  scalar: (value, expected) =>
    `${token(value)} can not be converted to ${/^[AEIOU]/.test(expected) ? "an" : "a"} ${expected}`,
  list: () => "Start of list found where not expected",
  object: () => "Start of structure or map found where not expected.",
  simple: (expected) =>
    expected === "structure" ? "Expected null" : `Expected ${expected} or null`,
  blob: (value, reason) =>
    reason === undefined
      ? `${token(value)} can not be converted to a Blob`
      : `'${String(value).slice(0, 256)}' can not be converted to a Blob: ${reason}`,
  timestamp: (value) => `${token(value)} can not be converted to milliseconds since epoch`,
}

// Recorded from DynamoDB.
const DYNAMODB: Wording = {
  scalar: (value, expected) =>
    expected === "Boolean" && typeof value === "string"
      ? "Unexpected token received from parser"
      : `${decimalToken(value)} cannot be converted to ${expected}`,
  list: (expected) =>
    `Unrecognized collection type class java.${expected === "Blob" ? "nio.ByteBuffer" : `lang.${expected}`}`,
  object: () => "Start of structure or map found where not expected",
  simple: () => "Unexpected field type",
  blob: (_value, reason) => reason ?? "only base-64-encoded strings are convertible to bytes",
  timestamp: (value) => `${decimalToken(value)} cannot be converted to Date`,
}

/** The wording of that service. */
export function typeWording(model: ServiceModel): Wording {
  return model.id === "dynamodb" || model.id === "dynamodbstreams" ? DYNAMODB : CORAL
}

function token(value: unknown): string {
  if (value === true) return "TRUE_VALUE"
  if (value === false) return "FALSE_VALUE"
  return typeof value === "number" ? "NUMBER_VALUE" : "STRING_VALUE"
}

function decimalToken(value: unknown): string {
  return typeof value === "number" && !Number.isInteger(value) ? "DECIMAL_VALUE" : token(value)
}
