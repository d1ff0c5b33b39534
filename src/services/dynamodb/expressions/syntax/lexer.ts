import { invalidExpression, syntaxError } from "../errors.ts"
import type { ExpressionParameter } from "./tree.ts"

/**
 * A `name` is a word; `#name` and `:value` keep their sign; a `sign` is an operator, or whatever
 * else stands there.
 */
export type TokenKind = "name" | "#name" | ":value" | "number" | "sign" | "end"

/** What of a token's characters matters: which tokens it may start and go on. */
const LETTER = 1
const DIGIT = 2
const UNDERSCORE = 3
const BLANK = 4
const OTHER = 0

const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[A-Za-z]/.test(character)) return LETTER
  if (/[0-9]/.test(character)) return DIGIT
  if (character === "_") return UNDERSCORE
  return /\s/.test(character) ? BLANK : OTHER
})

const HASH = 35
const COLON = 58
const LESS = 60
const EQUAL = 61
const GREATER = 62

/** Reads an expression one token after the other. */
export class Lexer {
  readonly #parameter: ExpressionParameter
  readonly #source: string
  /** The next token, not yet taken. */
  kind: TokenKind = "end"
  text = ""
  #start = 0
  #end = 0
  #before = 0

  constructor(parameter: ExpressionParameter, source: string) {
    this.#parameter = parameter
    this.#source = source
    this.#read()
    this.#before = this.#start
  }

  /** Takes the next token and returns its text. */
  take(): string {
    const { text } = this
    this.#before = this.#start
    this.#read()
    return text
  }

  /** Whether this character follows the next token, but for blanks. */
  isFollowedBy(character: string): boolean {
    return this.#source[this.#skipBlanks(this.#end)] === character
  }

  isSign(text: string): boolean {
    return this.text === text && this.kind === "sign"
  }

  /** Takes the sign if it is next. */
  skip(text: string): boolean {
    if (!this.isSign(text)) return false
    this.take()
    return true
  }

  expect(text: string): void {
    if (!this.skip(text)) throw this.unexpected()
  }

  /** Whether the word, given in upper case, is next. The words of the language have no case. */
  isWord(word: string): boolean {
    if (this.kind !== "name" || this.text.length !== word.length) return false
    return this.text === word || this.text.toUpperCase() === word
  }

  skipWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.take()
    return true
  }

  refuse(reason: string): Error {
    return invalidExpression(this.#parameter, reason)
  }

  /** The refusal of the next token: AWS shows it with the token before and the token after. */
  unexpected(): Error {
    if (this.kind === "end") {
      const last = this.#source.slice(this.#before).trimEnd()
      return this.refuse(syntaxError("<EOF>", last))
    }
    const { text } = this
    this.#read()
    const near = this.#source.slice(this.#before, this.#end).trimEnd()
    return this.refuse(syntaxError(text, near))
  }

  #read(): void {
    const source = this.#source
    const start = this.#skipBlanks(this.#end)
    this.#start = start
    if (start === source.length) {
      this.kind = "end"
      this.text = ""
      this.#end = start
      return
    }
    const code = source.charCodeAt(start)
    const of = classOf(code)
    let end = start + 1
    if (of === LETTER) {
      this.kind = "name"
      end = this.#wordEnd(end)
    } else if (of === DIGIT) {
      this.kind = "number"
      while (classOf(source.charCodeAt(end)) === DIGIT) end += 1
    } else if ((code === HASH || code === COLON) && this.#wordEnd(end) > end) {
      this.kind = code === HASH ? "#name" : ":value"
      end = this.#wordEnd(end)
    } else {
      this.kind = "sign"
      end = this.#signEnd(code, end)
    }
    this.#end = end
    this.text = source.slice(start, end)
  }

  #skipBlanks(from: number): number {
    const source = this.#source
    let at = from
    while (at < source.length && classOf(source.charCodeAt(at)) === BLANK) at += 1
    return at
  }

  /** Of letters, digits and underscores. */
  #wordEnd(from: number): number {
    const source = this.#source
    let end = from
    for (;;) {
      const of = classOf(source.charCodeAt(end))
      if (of !== LETTER && of !== DIGIT && of !== UNDERSCORE) return end
      end += 1
    }
  }

  #signEnd(code: number, end: number): number {
    const next = this.#source.charCodeAt(end)
    if (code === LESS && (next === GREATER || next === EQUAL)) return end + 1
    if (code === GREATER && next === EQUAL) return end + 1
    // Characters beyond the basic plane are two units of text, and shown as one.
    return code >= 0xd800 && code < 0xdc00 && next >= 0xdc00 && next < 0xe000 ? end + 1 : end
  }
}

/** Of what is beyond ASCII, and of the end, which is NaN: OTHER. */
const classOf = (code: number): number => (code < 128 ? (CLASSES[code] as number) : OTHER)
