import { invalidExpression, syntaxError } from "../errors.ts"
import type { ExpressionParameter } from "./tree.ts"

/** `name` is a word; `#name` and `:value` keep their sign; a `sign` is an operator or any other character. */
export type TokenKind = "name" | "#name" | ":value" | "number" | "sign" | "end"

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly start: number
  readonly end: number
}

const TOKEN = /[A-Za-z][A-Za-z0-9_]*|#[A-Za-z0-9_]+|:[A-Za-z0-9_]+|[0-9]+|<>|<=|>=|[^\s]/gu

/** The tokens of an expression, one after the other. */
export class Lexer {
  readonly #parameter: ExpressionParameter
  readonly #text: string
  readonly #tokens: Token[] = []
  #at = 0

  constructor(parameter: ExpressionParameter, text: string) {
    this.#parameter = parameter
    this.#text = text
    for (const match of text.matchAll(TOKEN)) {
      const start = match.index
      this.#tokens.push({
        kind: kindOf(match[0]),
        text: match[0],
        start,
        end: start + match[0].length,
      })
    }
    this.#tokens.push({ kind: "end", text: "<EOF>", start: text.length, end: text.length })
  }

  /** The next token, not yet taken. */
  get next(): Token {
    return this.#tokens[this.#at] as Token
  }

  /** The one after it. */
  get second(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token
  }

  take(): Token {
    const token = this.next
    if (token.kind !== "end") this.#at += 1
    return token
  }

  isSign(text: string): boolean {
    return this.next.kind === "sign" && this.next.text === text
  }

  /** Takes the sign if it is next. */
  skip(text: string): boolean {
    if (!this.isSign(text)) return false
    this.#at += 1
    return true
  }

  expect(text: string): void {
    if (!this.skip(text)) throw this.unexpected()
  }

  /** Whether the word, in upper case, is next; words of the language have no case. */
  isWord(word: string): boolean {
    const { kind, text } = this.next
    return kind === "name" && text.length === word.length && text.toUpperCase() === word
  }

  skipWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.#at += 1
    return true
  }

  refuse(reason: string): Error {
    return invalidExpression(this.#parameter, reason)
  }

  /** The refusal of the next token. */
  unexpected(): Error {
    const at = this.#at
    const token = this.next
    const before = this.#tokens[at - 1] ?? token
    const after = this.#tokens[at + 1]
    // At the end AWS shows the last token only.
    const end =
      token.kind === "end" ? before.end : after && after.kind !== "end" ? after.end : token.end
    return this.refuse(syntaxError(token.text, this.#text.slice(before.start, end)))
  }
}

function kindOf(text: string): TokenKind {
  const first = text.charCodeAt(0)
  if ((first >= 97 && first <= 122) || (first >= 65 && first <= 90)) return "name"
  if (first >= 48 && first <= 57) return "number"
  // A sign of its own is nothing that has a name.
  if (text.length > 1 && first === 35) return "#name"
  if (text.length > 1 && first === 58) return ":value"
  return "sign"
}
