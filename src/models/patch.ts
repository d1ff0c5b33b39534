import type { Member, OperationModel, ServiceModel, Shape, StructureShape } from "./schema.ts"

type Change<T> = { readonly [K in keyof T]?: T[K] | null }

/** Attributes of a use of a shape; `shape` names one of the model or of the patch. */
export type MemberPatch = Change<Omit<Member, "shape">> & { readonly shape?: string }

type Structural = "name" | "members" | "member" | "key" | "value"
type Attributes<S> = S extends Shape ? Change<Omit<S, Structural>> : never

export type ShapePatch = Attributes<Shape> & {
  readonly members?: Readonly<Record<string, MemberPatch | null>>
  /** Members that are written before the others, in this order. */
  readonly first?: readonly string[]
  readonly member?: MemberPatch
  readonly key?: MemberPatch
  readonly value?: MemberPatch
}

/** `input`, `output` and `errors` name shapes of the model or of the patch. */
export type OperationPatch = Change<
  Omit<OperationModel, "name" | "input" | "output" | "errors">
> & {
  readonly input?: string
  readonly output?: string
  readonly errors?: readonly string[]
}

type Facts = Omit<ServiceModel, "id" | "operations" | "shapes" | "paginators">

/**
 * Corrections of a service's model, each with its source in a comment. What a patch does not
 * name stays; `null` takes away; a shape with a `type` or an operation with `http` that the model
 * lacks is added. Naming anything else that the model lacks is an error: the model has moved on.
 */
export interface Patch {
  readonly service?: Change<Facts>
  readonly shapes?: Readonly<Record<string, ShapePatch>>
  readonly operations?: Readonly<Record<string, OperationPatch>>
}

type Open = Record<string, unknown>

/** Applies the patch to a model that nobody else holds yet, and returns it. */
export function applyPatch(model: ServiceModel, patch: Patch): ServiceModel {
  const shapes = model.shapes as Record<string, Shape>
  const operations = model.operations as Record<string, OperationModel>
  for (const [name, change] of Object.entries(patch.shapes ?? {})) {
    if (!shapes[name]) shapes[name] = newShape(name, change)
  }
  for (const [name, change] of Object.entries(patch.shapes ?? {})) {
    changeShape(model, shapes[name]!, change)
  }
  for (const [name, change] of Object.entries(patch.operations ?? {})) {
    operations[name] = changedOperation(model, name, change)
  }
  merge(model as unknown as Open, patch.service ?? {})
  return model
}

function newShape(name: string, { type }: ShapePatch): Shape {
  if (!type) throw new Error(`The patch changes the shape ${name}, which the model lacks`)
  const shape: Open = { name, type }
  if (type === "structure") shape["members"] = Object.create(null)
  return shape as unknown as Shape
}

function changeShape(model: ServiceModel, shape: Shape, change: ShapePatch): void {
  const { members, first = [], member, key, value, ...attributes } = change
  const open = shape as unknown as Open
  merge(open, attributes)
  for (const [part, use] of Object.entries({ member, key, value })) {
    if (use) open[part] = changedMember(model, open[part] as Member | undefined, use)
  }
  const own = (shape as StructureShape).members as Record<string, Member>
  for (const [name, use] of Object.entries(members ?? {})) {
    if (use === null) delete own[name]
    else own[name] = changedMember(model, own[name], use)
  }
  if (first.length > 0) putFirst(own, first)
}

/** The order in which members were added is the order in which they are written. */
function putFirst(own: Record<string, Member>, first: readonly string[]): void {
  const rest = Object.keys(own).filter((name) => !first.includes(name))
  for (const name of [...first, ...rest]) {
    const member = own[name]
    if (!member) throw new Error(`The patch puts ${name} first, which the model lacks`)
    delete own[name]
    own[name] = member
  }
}

/** A new member: equal uses share one object, of which only this one changes. */
function changedMember(model: ServiceModel, member: Member | undefined, use: MemberPatch): Member {
  const { shape, ...attributes } = use
  const changed: Open = { ...member }
  if (shape !== undefined) changed["shape"] = shapeOf(model, shape)
  if (!changed["shape"]) throw new Error("The patch changes a member which the model lacks")
  merge(changed, attributes)
  return changed as unknown as Member
}

function changedOperation(
  model: ServiceModel,
  name: string,
  change: OperationPatch,
): OperationModel {
  const known = model.operations[name]
  if (!known && !change.http) {
    throw new Error(`The patch changes the operation ${name}, which the model lacks`)
  }
  const { input, output, errors, ...attributes } = change
  const operation: Open = known ? { ...known } : { name, errors: [] }
  if (input !== undefined) operation["input"] = shapeOf(model, input)
  if (output !== undefined) operation["output"] = shapeOf(model, output)
  if (errors !== undefined) operation["errors"] = errors.map((error) => shapeOf(model, error))
  merge(operation, attributes)
  return operation as unknown as OperationModel
}

function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name]
  if (!shape) throw new Error(`The patch refers to the shape ${name}, which does not exist`)
  return shape
}

function merge(target: Open, changes: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete target[key]
    else target[key] = value
  }
}
