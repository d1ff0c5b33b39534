import { syntaxError } from "./refusal.ts"

/** Deeper than any policy can mean something. */
const DEEPEST = 32

/**
 * The value of a policy text. Throws PolicyRefusal for text that is no JSON, that says a member of
 * an object twice, or that is nested deeper than a policy can be.
 */
export function parseJson(text: string): unknown {
  // Before the text is parsed: what follows is then bounded in depth.
  assertShallow(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw syntaxError()
  }
  assertDistinctKeys(text)
  return value
}

function assertShallow(text: string): void {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      if (++depth > DEEPEST) throw syntaxError()
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth--
  }
}

/** JSON.parse keeps the last of two equal names; AWS refuses them. The text is valid JSON. */
function assertDistinctKeys(text: string): void {
  const names: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === OPEN_OBJECT) names.push(new Set())
    else if (code === OPEN_LIST) names.push(undefined)
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) names.pop()
    else if (code === QUOTE) {
      const end = endOfString(text, at)
      if (isName(text, end + 1)) {
        const name = JSON.parse(text.slice(at, end + 1)) as string
        const known = names.at(-1)
        if (known?.has(name)) throw syntaxError()
        known?.add(name)
      }
      at = end
    }
  }
}

export const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const SPACE = 0x20

/** Index of the closing quote, or of the text's end. */
export function endOfString(text: string, open: number): number {
  let at = open + 1
  while (at < text.length && text.charCodeAt(at) !== QUOTE) {
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  }
  return at
}

/** Whether a string that ends before `after` is the name of a member. */
export function isName(text: string, after: number): boolean {
  let at = after
  while (at < text.length && text.charCodeAt(at) <= SPACE) at++
  return text.charCodeAt(at) === COLON
}
