import type { Json, RawMember, RawModel, RawOperation, RawShape } from "./botocore.ts"

/**
 * A use of a shape: its position in `shapes`, or that with the attributes of the use. Equal uses
 * are written once: EC2's 10,000 members are 4,300 different uses.
 */
export type CompactUse = number | { shape: number; [attribute: string]: unknown }

export interface CompactShape {
  name: string
  type: string
  /** By turns the position of a member's name in `names` and of its use in `uses`. */
  members?: number[]
  /** Positions in `uses`. */
  member?: number
  key?: number
  value?: number
  [attribute: string]: unknown
}

export interface CompactOperation {
  /** Absent: POST to `/`. */
  http?: RawOperation["http"]
  /** Positions in `shapes`. */
  input?: number
  output?: number
  errors?: number[]
  [attribute: string]: unknown
}

/**
 * The stored form of a model: numbers instead of names wherever something is referred to, because
 * parsing the JSON is what the first request to a service waits for.
 */
export interface CompactModel {
  id: string
  metadata: Json
  names: string[]
  uses: CompactUse[]
  shapes: CompactShape[]
  operations: Record<string, CompactOperation>
  paginators: Record<string, Json>
}

/** Throws when a reference dangles. */
export function compactModel(id: string, raw: RawModel): CompactModel {
  const places = new Places(raw)
  const shapes = Object.entries(raw.shapes).map(([name, shape]) =>
    compactShape(places, name, shape),
  )
  const operations: Record<string, CompactOperation> = {}
  for (const [name, operation] of Object.entries(raw.operations)) {
    operations[name] = compactOperation(places, operation)
  }
  const { metadata, paginators = {} } = raw
  const { names, uses } = places
  return { id, metadata, names, uses, shapes, operations, paginators }
}

/** Gives every name and every different use its position. */
class Places {
  readonly names: string[] = []
  readonly uses: CompactUse[] = []
  readonly #shapes: ReadonlyMap<string, number>
  readonly #names = new Map<string, number>()
  readonly #uses = new Map<string, number>()

  constructor(raw: RawModel) {
    this.#shapes = new Map(Object.keys(raw.shapes).map((name, at) => [name, at]))
  }

  shape(name: string): number {
    const at = this.#shapes.get(name)
    if (at === undefined) throw new Error(`The model has no shape ${name}`)
    return at
  }

  name(name: string): number {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    this.#names.set(name, this.names.length)
    return this.names.push(name) - 1
  }

  use(member: RawMember): number {
    const key = JSON.stringify(member)
    const known = this.#uses.get(key)
    if (known !== undefined) return known
    const { shape, ...attributes } = member
    const at = this.shape(shape)
    this.#uses.set(key, this.uses.length)
    const plain = Object.keys(attributes).length === 0
    return this.uses.push(plain ? at : { shape: at, ...attributes }) - 1
  }
}

function compactShape(places: Places, name: string, shape: RawShape): CompactShape {
  const { type, members, member, key, value, ...attributes } = shape
  const compact: CompactShape = { name, type, ...attributes }
  if (type === "structure") {
    compact.members = Object.entries(members ?? {}).flatMap(([name, member]) => [
      places.name(name),
      places.use(member),
    ])
  }
  if (member) compact.member = places.use(member)
  if (key) compact.key = places.use(key)
  if (value) compact.value = places.use(value)
  return compact
}

function compactOperation(places: Places, operation: RawOperation): CompactOperation {
  const { http, input, output, errors, ...facts } = operation
  const compact: CompactOperation = { ...facts }
  if (http.method !== "POST" || http.requestUri !== "/" || http.responseCode !== undefined) {
    compact.http = http
  }
  if (input) {
    compact.input = places.shape(input.shape)
    if (input["locationName"]) compact["inputLocationName"] = input["locationName"]
    if (input["xmlNamespace"]) compact["inputXmlNamespace"] = input["xmlNamespace"]
  }
  if (output) {
    compact.output = places.shape(output.shape)
    if (output["resultWrapper"]) compact["resultWrapper"] = output["resultWrapper"]
  }
  if (errors && errors.length > 0) compact.errors = errors.map((error) => places.shape(error))
  return compact
}
