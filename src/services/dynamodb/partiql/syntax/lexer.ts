import { notWellFormed, type Position } from "../errors.ts"

/** A `word` is a keyword or a name; a `name` stands in double quotes, a `text` in single ones. */
export type TokenKind = "word" | "name" | "text" | "number" | "sign" | "end"

export interface Token {
  readonly kind: TokenKind
  /** What quotes hold, without them. */
  readonly text: string
  /** Words in upper case; else as `text`. */
  readonly upper: string
  readonly position: Position
}

const BLANK = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/y
const TOKEN =
  /([A-Za-z_$][A-Za-z0-9_$]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(<>|<=|>=|!=|<<|>>|[-=<>(){}[\],.:;?*+])/y

/** Docs: "ExecuteStatement", length of Statement. Tokens need a character each. */
const KINDS = ["word", "name", "text", "number", "sign"] as const

/** All tokens of a statement, the end among them. Throws ValidationException. */
export function tokensOf(statement: string): readonly Token[] {
  const tokens: Token[] = []
  const lines = new LineCounter(statement)
  let at = 0
  for (;;) {
    at = matchEnd(BLANK, statement, at) ?? at
    if (at === statement.length) break
    TOKEN.lastIndex = at
    const match = TOKEN.exec(statement)
    if (!match) throw notWellFormed()
    const group = match.findIndex((one, i) => i > 0 && one !== undefined)
    const kind = KINDS[group - 1] as TokenKind
    const inner = match[group] as string
    const text =
      kind === "name"
        ? inner.replaceAll('""', '"')
        : kind === "text"
          ? inner.replaceAll("''", "'")
          : inner
    const upper = kind === "word" ? text.toUpperCase() : text
    tokens.push({ kind, text, upper, position: lines.positionOf(at, match[0].length) })
    at += match[0].length
  }
  tokens.push({ kind: "end", text: "", upper: "", position: lines.positionOf(at, 0) })
  return tokens
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

class LineCounter {
  readonly #text: string
  #line = 1
  #lineStart = 0
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Asked for ascending places. */
  positionOf(at: number, length: number): Position {
    for (; this.#at < at; this.#at++) {
      if (this.#text[this.#at] !== "\n") continue
      this.#line += 1
      this.#lineStart = this.#at + 1
    }
    return { line: this.#line, column: at - this.#lineStart + 1, length }
  }
}
