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
import { FixedTexts, flat, XmlText, type FixedText } from "./text.ts"
import { locationName, wireName } from "./wire-name.ts"

/** A value as text: a whole element, or what stands between its tags. */
export type XmlWriter = (value: unknown) => string

/** Adds a value to a document. */
type Append = (out: XmlText, value: unknown) => void

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
const TEXT = 1
const WORD = 2
const SCALAR = 3
const OTHER = 4

interface Tags {
  readonly open: FixedText
  readonly end: FixedText
}

/** An element that mostly has one of a few known words. */
interface Words extends Tags {
  /** The whole elements. */
  readonly words: ReadonlyMap<string, FixedText>
}

interface Field extends Tags {
  readonly name: string
  readonly kind: number
  readonly words: Words["words"] | undefined
  /** The text of a scalar. */
  readonly write: XmlWriter
  readonly append: Append
}

/** The members of a structure that are written, in their order; those that are not; both. */
interface Fields {
  readonly ordered: readonly Field[]
  readonly elsewhere: ReadonlySet<string>
  readonly names: ReadonlySet<string>
}

const NOTHING: ReadonlySet<string> = new Set<string>()

/** Writers by shape, compiled on first use. */
export function xmlWriters(options: XmlWritersOptions): XmlWriters {
  const compiled = new WeakMap<Shape, Append>()
  const texts = new FixedTexts()
  const dates = new IsoDates(options.milliseconds ? ".000Z" : "Z")
  const ownName = options.ownName ?? locationName

  function content(member: Member): Append {
    const shape = member.shape
    if (shape.type === "structure") {
      return cached(shape, () => structure(shape, Object.entries(shape.members)))
    }
    if (shape.type === "list") return cached(shape, () => list(shape))
    if (shape.type === "map") return cached(shape, () => map(shape))
    if (shape.type === "string" || shape.type === "character")
      return (out, value) => out.addText(value as string)
    const write = scalar(member)
    return (out, value) => out.addValue(write(value))
  }

  function cached(shape: Shape, compile: () => Append): Append {
    const known = compiled.get(shape)
    if (known !== undefined) return known
    const append = compile()
    compiled.set(shape, append)
    return append
  }

  function scalar(member: Member): XmlWriter {
    const { type } = member.shape
    const { write } = scalarText(member, "iso8601")
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
  ): Append {
    let fields: Fields | undefined
    return (out, value) => {
      // Compiled on first use, which also ends the recursion of recursive shapes.
      fields ??= fieldsOf(shape, members, elsewhere)
      const values = value as Values
      const { ordered } = fields
      const { text, fixed } = out
      let at = 0
      // Most values have their members in the model's order: each is then looked at once.
      for (const name in values) {
        const item = values[name]
        if (item === undefined || item === null) continue
        const from = at
        while (at < ordered.length && ordered[at]!.name !== name) at += 1
        if (at < ordered.length) appendField(out, ordered[at]!, item)
        else if (fields.elsewhere.has(name)) at = from
        else {
          out.goBack(text, fixed)
          return reordered(out, fields, { values, shape })
        }
      }
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
    const isAttribute = ([, { xmlAttribute }]: Members[number]): boolean => xmlAttribute === true
    const attributes = members.filter(isAttribute).map(([name]) => name)
    return {
      ordered: sorted
        .filter((member) => !isAttribute(member))
        .map(([name, member]) => fieldOf(name, member)),
      // Attributes stand in the start tag, but count as known.
      elsewhere: new Set([...elsewhere, ...attributes]),
      names: new Set([...elsewhere, ...members.map(([name]) => name)]),
    }
  }

  /** Plain values are written in one step; see `appendField`. */
  function fieldOf(name: string, member: Member): Field {
    const { shape } = member
    const wire = wireName(name, member, ownName)
    const { open, end } = tags(wire, member)
    const words = wordsOf(shape, open, end)
    const kind = words ? WORD : kindOf(shape)
    const isOther = kind === OTHER
    const write = isOther ? nothingAtAll : scalar(member)
    const append = isOther ? fieldAppend(name, member) : nothingAtAll
    return { name, kind, open, end, words, write, append }
  }

  function fieldAppend(name: string, member: Member): Append {
    const shape = member.shape
    const wire = wireName(name, member, ownName)
    if (shape.type === "list" && (member.flattened ?? shape.flattened) === true)
      return itemsOf(() => element(wire, shape.member))
    if (shape.type === "map" && (member.flattened ?? shape.flattened) === true) {
      const open = texts.of("<", wire, namespace(member.xmlNamespace), ">")
      return entries(shape, { open, end: texts.of("</", wire, ">") })
    }
    return element(wire, member)
  }

  function element(name: string, member: Member): Append {
    const shape = member.shape
    const { start, open, end } = tags(name, member)
    const words = wordsOf(shape, open, end)
    if (words) return (out, value) => appendWord(out, { words, open, end }, value as string)
    const inner = content(member)
    const attributes = shape.type === "structure" ? attributeWriter(shape) : undefined
    return (out, value) => {
      if (attributes === undefined) out.add(open)
      else out.addValue(`${start}${attributes(value)}>`)
      inner(out, value)
      out.add(end)
    }
  }

  const list = (shape: ListShape): Append =>
    itemsOf(() => element(ownName(shape.member) ?? "member", shape.member))

  const map = (shape: MapShape): Append =>
    entries(shape, { open: texts.of("<entry>"), end: texts.of("</entry>") })

  function entries(shape: MapShape, { open, end }: Tags): Append {
    let key: Append | undefined
    let item: Append | undefined
    return (out, value) => {
      key ??= element(ownName(shape.key) ?? "key", shape.key)
      item ??= element(ownName(shape.value) ?? "value", shape.value)
      for (const [name, one] of Object.entries(value as Values)) {
        out.add(open)
        key(out, name)
        item(out, one)
        out.add(end)
      }
    }
  }

  /** The tags of an element; `start` is `open` before its ">". */
  function tags(name: string, { shape, xmlNamespace }: Member): Tags & { readonly start: string } {
    const own = "xmlNamespace" in shape ? shape.xmlNamespace : undefined
    const start = flat("<", name, namespace(xmlNamespace ?? own))
    return { start, open: texts.of(start, ">"), end: texts.of("</", name, ">") }
  }

  function wordsOf(shape: Shape, open: FixedText, end: FixedText): Words["words"] | undefined {
    if (shape.type !== "string" || !shape.enum) return undefined
    const element = (word: string): FixedText => texts.of(open.text, escapeXml(word), end.text)
    return new Map(shape.enum.map((word) => [word, element(word)]))
  }

  const writer =
    (append: Append): XmlWriter =>
    (value) => {
      const out = new XmlText(texts)
      append(out, value)
      return out.whole()
    }

  return {
    structure: (shape, members, elsewhere) => writer(structure(shape, members, elsewhere)),
    element: (name, member) => writer(element(name, member)),
    member: (name, member) => writer(fieldAppend(name, member)),
  }
}

/** One element after another. Their shape is compiled on first use, which ends its recursion. */
function itemsOf(compile: () => Append): Append {
  let item: Append | undefined
  return (out, value) => {
    item ??= compile()
    for (const one of value as readonly unknown[]) item(out, one)
  }
}

/** Adds a member of a structure, as an element. */
function appendField(out: XmlText, field: Field, item: unknown): void {
  const { kind, open, end } = field
  if (kind === OTHER) return field.append(out, item)
  if (kind === WORD) return appendWord(out, field as Words, item as string)
  out.add(open)
  if (kind === TEXT) out.addText(item as string)
  else out.addValue(field.write(item))
  out.add(end)
}

function appendWord(out: XmlText, { words, open, end }: Words, word: string): void {
  const known = words.get(word)
  if (known !== undefined) return out.add(known)
  out.add(open)
  out.addText(word)
  out.add(end)
}

/** A structure whose members stand in another order than the model's. */
function reordered(
  out: XmlText,
  { ordered, names }: Fields,
  { values, shape }: { readonly values: Values; readonly shape: StructureShape | undefined },
): void {
  for (const name in values)
    if (values[name] !== undefined && values[name] !== null && !names.has(name))
      throw unknownMember(shape, name)
  for (const field of ordered) {
    const item = values[field.name]
    if (item !== undefined && item !== null) appendField(out, field, item)
  }
}

const nothingAtAll = (): string => ""

function kindOf({ type }: Shape): number {
  if (type === "string" || type === "character") return TEXT
  return type === "structure" || type === "list" || type === "map" ? OTHER : SCALAR
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

const unknownMember = (shape: StructureShape | undefined, name: string): Error =>
  new Error(`${shape?.name ?? "The output"} has no member ${name}`)
