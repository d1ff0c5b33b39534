/** A place behind a character of a text; both count from 1. */
export interface Position {
  readonly Line: number
  readonly Column: number
}

export interface Span {
  readonly StartPosition: Position
  readonly EndPosition: Position
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const LINE_FEED = 0x0a
const OPENING: ReadonlySet<number> = Object.freeze(new Set([0x7b, 0x5b]))
const CLOSING: ReadonlySet<number> = Object.freeze(new Set([0x7d, 0x5d]))
const OPEN_LIST = 0x5b
const STATEMENT = /"Statement"\s*:\s*/y

/**
 * Where each statement of a policy stands, in its order. The text is a policy's valid JSON.
 * Recorded: a statement begins behind the bracket that opens the list of them, or behind its own
 * where there is no list, and ends behind its last. That another begins where the one before it
 * ends is not verified.
 */
export function statementSpans(text: string): readonly Span[] {
  const first = valueOfStatement(text)
  if (first === undefined) return []
  const inList = text.charCodeAt(first) === OPEN_LIST
  const spans: Span[] = []
  let start = first + 1
  let depth = 0
  for (let at = first; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (OPENING.has(code)) depth += 1
    else if (CLOSING.has(code)) {
      depth -= 1
      if (depth === (inList ? 1 : 0) && !(inList && code !== 0x7d)) {
        spans.push({
          StartPosition: positionBehind(text, start),
          EndPosition: positionBehind(text, at + 1),
        })
        start = at + 1
      }
      if (depth === 0) break
    }
  }
  return spans
}

/** Index of the first character of the value of the policy's own member `Statement`. */
function valueOfStatement(text: string): number | undefined {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      STATEMENT.lastIndex = at
      if (depth === 1 && STATEMENT.test(text)) return STATEMENT.lastIndex
      at = endOfString(text, at)
    } else if (OPENING.has(code)) depth += 1
    else if (CLOSING.has(code)) depth -= 1
  }
  return undefined
}

function endOfString(text: string, open: number): number {
  let at = open + 1
  while (at < text.length && text.charCodeAt(at) !== QUOTE)
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}

function positionBehind(text: string, end: number): Position {
  let line = 1
  let begin = 0
  for (let at = 0; at < end; at++)
    if (text.charCodeAt(at) === LINE_FEED) {
      line += 1
      begin = at + 1
    }
  return { Line: line, Column: end - begin + 1 }
}
