import type { Statement } from "../policy/document.ts"
import { isWithin, overlap, patternOf, type Pattern, type VariableReading } from "./pattern.ts"

/** The resources of a statement: all that is named, or all but what is named. */
export interface ResourceSet {
  readonly named: readonly ArnPattern[]
  readonly others: boolean
}

/** The six parts of an ARN as patterns, compared part by part; undefined for `*`. */
type ArnPattern = { readonly text: string; readonly parts: readonly Pattern[] } | undefined

const PARTS = 6
const EVERYTHING: ResourceSet = Object.freeze({ named: Object.freeze([undefined]), others: false })

/** Statements without resources mean the one that the policy is attached to: anything here. */
export function resourcesOf(statement: Statement, variables: VariableReading): ResourceSet {
  const { resource, notResource } = statement
  if (resource) return { named: resource.map((text) => arnPattern(text, variables)), others: false }
  // Of what is left out, only what is left out for certain counts.
  const reading = variables === "anything" ? "itself" : "anything"
  if (notResource)
    return { named: notResource.map((text) => arnPattern(text, reading)), others: true }
  return EVERYTHING
}

export const resourceSetOf = (texts: readonly string[]): ResourceSet => ({
  named: texts.map((text) => arnPattern(text, "anything")),
  others: false,
})

function arnPattern(text: string, variables: VariableReading): ArnPattern {
  if (text === "*") return undefined
  const parts = text.split(":")
  const last = parts.slice(PARTS - 1).join(":")
  const head = parts.slice(0, PARTS - 1)
  const six = parts.length < PARTS ? [...head, ...missing(head.length)] : [...head, last]
  return { text, parts: six.map((part) => patternOf(part, { variables })) }
}

/** `arn:aws:sqs` is `arn:aws:sqs:*:*:*`. */
const missing = (count: number): string[] => Array.from({ length: PARTS - count }, () => "*")

/** Whether all resources of the first set are in the second. Careful: a doubt is a no. */
export function resourcesWithin(inner: ResourceSet, outer: ResourceSet): boolean {
  if (inner.others)
    return outer.others
      ? outer.named.every((out) => inner.named.some((left) => arnWithin(out, left)))
      : outer.named.includes(undefined)
  return inner.named.every((one) =>
    outer.others
      ? !outer.named.some((out) => arnsOverlap(one, out))
      : outer.named.some((whole) => arnWithin(one, whole)),
  )
}

/** Whether a resource may be in both sets. Careful: a doubt is a yes. */
export function resourcesOverlap(one: ResourceSet, other: ResourceSet): boolean {
  if (one.others && other.others) return true
  if (one.others) return resourcesOverlap(other, one)
  return one.named.some((arn) =>
    other.others
      ? !other.named.some((out) => arnWithin(arn, out))
      : other.named.some((out) => arnsOverlap(arn, out)),
  )
}

function arnWithin(inner: ArnPattern, outer: ArnPattern): boolean {
  if (!outer) return true
  if (!inner) return false
  // The same variable has the same value on both sides.
  if (inner.text === outer.text) return true
  return inner.parts.every((part, at) => isWithin(part, outer.parts[at] as Pattern))
}

function arnsOverlap(one: ArnPattern, other: ArnPattern): boolean {
  if (!one || !other) return true
  return one.parts.every((part, at) => overlap(part, other.parts[at] as Pattern))
}
