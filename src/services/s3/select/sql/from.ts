import type { FromStep } from "./tree.ts"
import { fieldOf, fromRaw, isObject, type Value } from "./value.ts"

/**
 * The rows that a path makes of one record. "Wildcard characters always emit at least one record. If
 * no record matches, then Amazon S3 Select emits the value MISSING": that of the root is always there.
 */
export function* rowsOf(record: Value, path: readonly FromStep[]): Generator<Value> {
  const [step, ...rest] = path
  if (step === undefined) {
    yield record
    return
  }
  for (const item of itemsOf(record, step)) yield* rowsOf(item, rest)
}

function itemsOf(value: Value, step: FromStep): readonly Value[] {
  switch (step.kind) {
    case "name":
      return [fieldOf(value, step.name, step.exact)]
    case "index":
      return [Array.isArray(value) ? fromRaw(value[step.index]) : undefined]
    case "all":
      // Not verified: that what is no list stands for itself.
      return Array.isArray(value) ? orMissing(value) : [value]
    case "values":
      return orMissing(isObject(value) ? Object.values(value) : [])
  }
}

const orMissing = (items: readonly unknown[]): readonly Value[] =>
  items.length === 0 ? [undefined] : items.map(fromRaw)

/** How statements mean a row without an alias: by the name at the end of its path, or by place. */
export function rowNameOf(path: readonly FromStep[]): string {
  const last = path.at(-1)
  return last?.kind === "name" ? last.name.toLowerCase() : ROW
}

/** "If the path ends with a wildcard instead of a name, you can use the value _1". */
export const ROW = "_1"
