import type {
  ListShape,
  MapShape,
  Member,
  Shape,
  StructureShape,
  XmlNamespace,
} from "../../models/schema.ts"
import type { Values } from "../codec.ts"
import { scalarText } from "../scalar-text.ts"
import { IsoDates } from "../iso-date.ts"
import { assertTellable, timestampFormat } from "../timestamps.ts"
import { escapeXml, escapeXmlAttribute } from "./escape.ts"
import { locationName, wireName } from "./wire-name.ts"

/** A value as text: a whole element, or what stands between its tags. */
export type XmlWriter = (value: unknown) => string

export interface XmlWriters {
  /**
   * What stands between the tags of a structure, of the given members only. `elsewhere` are the
   * names that may be in the value but are not written; any other name throws.
   */
  readonly structure: (
    shape: StructureShape | undefined,
    members: Members,
    elsewhere?: ReadonlySet<string>,
  ) => XmlWriter
  /** A whole element of that name. */
  readonly element: (name: string, member: Member) => XmlWriter
  /** A member in its structure: an element, or several where a list or map is flattened. */
  readonly member: (name: string, member: Member) => XmlWriter
}

export interface XmlWritersOptions {
  /** Write `.000Z` and not `Z` in dates, as S3 and EC2 do. */
  readonly milliseconds: boolean
  /** A member's own name on the wire, where the model gives one. Default: `locationName`. */
  readonly ownName?: (member: Member) => string | undefined
}

type Members = readonly (readonly [name: string, member: Member])[]

interface Field {
  readonly name: string
  readonly write: XmlWriter
}

/** `2026-11-21T10:20:30Z` */
const WHOLE_SECONDS = 20

const NOTHING: ReadonlySet<string> = new Set<string>()

