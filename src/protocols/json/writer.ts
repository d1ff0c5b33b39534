import type { MapShape, Member, Shape, StructureShape } from "../../models/schema.ts"
import type { Values } from "../codec.ts"
import { formatTimestamp, timestampFormat } from "../timestamps.ts"

/** Makes the JSON value of an output value. */
export type JsonWriter = (value: unknown) => unknown

export interface JsonWriterOptions {
  /** Throw on members that the model does not know and on values of a wrong type: for tests. */
  readonly strict: boolean
  /** Leave out members that a REST protocol binds elsewhere. */
  readonly bodyOnly: boolean
}

interface Field {
  readonly wireName: string
  readonly member: Member
  write: JsonWriter | undefined
}

/**
 * Writers for the shapes of one service, each compiled once. A shape whose values are JSON already
 * (no blobs, timestamps, floats or renamed members below it) is given to JSON.stringify as it is.
 */
export function createJsonWriters(options: JsonWriterOptions): (shape: Shape) => JsonWriter {
  const { strict, bodyOnly } = options
  const compiled = new WeakMap<Shape, JsonWriter>()

  function writer(shape: Shape): JsonWriter {
    let write = compiled.get(shape)
    if (write === undefined) {
      write = !strict && isPlain(shape, bodyOnly) ? same : compile(shape)
      compiled.set(shape, write)
    }
    return write
  }

  function memberWriter(member: Member): JsonWriter {
    const { shape } = member
    if (shape.type !== "timestamp") return writer(shape)
    const format = timestampFormat(member, "unixTimestamp")
    return (value) => formatTimestamp(value as number, format)
  }

  function compile(shape: Shape): JsonWriter {
    switch (shape.type) {
      case "structure":
        return shape.document ? same : structureWriter(shape)
      case "list":
        return listWriter(shape.member, shape.sparse === true)
      case "map":
        return mapWriter(shape)
      case "timestamp":
        return memberWriter({ shape })
      case "blob":
        return (value) => writeBlob(value, shape.name)
      case "float":
      case "double":
        return (value) => writeFloat(value, shape.name)
      default:
        return strict ? simpleChecker(shape) : same
    }
  }

  function structureWriter(shape: StructureShape): JsonWriter {
    const fields: Record<string, Field> = Object.create(null)
    for (const name in shape.members) {
      const member = shape.members[name]!
      if (bodyOnly && member.location !== undefined) continue
      fields[name] = { wireName: member.locationName ?? name, member, write: undefined }
    }
    return (value) => {
      if (strict) assertObject(value, shape)
      const from = value as Values
      const result: Values = {}
      for (const name in from) {
        const item = from[name]
        if (item === undefined) continue
        const field = fields[name]
        if (field === undefined) {
          if (strict && !Object.hasOwn(shape.members, name)) throw unknownMember(shape, name)
          continue
        }
        if (item === null) {
          if (strict) throw wrongValue(`${shape.name}.${name}`, item)
          continue
        }
        const write = (field.write ??= memberWriter(field.member))
        result[field.wireName] = write(item)
      }
      return result
    }
  }

  function listWriter(member: Member, sparse: boolean): JsonWriter {
    let write: JsonWriter | undefined
    return (value) => {
      if (strict && !Array.isArray(value)) throw wrongValue("a list", value)
      const writeItem = (write ??= memberWriter(member))
      return (value as unknown[]).map((item) => {
        if (item === null && sparse) return null
        if (strict && (item === null || item === undefined)) throw wrongValue("a list's item", item)
        return writeItem(item)
      })
    }
  }

  function mapWriter(shape: MapShape): JsonWriter {
    const sparse = shape.sparse === true
    let write: JsonWriter | undefined
    return (value) => {
      if (strict) assertObject(value, shape)
      const writeItem = (write ??= memberWriter(shape.value))
      // Without a prototype, so that a key called `__proto__` is a key.
      const result = Object.create(null) as Values
      const from = value as Values
      for (const key in from) {
        const item = from[key]
        if (item === undefined || (item === null && !sparse)) {
          if (strict && item === null) throw wrongValue(`${shape.name}.${key}`, item)
          continue
        }
        result[key] = item === null ? null : writeItem(item)
      }
      return result
    }
  }

  return writer
}

/** True when JSON.stringify alone writes every value of the shape. */
function isPlain(root: Shape, bodyOnly: boolean): boolean {
  const seen = new Set<Shape>()
  const waiting: Shape[] = [root]
  for (let shape = waiting.pop(); shape !== undefined; shape = waiting.pop()) {
    if (seen.has(shape)) continue
    seen.add(shape)
    switch (shape.type) {
      case "blob":
      case "timestamp":
      case "float":
      case "double":
        return false
      case "structure":
        for (const name in shape.members) {
          const { location, locationName, shape: target } = shape.members[name]!
          if (bodyOnly && location !== undefined) return false
          if (locationName !== undefined && locationName !== name) return false
          waiting.push(target)
        }
        break
      case "list":
        waiting.push(shape.member.shape)
        break
      case "map":
        waiting.push(shape.value.shape)
        break
      default:
    }
  }
  return true
}

function same(value: unknown): unknown {
  return value
}

function writeBlob(value: unknown, name: string): string {
  if (!(value instanceof Uint8Array)) throw wrongValue(name, value)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
}

function writeFloat(value: unknown, name: string): unknown {
  if (typeof value !== "number") throw wrongValue(name, value)
  return Number.isFinite(value) ? value : String(value)
}

function simpleChecker(shape: Shape): JsonWriter {
  const expected =
    shape.type === "string" || shape.type === "character"
      ? "string"
      : shape.type === "boolean"
        ? "boolean"
        : "number"
  const integral = shape.type === "integer" || shape.type === "long"
  return (value) => {
    if (typeof value !== expected) throw wrongValue(shape.name, value)
    if (integral && !Number.isInteger(value)) throw wrongValue(shape.name, value)
    return value
  }
}

function assertObject(value: unknown, shape: Shape): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongValue(shape.name, value)
  }
}

function unknownMember(shape: StructureShape, name: string): Error {
  return new Error(`The output has a member ${name} that ${shape.name} does not have`)
}

function wrongValue(where: string, value: unknown): Error {
  return new Error(`The output has ${String(value)} (${typeof value}) for ${where}`)
}
