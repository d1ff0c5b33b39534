import type { Context } from "./context.ts"

/** `*` and `?` of a pattern. */
export const ANY = Symbol("*")
export const ONE = Symbol("?")

/** `${aws:username}` or `${aws:username, 'nobody'}`. */
export interface Variable {
  /** In lower case: names of context keys differ in more than case. */
  readonly key: string
  readonly fallback: string | undefined
}

export type Token = string | typeof ANY | typeof ONE | Variable

export interface Notation {
  /** Policy variables exist since version 2012-10-17. */
  readonly variables: boolean
  readonly wildcards: boolean
}

/** Text that stands for itself: `${*}`, `${?}`, `${$}` (docs: "Policy elements: Variables and tags"). */
const LITERALS: ReadonlySet<string> = Object.freeze(new Set(["*", "?", "$"]))
const VARIABLE = /^\s*([^\s,{}']+)\s*(?:,\s*'([^']*)'\s*)?$/

/** Cuts a pattern into what stands for itself and what does not. What is never closed is text. */
export function tokensOf(text: string, notation: Notation): readonly Token[] {
  const tokens: Token[] = []
  let literal = ""
  const push = (token: Token): void => {
    if (literal !== "") tokens.push(literal)
    literal = ""
    tokens.push(token)
  }
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string
    if (notation.variables && char === "$" && text[at + 1] === "{") {
      const end = text.indexOf("}", at)
      const inner = end < 0 ? "" : text.slice(at + 2, end)
      const named = LITERALS.has(inner) ? undefined : VARIABLE.exec(inner)
      if (LITERALS.has(inner)) literal += inner
      else if (named) push({ key: (named[1] as string).toLowerCase(), fallback: named[2] })
      else literal += end < 0 ? text.slice(at) : text.slice(at, end + 1)
      at = end < 0 ? text.length : end
    } else if (notation.wildcards && char === "*") push(ANY)
    else if (notation.wildcards && char === "?") push(ONE)
    else literal += char
  }
  if (literal !== "") tokens.push(literal)
  return tokens
}

export const isVariable = (token: Token): token is Variable => typeof token === "object"

/**
 * The tokens with the values of this request in the place of variables; undefined where one has no
 * value and no default: nothing matches then. A key of several values cannot stand in a text.
 */
export function resolve(tokens: readonly Token[], context: Context): readonly Token[] | undefined {
  const resolved: Token[] = []
  for (const token of tokens) {
    if (!isVariable(token)) resolved.push(token)
    else {
      const value = valueOf(token, context)
      if (value === undefined) return undefined
      resolved.push(value)
    }
  }
  return resolved
}

function valueOf({ key, fallback }: Variable, context: Context): string | undefined {
  const value = context.get(key)
  if (typeof value === "string") return value
  if (value === undefined || value.length === 0) return fallback
  return value.length === 1 ? value[0] : undefined
}
