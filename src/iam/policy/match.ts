import type { Context } from "./context.ts"
import { ANY, isVariable, ONE, resolve, tokensOf, type Notation, type Token } from "./variables.ts"

/** A compiled pattern. */
export type Matcher = (value: string, context: Context) => boolean

/** A compiled pattern of ARNs. */
export type ArnMatcher = (value: Resource, context: Context) => boolean

/** What a request is about, cut once for all patterns: the parts after `arn:`, if it is an ARN. */
export interface Resource {
  readonly text: string
  readonly parts: readonly string[] | undefined
}

export function resourceOf(text: string): Resource {
  return { text, parts: partsOf(text) }
}

const always = (): boolean => true
const never = (): boolean => false

/** A pattern of a string: exact, or with wildcards where the notation has them. */
export function textMatcher(text: string, notation: Notation): Matcher {
  return matcherOf(tokensOf(text, notation))
}

function matcherOf(tokens: readonly Token[]): Matcher {
  if (!tokens.some(isVariable)) return plainMatcher(tokens)
  return (value, context) => {
    const resolved = resolve(tokens, context)
    return resolved !== undefined && plainMatcher(resolved)(value)
  }
}

/** A pattern without variables. */
export function plainMatcher(tokens: readonly Token[]): (value: string) => boolean {
  if (tokens.every((token) => typeof token === "string")) {
    const exact = tokens.join("")
    return (value) => value === exact
  }
  if (tokens.every((token) => token === ANY)) return always
  const [first, second, third] = tokens
  if (tokens.length === 2 && typeof first === "string" && second === ANY)
    return (value) => value.startsWith(first)
  if (tokens.length === 2 && first === ANY && typeof second === "string")
    return (value) => value.endsWith(second)
  if (tokens.length === 3 && first === ANY && typeof second === "string" && third === ANY)
    return (value) => value.includes(second)
  const pattern = codesOf(tokens)
  return (value) => globMatches(pattern, value)
}

const ANY_CODE = -1
const ONE_CODE = -2

function codesOf(tokens: readonly Token[]): Int32Array {
  const codes: number[] = []
  for (const token of tokens) {
    if (token === ANY) {
      if (codes.at(-1) !== ANY_CODE) codes.push(ANY_CODE)
    } else if (token === ONE) codes.push(ONE_CODE)
    else if (typeof token === "string")
      for (let at = 0; at < token.length; at++) codes.push(token.charCodeAt(at))
  }
  return Int32Array.from(codes)
}

/**
 * Walks both texts once and comes back only to the last `*`: at most the product of their lengths,
 * whatever the pattern is.
 */
function globMatches(pattern: Int32Array, value: string): boolean {
  let at = 0
  let next = 0
  let star = -1
  let resume = 0
  while (at < value.length) {
    const code = pattern[next]
    if (code === ANY_CODE) {
      star = next++
      resume = at
    } else if (code !== undefined && (code === ONE_CODE || code === value.charCodeAt(at))) {
      next++
      at++
    } else if (star >= 0) {
      next = star + 1
      at = ++resume
    } else return false
  }
  while (pattern[next] === ANY_CODE) next++
  return next === pattern.length
}

const ARN_PARTS = 6

/**
 * A pattern of ARNs: each of the six parts is compared apart, so no wildcard reaches over a colon
 * except in the last ("IAM JSON policy elements: Resource"). With `complete`, missing parts are
 * anything: `arn:aws:sqs` is `arn:aws:sqs:*:*:*`. A text without a colon is no ARN's pattern.
 */
export function arnMatcher(text: string, variables: boolean, complete: boolean): ArnMatcher {
  const tokens = tokensOf(text, { variables, wildcards: true })
  if (tokens.length === 1 && tokens[0] === ANY) return always
  const parts = splitTokens(tokens)
  if (parts.length < ARN_PARTS && !(complete && parts.length > 1)) return never
  while (parts.length < ARN_PARTS) parts.push([ANY])
  // AWS reads whatever stands before the first colon as `arn`.
  const matchers = parts.slice(1).map(matcherOf)
  return (value, context) => value.parts !== undefined && arnMatches(matchers, value.parts, context)
}

/** The text with which the last part of all ARNs begins that the pattern means; "" where any may. */
export function arnTail(text: string, variables: boolean): string {
  const parts = splitTokens(tokensOf(text, { variables, wildcards: true }))
  const first = parts[ARN_PARTS - 1]?.[0]
  return typeof first === "string" ? first : ""
}

/** The last part first: it differs most. */
function arnMatches(
  matchers: readonly Matcher[],
  parts: readonly string[],
  context: Context,
): boolean {
  for (let at = ARN_PARTS - 2; at >= 0; at--) {
    const matches = matchers[at] as Matcher
    if (matches !== always && !matches(parts[at] as string, context)) return false
  }
  return true
}

function partsOf(text: string): readonly string[] | undefined {
  if (!text.startsWith("arn:")) return undefined
  const parts: string[] = []
  let start = 4
  while (parts.length < ARN_PARTS - 2) {
    const colon = text.indexOf(":", start)
    if (colon < 0) return undefined
    parts.push(text.slice(start, colon))
    start = colon + 1
  }
  parts.push(text.slice(start))
  return parts
}

/** The tokens of each of up to six parts. */
function splitTokens(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (typeof token !== "string") {
      parts.at(-1)?.push(token)
      continue
    }
    let start = 0
    while (parts.length < ARN_PARTS) {
      const colon = token.indexOf(":", start)
      if (colon < 0) break
      if (colon > start) parts.at(-1)?.push(token.slice(start, colon))
      parts.push([])
      start = colon + 1
    }
    if (start < token.length) parts.at(-1)?.push(token.slice(start))
  }
  return parts
}

/** Which of a list of actions is meant: `s3:Get*`, in any case. */
export function actionMatcher(actions: readonly string[]): (lowerCase: string) => boolean {
  const exact = new Set<string>()
  const patterns: Matcher[] = []
  for (const action of actions) {
    const text = action.toLowerCase()
    if (/[*?]/.test(text)) patterns.push(textMatcher(text, { variables: false, wildcards: true }))
    else exact.add(text)
  }
  if (patterns.includes(always)) return () => true
  if (patterns.length === 0) return (action) => exact.has(action)
  return (action) => exact.has(action) || patterns.some((matches) => matches(action, NOTHING))
}

/** Actions have no variables. */
const NOTHING: Context = Object.freeze({ get: () => undefined })
