import type { ListShape, MapShape, Member, Shape, StructureShape } from "../../models/schema.ts"
import type { Values } from "../codec.ts"
import { setOwn } from "../own-property.ts"
import { scalarText } from "../scalar-text.ts"
import type { ScalarText } from "../scalar-text.ts"
import { XmlError } from "./scanner.ts"
import { wireName } from "./wire-name.ts"
import type { XmlScanner } from "./scanner.ts"

/** Reads the element just entered, and leaves it. Throws XmlError. */
export type XmlReader = (scanner: XmlScanner) => unknown

/** Readers by shape, compiled on first use. */
export interface XmlReaders {
  /** For a structure of which only some members are in the document. */
  readonly structure: (shape: StructureShape, members: Members) => XmlReader
  readonly member: (member: Member) => XmlReader
}

type Members = readonly (readonly [name: string, member: Member])[]

/** Puts what an element holds into the structure around it. */
type ElementReader = (scanner: XmlScanner, into: Values) => void

/**
 * Makes readers for documents that follow their shapes: an element that the shape does not have,
 * or has once and finds twice, is an error, as it is where AWS validates against its schema.
 */
export function xmlReaders(): XmlReaders {
  const compiled = new WeakMap<Shape, XmlReader>()

  function member(member: Member): XmlReader {
    const shape = member.shape
    if (shape.type === "structure") {
      return cached(shape, () => structure(shape, Object.entries(shape.members)))
    }
    if (shape.type === "list") return cached(shape, () => list(shape))
    if (shape.type === "map") return cached(shape, () => map(shape))
    return scalar(scalarText(member, "iso8601"))
  }

  function cached(shape: Shape, compile: () => XmlReader): XmlReader {
    const known = compiled.get(shape)
    if (known !== undefined) return known
    const reader = compile()
    compiled.set(shape, reader)
    return reader
  }

  function structure(shape: StructureShape, members: Members): XmlReader {
    // Compiled on first use, which also ends the recursion of recursive shapes.
    let elements: Map<string, ElementReader> | undefined
    const attributes = members.filter(([, m]) => m.xmlAttribute === true).map(attributeReader)
    return (scanner) => {
      elements ??= elementReaders(members)
      const value: Values = {}
      for (const attribute of attributes) attribute(scanner, value)
      for (let name = scanner.child(); name !== undefined; name = scanner.child()) {
        const element = elements.get(name)
        if (element === undefined) throw new XmlError(`${shape.name} has no <${name}>`)
        element(scanner, value)
      }
      return value
    }
  }

  function elementReaders(members: Members): Map<string, ElementReader> {
    const elements = new Map<string, ElementReader>()
    for (const [name, m] of members) {
      if (m.xmlAttribute !== true) elements.set(wireName(name, m), elementReader(name, m))
    }
    return elements
  }

  function elementReader(name: string, m: Member): ElementReader {
    const shape = m.shape
    if (shape.type === "list" && (m.flattened ?? shape.flattened) === true) {
      const item = member(shape.member)
      return (scanner, into) => {
        ;((into[name] ??= []) as unknown[]).push(item(scanner))
      }
    }
    if (shape.type === "map" && (m.flattened ?? shape.flattened) === true) {
      const entry = entryReader(shape)
      return (scanner, into) => {
        entry(scanner, (into[name] ??= {}) as Values)
      }
    }
    const read = member(m)
    return (scanner, into) => {
      if (into[name] !== undefined) throw new XmlError(`Two elements for ${name}`)
      into[name] = read(scanner)
    }
  }

  function list(shape: ListShape): XmlReader {
    const wanted = shape.member.locationName ?? "member"
    let item: XmlReader | undefined
    return (scanner) => {
      item ??= member(shape.member)
      const values: unknown[] = []
      for (let name = scanner.child(); name !== undefined; name = scanner.child()) {
        if (name !== wanted) throw new XmlError(`<${name}> where <${wanted}> was expected`)
        values.push(item(scanner))
      }
      return values
    }
  }

  function map(shape: MapShape): XmlReader {
    let entry: ElementReader | undefined
    return (scanner) => {
      entry ??= entryReader(shape)
      const value: Values = {}
      for (let name = scanner.child(); name !== undefined; name = scanner.child()) {
        if (name !== "entry") throw new XmlError(`<${name}> where <entry> was expected`)
        entry(scanner, value)
      }
      return value
    }
  }

  function entryReader(shape: MapShape): ElementReader {
    const keyName = shape.key.locationName ?? "key"
    const valueName = shape.value.locationName ?? "value"
    let read: XmlReader | undefined
    return (scanner, into) => {
      read ??= member(shape.value)
      let key: string | undefined
      let value: unknown
      for (let name = scanner.child(); name !== undefined; name = scanner.child()) {
        if (name === keyName && key === undefined) key = scanner.text()
        else if (name === valueName && value === undefined) value = read(scanner)
        else throw new XmlError(`<${name}> in an entry of ${shape.name}`)
      }
      if (key === undefined || value === undefined || Object.hasOwn(into, key)) {
        throw new XmlError(`An entry of ${shape.name} without its own key and value`)
      }
      setOwn(into, key, value)
    }
  }

  return { structure, member }
}

function scalar(text: ScalarText): XmlReader {
  return (scanner) => {
    const raw = scanner.text()
    const value = text.read(raw)
    if (value === undefined) throw new XmlError(`Not ${text.noun}: ${raw.slice(0, 100)}`)
    return value
  }
}

function attributeReader([name, member]: readonly [string, Member]): ElementReader {
  const wire = member.locationName ?? name
  const local = wire.slice(wire.indexOf(":") + 1)
  const text = scalarText(member, "iso8601")
  return (scanner, into) => {
    const raw = scanner.attribute(local)
    const value = raw === undefined ? undefined : text.read(raw)
    if (raw !== undefined && value === undefined) throw new XmlError(`${wire} is not ${text.noun}`)
    if (value !== undefined) into[name] = value
  }
}
