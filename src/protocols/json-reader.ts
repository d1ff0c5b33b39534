import type { MapShape, Member, Shape, StructureShape } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import type { JsonWording } from "./json-wording.ts"
import { parseTimestamp, timestampFormat } from "./timestamps.ts"

/** Checks a parsed JSON value and converts it in place; returns what takes its place. */
export type JsonReader = (value: unknown, depth: number) => unknown

// Jackson, which AWS uses, stops at 1000; no real request comes near either.
const MAX_DEPTH = 200
const INT_MIN = -(2 ** 31)
const INT_MAX = 2 ** 31 - 1
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

interface Field {
  readonly name: string
  readonly member: Member
  read: JsonReader | undefined
}

/**
 * Readers for the shapes of one service, each compiled once, members on first use. `bodyOnly`
 * leaves members out that a REST protocol binds elsewhere. The readers work in place: they convert
 * blobs and timestamps, drop what the model does not know and what is null, as AWS does, and throw
 * `SerializationException` on a wrong type. They check no constraints.
 */
export function createJsonReaders(
  wording: JsonWording,
  bodyOnly: boolean,
): (shape: Shape) => JsonReader {
  const compiled = new WeakMap<Shape, JsonReader>()
  const simple = simpleReaders(wording)

  function reader(shape: Shape): JsonReader {
    let read = compiled.get(shape)
    if (read === undefined) {
      read = compile(shape)
      compiled.set(shape, read)
    }
    return read
  }

  function memberReader(member: Member): JsonReader {
    const { shape } = member
    if (shape.type !== "timestamp") return reader(shape)
    const format = timestampFormat(member, "unixTimestamp")
    return (value) => {
      if (typeof value === "number" || typeof value === "string") {
        if ((typeof value === "number") === (format === "unixTimestamp")) {
          try {
            return parseTimestamp(value, format)
          } catch {
            // Refused below, in AWS's words.
          }
        }
      }
      throw refusal(wording, value, "Timestamp")
    }
  }

  function compile(shape: Shape): JsonReader {
    switch (shape.type) {
      case "structure":
        return shape.document ? readDocument : structureReader(shape)
      case "list":
        return listReader(shape.member, shape.sparse === true)
      case "map":
        return mapReader(shape)
      case "timestamp":
        return memberReader({ shape })
      default:
        return simple[shape.type]
    }
  }

  function structureReader(shape: StructureShape): JsonReader {
    const fields: Record<string, Field> = Object.create(null)
    let renamed = false
    for (const name in shape.members) {
      const member = shape.members[name]!
      if (bodyOnly && member.location !== undefined) continue
      const wireName = member.locationName ?? name
      fields[wireName] = { name, member, read: undefined }
      renamed ||= wireName !== name
    }
    return (value, depth) => {
      if (!isObject(value)) throw collectionRefusal(wording, value, "structure")
      if (depth > MAX_DEPTH) throw malformed()
      const target: Values = renamed ? {} : value
      for (const wireName in value) {
        const item = value[wireName]
        const field = fields[wireName]
        if (field === undefined || item === null) {
          if (!renamed) delete value[wireName]
          continue
        }
        const read = (field.read ??= memberReader(field.member))
        const result = read(item, depth + 1)
        if (renamed || result !== item) target[field.name] = result
      }
      return target
    }
  }

  function listReader(member: Member, sparse: boolean): JsonReader {
    let read: JsonReader | undefined
    return (value, depth) => {
      if (!Array.isArray(value)) throw collectionRefusal(wording, value, "list")
      if (depth > MAX_DEPTH) throw malformed()
      const readItem = (read ??= memberReader(member))
      let kept = 0
      for (let i = 0; i < value.length; i++) {
        const item: unknown = value[i]
        // Recorded: a null in a list is dropped.
        if (item === null && !sparse) continue
        value[kept++] = item === null ? null : readItem(item, depth + 1)
      }
      value.length = kept
      return value
    }
  }

  function mapReader(shape: MapShape): JsonReader {
    const sparse = shape.sparse === true
    let read: JsonReader | undefined
    return (value, depth) => {
      if (!isObject(value)) throw collectionRefusal(wording, value, "map")
      if (depth > MAX_DEPTH) throw malformed()
      const readItem = (read ??= memberReader(shape.value))
      // JSON.parse makes `__proto__` an own property, so assigning to it again is harmless.
      for (const key in value) {
        const item = value[key]
        if (item === null) {
          if (!sparse) delete value[key]
          continue
        }
        const result = readItem(item, depth + 1)
        if (result !== item) value[key] = result
      }
      return value
    }
  }

  return reader
}

