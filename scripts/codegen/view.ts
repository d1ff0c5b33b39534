import type { Member, OperationModel, ServiceModel, Shape } from "../../src/models/schema.ts"

type View = Record<string, unknown>

/** A shape with names in place of the shapes that it refers to. */
export function shapeView(shape: Shape): View {
  const { name, ...rest } = shape
  const view: View = { ...rest }
  if (shape.type === "structure") {
    const members = Object.entries(shape.members)
    view["members"] = Object.fromEntries(members.map(([key, use]) => [key, memberView(use)]))
  } else if (shape.type === "list") view["member"] = memberView(shape.member)
  else if (shape.type === "map") {
    view["key"] = memberView(shape.key)
    view["value"] = memberView(shape.value)
  }
  return { name, ...view }
}

export function operationView(operation: OperationModel): View {
  const { input, output, errors, ...facts } = operation
  return {
    ...facts,
    ...(input && { input: input.name }),
    ...(output && { output: output.name }),
    errors: errors.map(({ name }) => name),
  }
}

/** The service itself, with the names of its operations. */
export function serviceView(model: ServiceModel): View {
  const { operations, shapes, paginators, ...facts } = model
  return {
    ...facts,
    operations: Object.keys(operations),
    shapes: Object.keys(shapes).length,
    paginated: Object.keys(paginators),
  }
}

/** An operation with every shape that it reaches, or a shape with those that it reaches. */
export function namedView(model: ServiceModel, name: string): View | undefined {
  const operation = model.operations[name]
  const shape = model.shapes[name]
  if (!operation && !shape) return undefined
  const start = operation ? [operation.input, operation.output, ...operation.errors] : [shape]
  const shapes: View = {}
  for (const reached of reach(start.filter((shape) => shape !== undefined))) {
    const { name, ...view } = shapeView(reached)
    shapes[name as string] = view
  }
  const paginator = model.paginators[name]
  return {
    ...(operation && { operation: operationView(operation) }),
    ...(paginator && { paginator }),
    shapes,
  }
}

/** The shapes and all that they refer to, nearest first. */
function reach(start: readonly Shape[]): Set<Shape> {
  const found = new Set(start)
  // A set's iteration also visits what is added on the way.
  for (const shape of found) {
    if (shape.type === "structure") {
      for (const { shape: next } of Object.values(shape.members)) found.add(next)
    } else if (shape.type === "list") found.add(shape.member.shape)
    else if (shape.type === "map") found.add(shape.key.shape).add(shape.value.shape)
  }
  return found
}

function memberView({ shape, ...attributes }: Member): View {
  return { shape: shape.name, ...attributes }
}
