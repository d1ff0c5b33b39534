import type { MapShape, Member, Shape, StructureShape } from "../../models/schema.ts"
import { AwsError } from "../aws-error.ts"
import type { Values } from "../codec.ts"
import type { Wording } from "./wording.ts"
import { TimestampError } from "../timestamps.ts"

/** Checks a parsed value and converts it in place; returns what takes its place. */
export type ShapeReader = (value: unknown, depth: number) => unknown

export type ScalarType = Exclude<Shape["type"], "structure" | "list" | "map" | "timestamp">

/** What a format of data has for simple values. */
export interface DataFormat {
  readonly wording: Wording
  readonly scalars: Readonly<Record<ScalarType, ShapeReader>>
  /** Leaves members out that a REST protocol binds elsewhere. */
  readonly bodyOnly: boolean
  /** Reads epoch milliseconds; gives `undefined` or throws TimestampError on anything else. */
  timestamp(member: Member): (value: unknown) => number | undefined
  /** True for what stands for a map or a structure. */
  isMap(value: unknown): value is Values
}

// Jackson, which AWS uses, stops at 1000; no real request comes near either.
const MAX_DEPTH = 200

interface Field {
  readonly name: string
  readonly member: Member
  read: ShapeReader | undefined
}

/**
 * Readers for the shapes of one service, each compiled once, members on first use. They work in
 * place: they convert blobs and timestamps, drop what the model does not know and what is null, as
 * AWS does, and throw `SerializationException` on a wrong type. They check no constraints.
 */
export function createShapeReaders(format: DataFormat): (shape: Shape) => ShapeReader {
  const { wording, scalars, bodyOnly, isMap } = format
  const compiled = new WeakMap<Shape, ShapeReader>()

  function reader(shape: Shape): ShapeReader {
    let read = compiled.get(shape)
    if (read === undefined) {
      read = compile(shape)
      compiled.set(shape, read)
    }
    return read
  }

  function memberReader(member: Member): ShapeReader {
    const { shape } = member
    if (shape.type !== "timestamp") return reader(shape)
    const readTimestamp = format.timestamp(member)
    return (value) => {
      try {
        const ms = readTimestamp(value)
        if (ms !== undefined) return ms
      } catch (error) {
        if (!(error instanceof TimestampError)) throw error
      }
      throw wrongType(wording, value, "Timestamp")
    }
  }

  function compile(shape: Shape): ShapeReader {
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
        return scalars[shape.type]
    }
  }

  function structureReader(shape: StructureShape): ShapeReader {
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
      if (!isMap(value)) throw wrongCollection(wording, value, "structure")
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

  function listReader(member: Member, sparse: boolean): ShapeReader {
    let read: ShapeReader | undefined
    return (value, depth) => {
      if (!Array.isArray(value)) throw wrongCollection(wording, value, "list")
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

  function mapReader(shape: MapShape): ShapeReader {
    const sparse = shape.sparse === true
    let read: ShapeReader | undefined
    return (value, depth) => {
      if (!isMap(value)) throw wrongCollection(wording, value, "map")
      if (depth > MAX_DEPTH) throw malformed()
      const readItem = (read ??= memberReader(shape.value))
      // The parsers make `__proto__` an own property, so assigning to it again is harmless.
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

  function wrongCollection(
    words: Wording,
    value: unknown,
    expected: "list" | "map" | "structure",
  ): AwsError {
    if (Array.isArray(value)) return serializationError(words.list(expected))
    return serializationError(isMap(value) ? words.object() : words.simple(expected))
  }

  return reader
}

/** `SerializationException` without a text: what AWS answers to what is no object at all. */
export function malformed(): AwsError {
  return serializationError("")
}

export function serializationError(text: string): AwsError {
  return new AwsError("SerializationException", text)
}

/** The refusal of a value that is not of a simple type. */
export function wrongType(wording: Wording, value: unknown, expected: string): AwsError {
  if (Array.isArray(value)) return serializationError(wording.list(expected))
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    return serializationError(wording.object())
  }
  if (expected === "Blob") return serializationError(wording.blob(value, undefined))
  if (expected === "Timestamp") return serializationError(wording.timestamp(value))
  return serializationError(wording.scalar(value, expected))
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

/** The number readers, which all formats share. */
export function integralReader(wording: Wording, expected: string): ShapeReader {
  const [min, max] = RANGES[expected]!
  return (value) => {
    if (typeof value !== "number") throw wrongType(wording, value, expected)
    // Recorded: a fraction is cut off (Athena), and what is too large becomes the largest
    // (Kinesis: 100000000000 is reported as 2147483647).
    if (Number.isInteger(value) && value >= min && value <= max) return value
    if (Number.isNaN(value)) throw wrongType(wording, value, expected)
    return Math.trunc(Math.min(Math.max(value, min), max))
  }
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  Integer: [-(2 ** 31), 2 ** 31 - 1],
  Long: [-(2 ** 63), 2 ** 63],
  BigInteger: [-Number.MAX_VALUE, Number.MAX_VALUE],
}