/** `SerializationException` without a text: what AWS answers to what is no JSON object at all. */
export function malformed(): AwsError {
  return new AwsError("SerializationException", "")
}

function refusal(wording: JsonWording, value: unknown, expected: string): AwsError {
  const text = Array.isArray(value)
    ? wording.list(expected)
    : isObject(value)
      ? wording.object()
      : expected === "Blob"
        ? wording.blob(value, undefined)
        : expected === "Timestamp"
          ? wording.timestamp(value)
          : wording.scalar(value, expected)
  return new AwsError("SerializationException", text)
}

function collectionRefusal(
  wording: JsonWording,
  value: unknown,
  expected: "list" | "map" | "structure",
): AwsError {
  const text = Array.isArray(value)
    ? wording.list(expected)
    : isObject(value)
      ? wording.object()
      : wording.simple(expected)
  return new AwsError("SerializationException", text)
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function readDocument(value: unknown, depth: number): unknown {
  checkDepth(value, depth)
  return value
}

function checkDepth(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return
  if (depth > MAX_DEPTH) throw malformed()
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    checkDepth(item, depth + 1)
  }
}

type SimpleType = Exclude<Shape["type"], "structure" | "list" | "map" | "timestamp">

function simpleReaders(wording: JsonWording): Record<SimpleType, JsonReader> {
  const string: JsonReader = (value) => {
    if (typeof value === "string") return value
    throw refusal(wording, value, "String")
  }
  const integral =
    (expected: string, min: number, max: number): JsonReader =>
    (value) => {
      if (typeof value !== "number") throw refusal(wording, value, expected)
      // Recorded: a fraction is cut off (Athena), and what is too large becomes the largest
      // (Kinesis: 100000000000 is reported as 2147483647).
      if (Number.isInteger(value) && value >= min && value <= max) return value
      return Math.trunc(Math.min(Math.max(value, min), max))
    }
  const floating =
    (expected: string): JsonReader =>
    (value) => {
      if (typeof value === "number") return value
      // Smithy's AWS JSON protocols write these three as strings.
      if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value)
      throw refusal(wording, value, expected)
    }
  return {
    string,
    character: string,
    integer: integral("Integer", INT_MIN, INT_MAX),
    long: integral("Long", -(2 ** 63), 2 ** 63),
    biginteger: integral("BigInteger", -Number.MAX_VALUE, Number.MAX_VALUE),
    float: floating("Float"),
    double: floating("Double"),
    bigdecimal: floating("BigDecimal"),
    boolean: (value) => {
      if (typeof value === "boolean") return value
      throw refusal(wording, value, "Boolean")
    },
    blob: (value) => {
      if (typeof value !== "string") throw refusal(wording, value, "Blob")
      const problem = base64Problem(value)
      if (problem === undefined) return Buffer.from(value, "base64")
      throw new AwsError("SerializationException", wording.blob(value, problem))
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
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  const unused = text.endsWith("==") ? 15 : text.endsWith("=") ? 3 : 0
  const last = text.at(unused === 15 ? -3 : -2) ?? "A"
  return unused > 0 && (alphabet.indexOf(last) & unused) !== 0
    ? "Invalid last non-pad Base64 character dectected"
    : undefined
}
