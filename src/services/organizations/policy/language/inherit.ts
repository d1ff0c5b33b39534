import { VALUE_OPERATORS, type PolicyNode, type ValueOperator } from "./document.ts"

/** What is in force at one place of the tree. */
export interface EffectiveNode {
  readonly value?: string | readonly string[] | undefined
  readonly children: ReadonlyMap<string, EffectiveNode>
}

/** A node while it is being worked out, with what is left to the levels below. */
interface Draft {
  value: string | readonly string[] | undefined
  allowed: readonly ValueOperator[]
  readonly children: Map<string, Draft>
}

const newDraft = (): Draft => ({ value: undefined, allowed: VALUE_OPERATORS, children: new Map() })

/**
 * Merges the policies of each level, from the root to the account and at each level in the order
 * in which they were attached, into the one that is in force ("Inheritance operators", "Inheritance
 * examples"; order and conflicts as recorded).
 */
export function inherit(levels: readonly (readonly PolicyNode[])[]): EffectiveNode {
  const top = newDraft()
  for (const level of levels) mergeLevel(top, level)
  return top
}

/** Policies of one level do not limit one another. */
function mergeLevel(draft: Draft, nodes: readonly PolicyNode[]): void {
  setValue(draft, nodes)
  for (const name of new Set(nodes.flatMap(({ children }) => [...children.keys()]))) {
    const child = draft.children.get(name) ?? newChild(draft, name)
    if (child)
      mergeLevel(
        child,
        nodes.flatMap(({ children }) => children.get(name) ?? []),
      )
  }
  for (const { allowed } of nodes)
    if (allowed) draft.allowed = draft.allowed.filter((operator) => allowed.includes(operator))
}

/**
 * Where nothing may be assigned or appended, nothing new may be added either: "Nor can a child
 * policy add additional plans". What is there already is not closed by what holds it (recorded).
 */
function newChild(parent: Draft, name: string): Draft | undefined {
  const { allowed } = parent
  if (!allowed.includes("@@assign") && !allowed.includes("@@append")) return undefined
  const child = newDraft()
  parent.children.set(name, child)
  return child
}

/** Recorded: the first `@@assign` holds, then all is appended, then removed. */
function setValue(draft: Draft, nodes: readonly PolicyNode[]): void {
  const { allowed } = draft
  const assigned = nodes.find(({ assign }) => assign !== undefined)
  if (assigned && allowed.includes("@@assign")) draft.value = assigned.assign
  for (const { append } of nodes) {
    if (append && allowed.includes("@@append"))
      draft.value = [...new Set([...listOf(draft.value), ...append])]
  }
  for (const { remove } of nodes) {
    if (remove && draft.value !== undefined && allowed.includes("@@remove"))
      draft.value = listOf(draft.value).filter((value) => !remove.includes(value))
  }
}

const listOf = (value: string | readonly string[] = []): readonly string[] =>
  typeof value === "string" ? [value] : value

export type EffectiveContent =
  | string
  | readonly string[]
  | { readonly [name: string]: EffectiveContent }

/** The policy as AWS shows it: without operators, and without what is empty. */
export function contentOf({ value, children }: EffectiveNode): EffectiveContent | undefined {
  if (value !== undefined) return value
  const entries = [...children].flatMap(([name, child]) => {
    const content = contentOf(child)
    return content === undefined ? [] : [[name, content] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
