import type {
  ListShape,
  MapShape,
  Member,
  Shape,
  SimpleShape,
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

/** How a member is written: the plain ones without a call of its own writer. */
const NOWHERE = 0
const TEXT = 1
const WORD = 2
const NUMBER = 3
const OTHER = 4

interface Field {
  readonly name: string
  readonly kind: number
  /** The tags around plain values. */
  readonly open: string
  readonly end: string
  /** Whole elements of known words. */
  readonly words: ReadonlyMap<string, string> | undefined
  readonly write: XmlWriter
}

/** The members of a structure that are written, in their order, and all by name. */
interface Fields {
  readonly ordered: readonly Field[]
  readonly named: ReadonlyMap<string, Field>
}

const NOTHING: ReadonlySet<string> = new Set<string>()

/** Writers by shape, compiled on first use. */
export function xmlWriters(options: XmlWritersOptions): XmlWriters {
  const compiled = new WeakMap<Shape, XmlWriter>()
  const dates = new IsoDates(options.milliseconds ? ".000Z" : "Z")
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
      return dates.text(value as number)
    }
  }

  function structure(
    shape: StructureShape | undefined,
    members: Members,
    elsewhere: ReadonlySet<string> = NOTHING,
  ): XmlWriter {
    let fields: Fields | undefined
    return (value) => {
      // Compiled on first use, which also ends the recursion of recursive shapes.
      fields ??= fieldsOf(shape, members, elsewhere)
      const values = value as Values
      const { ordered, named } = fields
      let text = ""
      let at = 0
      // Most values have their members in the model's order: each is then looked at once.
      for (const name in values) {
        const item = values[name]
        if (item === undefined || item === null) continue
        const from = at
        while (at < ordered.length && ordered[at]!.name !== name) at += 1
        if (at < ordered.length) text += written(ordered[at]!, item)
        else if (named.get(name)?.kind === NOWHERE) at = from
        else return reordered(fields, values, shape)
      }
      return text
    }
  }

  function fieldsOf(
    shape: StructureShape | undefined,
    members: Members,
    elsewhere: ReadonlySet<string>,
  ): Fields {
    const order = shape?.xmlOrder
    const sorted =
      order === undefined
        ? members
        : members.toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    const all = sorted.map(([name, member]) =>
      // Attributes stand in the start tag, but count as known.
      member.xmlAttribute === true ? nowhere(name) : fieldOf(name, member),
    )
    const rest = Array.from(elsewhere, nowhere)
    const named = new Map([...rest, ...all].map((field) => [field.name, field]))
    return { ordered: all.filter(({ kind }) => kind !== NOWHERE), named }
  }

  /** Plain values are written in one step; see `written`. */
  function fieldOf(name: string, member: Member): Field {
    const { shape } = member
    const write = fieldWriter(name, member)
    const wire = wireName(name, member, ownName)
    const { open, end } = tags(wire, member)
    const words = shape.type === "string" ? wordsOf(shape, open, end) : undefined
    const kind = words ? WORD : shape.type === "string" ? TEXT : isWhole(shape) ? NUMBER : OTHER
    return { name, kind, open, end, words, write }
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
      const start = flat("<", wire, namespace(member.xmlNamespace), ">")
      return entries(shape, start, flat("</", wire, ">"))
    }
    return element(wire, member)
  }

  function element(name: string, member: Member): XmlWriter {
    const shape = member.shape
    const { start, open, end } = tags(name, member)
    if (shape.type === "string") {
      const words = wordsOf(shape, open, end)
      return (value) => words?.get(value as string) ?? open + escapeXml(value as string) + end
    }
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

/** The tags of an element; `start` is `open` before its ">". */
function tags(name: string, { shape, xmlNamespace }: Member) {
  const own = "xmlNamespace" in shape ? shape.xmlNamespace : undefined
  const start = flat("<", name, namespace(xmlNamespace ?? own))
  return { start, open: flat(start, ">"), end: flat("</", name, ">") }
}

/** A member of a structure, as an element. */
function written(field: Field, item: unknown): string {
  switch (field.kind) {
    case TEXT:
      return field.open + escapeXml(item as string) + field.end
    case WORD:
      return field.words!.get(item as string) ?? field.open + escapeXml(item as string) + field.end
    case NUMBER:
      return field.open + (item as number) + field.end
    default:
      return field.write(item)
  }
}

/** A structure whose members stand in another order than the model's. */
function reordered(
  { ordered, named }: Fields,
  values: Values,
  shape: StructureShape | undefined,
): string {
  for (const name in values)
    if (values[name] !== undefined && values[name] !== null && !named.has(name))
      throw unknownMember(shape, name)
  let text = ""
  for (const field of ordered) {
    const item = values[field.name]
    if (item !== undefined && item !== null) text += written(field, item)
  }
  return text
}

/** A member that is not written here: in a header, or as an attribute. */
const nowhere = (name: string): Field => ({
  name,
  kind: NOWHERE,
  open: "",
  end: "",
  words: undefined,
  write: () => "",
})

/** The elements of a string that mostly is one of a few known words. */
function wordsOf(
  shape: SimpleShape,
  open: string,
  end: string,
): ReadonlyMap<string, string> | undefined {
  if (!shape.enum) return undefined
  return new Map(shape.enum.map((word) => [word, flat(open, escapeXml(word), end)]))
}

const isWhole = ({ type }: Shape): boolean =>
  type === "integer" || type === "long" || type === "biginteger"

/**
 * One piece of text. What `+` joins V8 keeps as a tree of its parts, through which every answer
 * that has it would go anew (measured: a third of the time that making one string of a list takes).
 */
const flat = (...parts: readonly string[]): string => parts.join("")

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

const unknownMember = (shape: StructureShape | undefined, name: string): Error =>
  new Error(`${shape?.name ?? "The output"} has no member ${name}`)
