import { ANY, isVariable, ONE, tokensOf, type Token } from "../policy/variables.ts"

/** One step of a pattern: a character, any one character, or any number of them. */
type Step = number | typeof ONE | typeof ANY

export type Pattern = readonly Step[]

/** More than this many pairs of positions are not followed: the answer is then the careful one. */
const MOST_STATES = 5_000

/** A character that no pattern names. */
const UNNAMED = -1

/** How a policy variable is read: as whatever it may become, or as nothing that is known. */
export type VariableReading = "anything" | "itself"

/** The pattern of a text of a policy; `wildcards` as in Resource, Action, `StringLike`. */
export function patternOf(
  text: string,
  {
    variables = "anything",
    wildcards = true,
  }: { variables?: VariableReading; wildcards?: boolean } = {},
): Pattern {
  const steps: Step[] = []
  for (const token of tokensOf(text, { variables: true, wildcards })) {
    if (token === ANY || token === ONE) steps.push(token)
    else if (typeof token === "string") for (const code of codesOf(token)) steps.push(code)
    else if (isVariable(token) && variables === "anything") steps.push(ANY)
    else for (const code of codesOf(variableText(token))) steps.push(code)
  }
  return steps.filter((step, at) => step !== ANY || steps[at - 1] !== ANY)
}

const codesOf = (text: string): number[] =>
  Array.from(text, (char) => char.codePointAt(0) as number)

const variableText = (token: Token): string => (isVariable(token) ? `\u0000{${token.key}}` : "")

/** Whether every text that the first pattern means is also meant by the second. */
export function isWithin(inner: Pattern, outer: Pattern): boolean {
  if (outer.length === 1 && outer[0] === ANY) return true
  // Most patterns of a policy differ in their first characters, and most have no wildcards.
  let same = 0
  while (typeof outer[same] === "number" && outer[same] === inner[same]) same += 1
  if (typeof outer[same] === "number") return false
  if (same === outer.length) return inner.length === same
  return follows(inner.slice(same), outer.slice(same))
}

/**
 * Walks the first pattern with all places of the second at which one may be meanwhile. For each of
 * its wildcards a character is read that the second does not name: what takes that takes any.
 */
function follows(inner: Pattern, outer: Pattern): boolean {
  const seen = new Set<string>()
  const waiting: (readonly [number, readonly number[]])[] = [[0, closure(outer, [0])]]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [at, places] = next
    if (at === inner.length && !places.includes(outer.length)) return false
    const name = `${at}:${places.join()}`
    if (seen.has(name)) continue
    if (seen.size >= MOST_STATES) return false
    seen.add(name)
    const step = inner[at]
    if (step === undefined) continue
    if (step === ANY) waiting.push([at + 1, places])
    const char = typeof step === "number" ? step : UNNAMED
    waiting.push([step === ANY ? at : at + 1, closure(outer, advance(outer, places, char))])
  }
  return true
}

/** Whether some text is meant by both patterns. */
export function overlap(one: Pattern, other: Pattern): boolean {
  const seen = new Set<number>()
  const waiting: (readonly [number, number])[] = [[0, 0]]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [a, b] = next
    if (a === one.length && b === other.length) return true
    const name = a * (other.length + 1) + b
    if (seen.has(name)) continue
    if (seen.size >= MOST_STATES) return true
    seen.add(name)
    const [x, y] = [one[a], other[b]]
    if (x === ANY) waiting.push([a + 1, b])
    if (y === ANY) waiting.push([a, b + 1])
    if (x === undefined || y === undefined) continue
    if (typeof x === "number" && typeof y === "number" && x !== y) continue
    waiting.push([x === ANY ? a : a + 1, y === ANY ? b : b + 1])
  }
  return false
}

/** Where one may also be without reading anything: behind each `*`. */
function closure(pattern: Pattern, places: readonly number[]): readonly number[] {
  const all = new Set<number>()
  for (const place of places)
    for (let at = place; at <= pattern.length; at += 1) {
      all.add(at)
      if (pattern[at] !== ANY) break
    }
  return [...all].toSorted((a, b) => a - b)
}

function advance(pattern: Pattern, places: readonly number[], char: number): readonly number[] {
  const next: number[] = []
  for (const place of places) {
    const step = pattern[place]
    if (step === ANY) next.push(place)
    else if (step === ONE || step === char) next.push(place + 1)
  }
  return next
}
