import type { ServiceModel } from "../../src/models/schema.ts"
import { operationView, serviceView, shapeView } from "./view.ts"

export type Kind = "operation" | "shape" | "member" | "constraint" | "attribute"

export interface Difference {
  readonly change: "added" | "removed" | "changed"
  readonly kind: Kind
  /** `SendMessage`, `SendMessageRequest.QueueUrl`, `max of QueueName`. */
  readonly what: string
  readonly before?: string
  readonly after?: string
}

interface Fact {
  readonly kind: Kind
  readonly what: string
  readonly value: string
  /** Key of the operation or shape that this belongs to. */
  readonly owner?: string
}

const CONSTRAINTS: ReadonlySet<string> = new Set(["min", "max", "pattern", "enum", "required"])

/** What makes `after` another model than `before`, in the order of the models. */
export function differences(before: ServiceModel, after: ServiceModel): Difference[] {
  const old = facts(before)
  const now = facts(after)
  const found: Difference[] = []
  for (const [key, { kind, what, value, owner }] of now) {
    const known = old.get(key)
    // What comes with its operation or shape is not told apart.
    if (known === undefined && owner !== undefined && !old.has(owner)) continue
    if (known === undefined) found.push({ change: "added", kind, what, after: value })
    else if (known.value !== value) {
      found.push({ change: "changed", kind, what, before: known.value, after: value })
    }
  }
  for (const [key, { kind, what, value, owner }] of old) {
    if (now.has(key) || (owner !== undefined && !now.has(owner))) continue
    found.push({ change: "removed", kind, what, before: value })
  }
  return found
}

/** `2 operations added, 1 constraint changed`. */
export function summary(found: readonly Difference[]): string {
  const counts = new Map<string, number>()
  for (const { change, kind } of found) {
    const key = `${kind} ${change}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const parts = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  return parts
    .map(([key, count]) => {
      const [kind, change] = key.split(" ")
      return `${count} ${kind}${count === 1 ? "" : "s"} ${change}`
    })
    .join(", ")
}

/** `~ constraint max of QueueName: 80 → 100`; of a list only what comes and goes. */
export function describe({ change, kind, what, before, after }: Difference): string {
  const sign = { added: "+", removed: "-", changed: "~" }[change]
  const values = (listChange(before, after) ?? [before, after].filter(Boolean).join(" → ")).trim()
  return `${sign} ${kind} ${what}${values && `: ${values}`}`
}

/** `+new -old`, when both are lists of names. */
function listChange(before = "", after = ""): string | undefined {
  if (!before.startsWith('["') || !after.startsWith('["')) return undefined
  const [old, now] = [JSON.parse(before) as string[], JSON.parse(after) as string[]]
  const gone = old.filter((item) => !now.includes(item)).map((item) => `-${item}`)
  const come = now.filter((item) => !old.includes(item)).map((item) => `+${item}`)
  return [...come, ...gone].join(" ")
}

/** Everything that a model says, flat: an entry per operation, shape, member and attribute. */
function facts(model: ServiceModel): Map<string, Fact> {
  const all = new Map<string, Fact>()
  const { operations: _operations, shapes: _shapes, ...service } = serviceView(model)
  all.set("service", { kind: "attribute", what: "the service", value: "" })
  attributes(all, "service", service)
  for (const [name, operation] of Object.entries(model.operations)) {
    const key = `operation ${name}`
    all.set(key, { kind: "operation", what: name, value: "" })
    attributes(all, key, operationView(operation))
  }
  for (const shape of Object.values(model.shapes)) {
    const key = `shape ${shape.name}`
    const { members = {}, ...rest } = shapeView(shape)
    all.set(key, { kind: "shape", what: shape.name, value: "" })
    attributes(all, key, rest)
    for (const [name, use] of Object.entries(members as Record<string, unknown>)) {
      const what = `${shape.name}.${name}`
      all.set(`member ${what}`, { kind: "member", what, value: JSON.stringify(use), owner: key })
    }
  }
  return all
}

function attributes(
  all: Map<string, Fact>,
  owner: string,
  view: Readonly<Record<string, unknown>>,
): void {
  for (const [key, value] of Object.entries(view)) {
    if (key === "name") continue
    const kind = CONSTRAINTS.has(key) ? "constraint" : "attribute"
    const what = `${key} of ${all.get(owner)!.what}`
    // The order of errors, enum values and required members means nothing.
    const names = Array.isArray(value) && value.every((item) => typeof item === "string")
    const unordered = names ? value.toSorted((a, b) => (a < b ? -1 : 1)) : value
    all.set(`${owner} ${key}`, { kind, what, value: JSON.stringify(unordered), owner })
  }
}
