import type { ListShape, MapShape, Member, Shape, StructureShape } from "../../models/schema.ts"
import type { AwsError } from "../aws-error.ts"
import type { Values } from "../codec.ts"
import { setOwn } from "../own-property.ts"
import { scalarText } from "../scalar-text.ts"
import type { ScalarText } from "../scalar-text.ts"

/** What is wrong with a parameter; each dialect words it as its services do. */
export interface FormFault {
  readonly kind: "unknown" | "structure" | "list" | "map" | "scalar" | "value" | "repeated"
  /** The parameter's whole name. */
  readonly name: string
  /** The part of the name where the fault is. */
  readonly segment: string
  readonly text: string
  /** What the text should have been: "an integer". */
  readonly noun: string
}

/** Where the two Query protocols differ. */
export interface FormDialect {
  /** A member's segment in the name of a parameter. */
  readonly wireName: (name: string, member: Member) => string
  /** Segment between a list or map and the index of an item; `undefined` where there is none. */
  readonly itemSegment: (shape: ListShape | MapShape, use: Member) => string | undefined
  /** The caller's error; `undefined` when the services ignore such a parameter. */
  readonly fault: (fault: FormFault) => AwsError | undefined
}

/** Builds one input from its parameters, in whatever order they come. Throws the dialect's errors. */
export interface FormReader {
  readonly begin: () => FormInput
  readonly put: (input: FormInput, name: string, text: string) => void
  /** The values, lists in the order of their indexes. */
  readonly end: (input: FormInput) => Values
}

/** An input that is being built, and the parameter that is being read. */
export interface FormInput {
  readonly root: { values?: Values }
  readonly open: OpenItems[]
  name: string
  text: string
  /** Start of the next segment of the name. */
  at: number
}

/** Where a value goes: a structure and its member, or a list of items and a position. */
type Container = Record<string | number, unknown>
type Put = (input: FormInput, container: Container, key: string | number) => void

/** The items of a list or map, in the order in which their indexes came. */
interface Items {
  readonly indexes: number[]
  readonly values: unknown[]
  /** The keys of a map. */
  readonly keys: (string | undefined)[]
  /** Position by index, once an index came out of order. */
  positions: Map<number, number> | undefined
}

interface OpenItems {
  readonly items: Items
  readonly container: Container
  readonly key: string | number
  readonly name: string
  readonly keyed: boolean
}

// Nothing is allocated for gaps between indexes; no index of AWS has more digits.
const INDEX = /^\d{1,9}$/
// The longest names of AWS have some two hundred characters; recursive shapes must end somewhere.
const MAX_NAME = 1024

