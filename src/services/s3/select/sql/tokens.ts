import { selectError } from "../errors.ts"

export type TokenKind =
  | "KEYWORD"
  | "IDENTIFIER"
  | "QUOTED_IDENTIFIER"
  | "LITERAL"
  | "TIMESTAMP"
  | "OPERATOR"
  | "PUNCTUATION"
  | "EOF"

export interface Token {
  readonly kind: TokenKind
  /** A keyword in lower case; text of a literal without its quotes. */
  readonly text: string
  /** A literal: whether it is a number. */
  readonly isNumber?: boolean
  readonly line: number
  readonly column: number
}

/** Those of "Reserved keywords" that the grammar gives a meaning, or refuses. */
const KEYWORDS: ReadonlySet<string> = Object.freeze(
  new Set(
    (
      "and as at avg between both by case cast coalesce count date_add date_diff distinct else end " +
      "escape except extract false for from full group having in inner intersect is join leading " +
      "left like limit max min missing not null nullif offset on or order outer right select " +
      "substring sum then trailing trim true union values when where with"
    ).split(" "),
  ),
)

const OPERATORS = /(?:<=|>=|<>|!=|\|\||[=<>+\-*/%])/y
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const SPACE = /(?:\s+|--[^\n]*)+/y

/** Longer statements are refused (docs: "The maximum length of a SQL expression is 256 KB"). */
const EXPRESSION_BYTES = 256 * 1024

/** The words of a statement. Throws Lexer… errors. */
export function tokensOf(text: string): readonly Token[] {
  if (Buffer.byteLength(text) > EXPRESSION_BYTES) throw selectError("ExpressionTooLong")
  const tokens: Token[] = []
  let at = 0
  let line = 1
  let lineStart = 0
  const match = (form: RegExp): string | undefined => {
    form.lastIndex = at
    return form.exec(text)?.[0]
  }
  const push = (kind: TokenKind, word: string, more: Partial<Token> = {}): void => {
    tokens.push({ kind, text: word, line, column: at - lineStart + 1, ...more })
  }
  for (;;) {
    const space = match(SPACE)
    if (space !== undefined) {
      for (let next = space.indexOf("\n"); next >= 0; next = space.indexOf("\n", next + 1)) {
        line++
        lineStart = at + next + 1
      }
      at += space.length
    }
    if (at >= text.length) {
      push("EOF", "EOF")
      return tokens
    }
    const char = text[at] as string
    const operator = match(OPERATORS)
    const number = match(NUMBER)
    const word = match(WORD)
    let length = 1
    if (char === "'" || char === '"' || char === "`") {
      const end = endOfQuoted(text, at, { line, column: at - lineStart + 1 })
      const inner = text.slice(at + 1, end - 1).replaceAll(char + char, char)
      push(char === "'" ? "LITERAL" : char === '"' ? "QUOTED_IDENTIFIER" : "TIMESTAMP", inner)
      length = end - at
    } else if (number !== undefined) {
      push("LITERAL", number, { isNumber: true })
      length = number.length
    } else if (word !== undefined) {
      const lower = word.toLowerCase()
      push(KEYWORDS.has(lower) ? "KEYWORD" : "IDENTIFIER", KEYWORDS.has(lower) ? lower : word)
      length = word.length
    } else if (operator !== undefined) {
      push("OPERATOR", operator)
      length = operator.length
    } else if ("(),.[];@".includes(char)) push("PUNCTUATION", char)
    else if ("!|&^~".includes(char)) throw selectError("LexerInvalidOperator")
    else
      throw selectError(
        "LexerInvalidChar",
        `Invalid character at line ${line}, column ${at - lineStart + 1}.`,
      )
    at += length
  }
}

/** Behind the closing quote; a doubled one is a quote in the text. */
function endOfQuoted(
  text: string,
  start: number,
  { line, column }: { readonly line: number; readonly column: number },
): number {
  const quote = text[start] as string
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf(quote, at)
    if (at < 0)
      throw selectError("LexerInvalidLiteral", `Invalid literal at line ${line}, column ${column}.`)
    if (text[at + 1] !== quote) return at + 1
  }
}
