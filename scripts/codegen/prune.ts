import type { RawModel, RawShape } from "../../src/models/botocore.ts"

/** The model without the shapes that no operation, exception or event reaches. */
export function prune(model: RawModel): RawModel {
  const reached = new Set<string>()
  const waiting: string[] = []
  const reach = (name: string | undefined) => {
    if (name === undefined || reached.has(name)) return
    reached.add(name)
    waiting.push(name)
  }
  for (const { input, output, errors = [] } of Object.values(model.operations)) {
    for (const name of [input?.shape, output?.shape, ...errors]) reach(name)
  }
  for (const [name, shape] of Object.entries(model.shapes)) {
    if (shape["exception"] || shape["event"] || shape["eventstream"]) reach(name)
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const shape = model.shapes[name]
    if (!shape) throw new Error(`The model has no shape ${name}`)
    for (const next of references(shape)) reach(next)
  }
  const kept = Object.entries(model.shapes).filter(([name]) => reached.has(name))
  return { ...model, shapes: Object.fromEntries(kept) }
}

function references({ members = {}, member, key, value }: RawShape): (string | undefined)[] {
  const named = Object.values(members).map(({ shape }) => shape)
  return [...named, member?.shape, key?.shape, value?.shape]
}