/** Compiles a reader for a structure; what is nested in it is compiled on first use. */
export function formReader(root: StructureShape, dialect: FormDialect): FormReader {
  const compiled = new Map<Shape, Put>()

  function compile(use: Member): Put {
    const shape = use.shape
    if (shape.type === "list") return list(shape, dialect.itemSegment(shape, use))
    if (shape.type === "map") return map(shape, dialect.itemSegment(shape, use))
    if (shape.type === "structure") return structure(shape)
    return scalar(scalarText(use, "iso8601"))
  }

  function structure(shape: StructureShape): Put {
    const known = compiled.get(shape)
    if (known !== undefined) return known
    let slots: Map<string, readonly [string, Put]> | undefined
    const put: Put = (input, container, key) => {
      // On first use, which also ends the recursion of recursive shapes.
      slots ??= slotsOf(shape)
      const object = (container[key] ??= {}) as Container
      const segment = nextSegment(input)
      if (segment === undefined) {
        if (input.text !== "") refuse(input, "structure")
        return
      }
      const slot = slots.get(segment)
      if (slot === undefined) refuse(input, "unknown", segment)
      else slot[1](input, object, slot[0])
    }
    compiled.set(shape, put)
    return put
  }

  function slotsOf(shape: StructureShape): Map<string, readonly [string, Put]> {
    const slots = new Map<string, readonly [string, Put]>()
    for (const [name, member] of Object.entries(shape.members)) {
      slots.set(dialect.wireName(name, member), [name, compile(member)])
    }
    return slots
  }

  function list(shape: ListShape, itemSegment: string | undefined): Put {
    let item: Put | undefined
    return (input, container, key) => {
      item ??= compile(shape.member)
      const items = openItems(input, container, { key, keyed: false })
      if (input.at > input.name.length) {
        if (input.text === "") return
        // SQS's own examples have `AttributeName=All` for a flattened list of one.
        if (itemSegment !== undefined) refuse(input, "list")
        else item(input, items.values as unknown as Container, position(items, 1))
        return
      }
      const index = indexOf(input, itemSegment)
      if (index !== undefined) {
        item(input, items.values as unknown as Container, position(items, index))
      }
    }
  }

  function map(shape: MapShape, itemSegment: string | undefined): Put {
    const keyName = dialect.wireName("key", shape.key)
    const valueName = dialect.wireName("value", shape.value)
    const keyText = scalar(scalarText(shape.key, "iso8601"))
    let value: Put | undefined
    return (input, container, key) => {
      value ??= compile(shape.value)
      const items = openItems(input, container, { key, keyed: true })
      if (input.at > input.name.length) {
        if (input.text !== "") refuse(input, "map")
        return
      }
      const index = indexOf(input, itemSegment)
      if (index === undefined) return
      const at = position(items, index)
      const part = nextSegment(input)
      if (part === keyName) keyText(input, items.keys as unknown as Container, at)
      else if (part === valueName) value(input, items.values as unknown as Container, at)
      else refuse(input, "unknown", part)
    }
  }

  function scalar(type: ScalarText): Put {
    return (input, container, key) => {
      if (input.at <= input.name.length) return refuse(input, "scalar")
      if (container[key] !== undefined) return refuse(input, "repeated")
      const value = type.read(input.text)
      if (value === undefined) refuse(input, "value", undefined, type.noun)
      else container[key] = value
    }
  }

  /** Reads `member.3` or, for a flattened list, `3`. */
  function indexOf(input: FormInput, itemSegment: string | undefined): number | undefined {
    if (itemSegment !== undefined && nextSegment(input) !== itemSegment) {
      refuse(input, "list")
      return undefined
    }
    const segment = nextSegment(input)
    if (segment !== undefined && INDEX.test(segment)) return Number(segment)
    refuse(input, itemSegment === undefined ? "unknown" : "list", segment)
    return undefined
  }

  /** Without a dialect that throws, the parameter is ignored. */
  function refuse(input: FormInput, kind: FormFault["kind"], segment = "", noun = ""): void {
    const error = dialect.fault({ kind, name: input.name, segment, text: input.text, noun })
    if (error !== undefined) throw error
  }

  const putRoot = structure(root)
  return {
    begin: () => ({ root: {}, open: [], name: "", text: "", at: 0 }),
    put(input, name, text) {
      input.name = name
      input.text = text
      input.at = 0
      if (name.length > MAX_NAME) refuse(input, "unknown", name.slice(0, MAX_NAME))
      else putRoot(input, input.root, "values")
    },
    end(input) {
      // What is inside was opened later, and has to be in place before what is around it.
      for (let i = input.open.length - 1; i >= 0; i--) {
        const { items, container, key, keyed, name } = input.open[i]!
        sortItems(items)
        if (!keyed) {
          container[key] = items.values
          continue
        }
        const map = entries(items)
        if (map === undefined) refuse({ ...input, name }, "map")
        else container[key] = map
      }
      return input.root.values ?? {}
    },
  }
}

function nextSegment(input: FormInput): string | undefined {
  const { name, at } = input
  if (at > name.length) return undefined
  const dot = name.indexOf(".", at)
  const end = dot === -1 ? name.length : dot
  input.at = end + 1
  return name.slice(at, end)
}

function openItems(
  input: FormInput,
  container: Container,
  { key, keyed }: { readonly key: string | number; readonly keyed: boolean },
): Items {
  const known = container[key] as Items | undefined
  if (known !== undefined) return known
  const items: Items = { indexes: [], values: [], keys: [], positions: undefined }
  container[key] = items
  input.open.push({ items, container, key, keyed, name: input.name })
  return items
}

/** Where the item with that index is, or will be. */
function position(items: Items, index: number): number {
  const { indexes } = items
  const last = indexes.length - 1
  if (last >= 0 && indexes[last] === index) return last
  if (items.positions === undefined) {
    if (last < 0 || index > indexes[last]!) return indexes.push(index) - 1
    items.positions = new Map(indexes.map((known, at) => [known, at]))
  }
  const known = items.positions.get(index)
  if (known !== undefined) return known
  items.positions.set(index, indexes.length)
  return indexes.push(index) - 1
}

/** Puts the items into the order of their indexes, in place. */
function sortItems(items: Items): void {
  const { indexes, values, keys } = items
  if (items.positions === undefined) return
  const order = indexes.map((_, at) => at).sort((a, b) => indexes[a]! - indexes[b]!)
  const sortedValues = order.map((at) => values[at])
  const sortedKeys = order.map((at) => keys[at])
  for (let at = 0; at < order.length; at++) {
    values[at] = sortedValues[at]
    keys[at] = sortedKeys[at]
  }
}

/** `undefined` when an entry lacks its key or value, or when two have the same key. */
function entries(items: Items): Values | undefined {
  const map: Values = {}
  for (let at = 0; at < items.indexes.length; at++) {
    const key = items.keys[at]
    const value = items.values[at]
    if (key === undefined || value === undefined || Object.hasOwn(map, key)) return undefined
    setOwn(map, key, value)
  }
  return map
}