/** Writers by shape, compiled on first use. */
export function xmlWriters(options: XmlWritersOptions): XmlWriters {
  const compiled = new WeakMap<Shape, XmlWriter>()
  const dates = new IsoDates()
  const ownName = options.ownName ?? locationName

  function content(member: Member): XmlWriter {
    const shape = member.shape
    if (shape.type === "structure") {
      return cached(shape, () => structure(shape, Object.entries(shape.members)))
    }
    if (shape.type === "list") return cached(shape, () => list(shape))
    if (shape.type === "map") return cached(shape, () => map(shape))
    return scalar(member)
  }

  function cached(shape: Shape, compile: () => XmlWriter): XmlWriter {
    const known = compiled.get(shape)
    if (known !== undefined) return known
    const writer = compile()
    compiled.set(shape, writer)
    return writer
  }

  function scalar(member: Member): XmlWriter {
    const { type } = member.shape
    const { write } = scalarText(member, "iso8601")
    if (type === "string" || type === "character") return (value) => escapeXml(write(value))
    if (type !== "timestamp" || timestampFormat(member, "iso8601") !== "iso8601") return write
    return (value) => {
      assertTellable(value as number, "iso8601")
      const text = dates.text(value as number)
      return options.milliseconds && text.length === WHOLE_SECONDS
        ? `${text.slice(0, WHOLE_SECONDS - 1)}.000Z`
        : text
    }
  }

  function structure(
    shape: StructureShape | undefined,
    members: Members,
    elsewhere: ReadonlySet<string> = NOTHING,
  ): XmlWriter {
    let fields: readonly Field[] | undefined
    const isKnown = (name: string): boolean =>
      elsewhere.has(name) || members.some(([member]) => member === name)
    return (value) => {
      // Compiled on first use, which also ends the recursion of recursive shapes.
      fields ??= fieldsOf(shape, members)
      const values = value as Values
      let text = ""
      let known = 0
      for (let i = 0; i < fields.length; i++) {
        const field = fields[i]!
        const item = values[field.name]
        if (item === undefined || item === null) continue
        known += 1
        text += field.write(item)
      }
      if (Object.keys(values).length !== known) refuseUnknown(shape, values, isKnown)
      return text
    }
  }

  function fieldsOf(shape: StructureShape | undefined, members: Members): Field[] {
    const order = shape?.xmlOrder
    const sorted =
      order === undefined
        ? members
        : members.toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    return sorted.map(([name, member]) => ({
      name,
      // Attributes stand in the start tag, but count as known.
      write: member.xmlAttribute === true ? () => "" : fieldWriter(name, member),
    }))
  }

  function fieldWriter(name: string, member: Member): XmlWriter {
    const shape = member.shape
    const wire = wireName(name, member, ownName)
    if (shape.type === "list" && (member.flattened ?? shape.flattened) === true) {
      const item = element(wire, shape.member)
      return (value) => {
        let text = ""
        for (const one of value as readonly unknown[]) text += item(one)
        return text
      }
    }
    if (shape.type === "map" && (member.flattened ?? shape.flattened) === true) {
      return entries(shape, `<${wire}${namespace(member.xmlNamespace)}>`, `</${wire}>`)
    }
    return element(wire, member)
  }

  function element(name: string, member: Member): XmlWriter {
    const shape = member.shape
    const ownNamespace = "xmlNamespace" in shape ? shape.xmlNamespace : undefined
    const start = `<${name}${namespace(member.xmlNamespace ?? ownNamespace)}`
    const open = `${start}>`
    const end = `</${name}>`
    if (shape.type === "string" && shape.enum) return words(shape.enum, open, end)
    if (shape.type === "string") return (value) => open + escapeXml(value as string) + end
    const inner = content(member)
    const attributes = shape.type === "structure" ? attributeWriter(shape) : undefined
    if (attributes === undefined) return (value) => open + inner(value) + end
    return (value) => `${start}${attributes(value)}>${inner(value)}${end}`
  }

  function list(shape: ListShape): XmlWriter {
    let item: XmlWriter | undefined
    return (value) => {
      item ??= element(ownName(shape.member) ?? "member", shape.member)
      let text = ""
      for (const one of value as readonly unknown[]) text += item(one)
      return text
    }
  }

  function map(shape: MapShape): XmlWriter {
    return entries(shape, "<entry>", "</entry>")
  }

  function entries(shape: MapShape, start: string, end: string): XmlWriter {
    let key: XmlWriter | undefined
    let item: XmlWriter | undefined
    return (value) => {
      key ??= element(ownName(shape.key) ?? "key", shape.key)
      item ??= element(ownName(shape.value) ?? "value", shape.value)
      let text = ""
      for (const [name, one] of Object.entries(value as Values)) {
        text += start + key(name) + item(one) + end
      }
      return text
    }
  }

  return { structure, element, member: fieldWriter }
}

/** An element that mostly has one of a few known words. */
function words(known: readonly string[], open: string, end: string): XmlWriter {
  const element = (word: string): string => open + escapeXml(word) + end
  const elements = new Map(known.map((word) => [word, element(word)]))
  return (value) => elements.get(value as string) ?? element(value as string)
}

/** The attributes in a structure's start tag; `undefined` when it has none. */
export function attributeWriter(shape: StructureShape): XmlWriter | undefined {
  const members = Object.entries(shape.members).filter(([, m]) => m.xmlAttribute === true)
  if (members.length === 0) return undefined
  return (value) => {
    let text = ""
    for (const [name, member] of members) {
      const item = (value as Values)[name]
      if (item === undefined || item === null) continue
      const raw = scalarText(member, "iso8601").write(item)
      text += ` ${member.locationName ?? name}="${escapeXmlAttribute(raw)}"`
    }
    return text
  }
}

/** ` xmlns="…"`, or nothing. */
export function namespace(space: XmlNamespace | undefined): string {
  if (space === undefined) return ""
  const prefix = space.prefix === undefined ? "" : `:${space.prefix}`
  return ` xmlns${prefix}="${escapeXmlAttribute(space.uri)}"`
}

/** Members that are absent, or written elsewhere, are no bug; any other is. */
function refuseUnknown(
  shape: StructureShape | undefined,
  values: Values,
  isKnown: (name: string) => boolean,
): void {
  const unknown = Object.keys(values).filter((name) => {
    return values[name] !== undefined && values[name] !== null && !isKnown(name)
  })
  if (unknown.length === 0) return
  throw new Error(`${shape?.name ?? "The output"} has no member ${unknown.join(", ")}`)
}
