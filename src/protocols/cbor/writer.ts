import type { MapShape, Member, Shape, StructureShape } from "../../models/schema.ts"
import { CborOutput } from "./output.ts"
import type { Values } from "../codec.ts"

/** Writes one output value. */
export type CborWriter = (out: CborOutput, value: unknown) => void

interface Field {
  /** The member's name as CBOR text. */
  readonly key: Uint8Array
  readonly member: Member
  write: CborWriter | undefined
}

/** Writers for the shapes of one service, each compiled once. `strict` as in CodecOptions. */
export function createCborWriters(strict: boolean): (shape: Shape) => CborWriter {
  const compiled = new WeakMap<Shape, CborWriter>()

  function writer(shape: Shape): CborWriter {
    let write = compiled.get(shape)
    if (write === undefined) {
      write = compile(shape)
      compiled.set(shape, write)
    }
    return write
  }

  function compile(shape: Shape): CborWriter {
    switch (shape.type) {
      case "structure":
        return structureWriter(shape)
      case "list":
        return listWriter(shape.member, shape.sparse === true)
      case "map":
        return mapWriter(shape)
      default:
        return SCALARS[shape.type]
    }
  }

  function structureWriter(shape: StructureShape): CborWriter {
    const fields: Record<string, Field> = Object.create(null)
    for (const name in shape.members) {
      const member = shape.members[name]!
      fields[name] = { key: textItem(member.locationName ?? name), member, write: undefined }
    }
    return (out, value) => {
      const from = asObject(value, shape)
      out.startMap()
      for (const name in from) {
        const item = from[name]
        if (item === undefined || (item === null && !strict)) continue
        const field = fields[name]
        if (field === undefined) {
          if (strict) {
            throw new Error(`The output has a member ${name} that ${shape.name} does not have`)
          }
          continue
        }
        out.raw(field.key)
        const write = (field.write ??= writer(field.member.shape))
        write(out, item)
      }
      out.endMap()
    }
  }

  function listWriter(member: Member, sparse: boolean): CborWriter {
    let write: CborWriter | undefined
    return (out, value) => {
      if (!Array.isArray(value)) throw wrongValue("a list", value)
      const writeItem = (write ??= writer(member.shape))
      out.list(value.length)
      for (const item of value as unknown[]) {
        if (item === null && sparse) out.null()
        else writeItem(out, item)
      }
    }
  }

  function mapWriter(shape: MapShape): CborWriter {
    const sparse = shape.sparse === true
    let write: CborWriter | undefined
    return (out, value) => {
      const from = asObject(value, shape)
      const writeItem = (write ??= writer(shape.value.shape))
      out.startMap()
      for (const key in from) {
        const item = from[key]
        if (item === undefined) continue
        out.text(key)
        if (item === null && sparse) out.null()
        else writeItem(out, item)
      }
      out.endMap()
    }
  }

  return writer
}

// CBOR shows types, so a value of a wrong one is found in any case, strict or not.
const writeText: CborWriter = (out, value) => {
  if (typeof value !== "string") throw wrongValue("a string", value)
  out.text(value)
}

const writeInteger: CborWriter = (out, value) => {
  if (!Number.isInteger(value)) throw wrongValue("an integer", value)
  out.integer(value as number)
}

const writeDouble: CborWriter = (out, value) => {
  if (typeof value !== "number") throw wrongValue("a number", value)
  out.double(value)
}

type ScalarType = Exclude<Shape["type"], "structure" | "list" | "map">

const SCALARS: Readonly<Record<ScalarType, CborWriter>> = {
  string: writeText,
  character: writeText,
  integer: writeInteger,
  long: writeInteger,
  biginteger: writeInteger,
  double: writeDouble,
  bigdecimal: writeDouble,
  float(out, value) {
    if (typeof value !== "number") throw wrongValue("a number", value)
    out.float(value)
  },
  boolean(out, value) {
    if (typeof value !== "boolean") throw wrongValue("a boolean", value)
    out.boolean(value)
  },
  blob(out, value) {
    if (!(value instanceof Uint8Array)) throw wrongValue("a blob", value)
    out.blob(value)
  },
  timestamp(out, value) {
    if (!Number.isFinite(value)) throw wrongValue("a timestamp", value)
    out.time(value as number)
  },
}

/** A text as a complete CBOR item. */
function textItem(text: string): Uint8Array {
  const out = new CborOutput()
  out.text(text)
  return Uint8Array.from(out.finish())
}

function asObject(value: unknown, shape: Shape): Values {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Values
  throw wrongValue(shape.name, value)
}

function wrongValue(where: string, value: unknown): Error {
  return new Error(`The output has ${String(value)} (${typeof value}) for ${where}`)
}
