import { currentStays, invalid, labelElsewhere } from "../errors.ts"

/** Version id → its staging labels. */
export type Stages = ReadonlyMap<string, readonly string[]>

export const CURRENT = "AWSCURRENT"
export const PENDING = "AWSPENDING"
const PREVIOUS = "AWSPREVIOUS"

/** The version that has a label. */
export function versionWith(stages: Stages, label: string): string | undefined {
  for (const [id, labels] of stages) if (labels.includes(label)) return id
  return undefined
}

/**
 * The labels of all versions when `to` gets `labels`: one label has one version. What loses
 * AWSCURRENT becomes AWSPREVIOUS, and is no longer pending (recorded).
 */
export function withLabels(stages: Stages, to: string, labels: readonly string[]): Stages {
  const before = labels.includes(CURRENT) ? versionWith(stages, CURRENT) : undefined
  const replaced = before !== undefined && before !== to
  const moved = new Map<string, readonly string[]>()
  for (const [id, own] of stages) {
    let left = id === to ? own : own.filter((label) => !labels.includes(label))
    if (replaced) left = left.filter((label) => label !== PREVIOUS)
    if (replaced && id === before) left = [...left.filter((label) => label !== PENDING), PREVIOUS]
    moved.set(id, left)
  }
  const own = moved.get(to) ?? []
  const all = new Set([...own, ...labels])
  if (all.has(CURRENT)) all.delete(PREVIOUS)
  moved.set(to, [...all])
  return sorted(moved)
}

/** Recorded: labels are told in the order of the alphabet. */
const sorted = (stages: Stages): Stages =>
  new Map([...stages].map(([id, labels]) => [id, labels.toSorted()]))

export interface LabelMove {
  readonly label: string
  readonly from: string | undefined
  readonly to: string | undefined
}

/** UpdateSecretVersionStage. Throws InvalidParameterException. */
export function moveLabel(stages: Stages, { label, from, to }: LabelMove): Stages {
  if (from === undefined && to === undefined)
    throw invalid("You must specify RemoveFromVersionId, MoveToVersionId, or both.")
  for (const id of [from, to])
    if (id !== undefined && !stages.has(id)) throw invalid(`Not a valid version: ${id}`)
  const holder = versionWith(stages, label)
  if (from !== undefined && holder !== from)
    throw invalid(`Version stage ${label} not found in version ${from}`)
  if (from === undefined && holder !== undefined && holder !== to)
    throw labelElsewhere(label, holder)
  if (to !== undefined) return withLabels(stages, to, [label])
  if (label === CURRENT) throw currentStays()
  const left = (stages.get(from ?? "") ?? []).filter((one) => one !== label)
  return new Map([...stages, [from ?? "", left]])
}
