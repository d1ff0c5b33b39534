import type { AwsError } from "../../../../protocols/aws-error.ts"
import { selectError, type SelectErrorCode } from "../errors.ts"
import type { Token } from "./tokens.ts"

/** Deeper statements are refused rather than run out of stack (limits of ours). */
const DEPTH = 200
const OPERATORS = 2_000

/** Where a parser stands in a statement's words. */
export class Cursor {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  #operators = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get token(): Token {
    return this.#tokens[this.#at] as Token
  }

  get next(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token
  }

  take(): Token {
    const { token } = this
    if (token.kind !== "EOF") this.#at++
    return token
  }

  isKeyword(word: string): boolean {
    return this.token.kind === "KEYWORD" && this.token.text === word
  }

  isMark(mark: string): boolean {
    const { kind, text } = this.token
    return (kind === "PUNCTUATION" || kind === "OPERATOR") && text === mark
  }

  /** Goes behind the keyword, if it stands here. */
  keyword(word: string): boolean {
    const here = this.isKeyword(word)
    if (here) this.#at++
    return here
  }

  mark(mark: string): boolean {
    const here = this.isMark(mark)
    if (here) this.#at++
    return here
  }

  expectKeyword(word: string): void {
    if (!this.keyword(word))
      throw this.error("ParseExpectedKeyword", `Expected keyword ${word.toUpperCase()}`)
  }

  expectMark(mark: string, code: SelectErrorCode): void {
    if (!this.mark(mark)) throw this.error(code)
  }

  /** In the form that AWS's messages have: what was found, and where. */
  error(code: SelectErrorCode, before?: string): AwsError {
    const { kind, text, line, column } = this.token
    const found =
      kind === "KEYWORD"
        ? `KEYWORD:${text}`
        : kind === "EOF"
          ? "EOF"
          : `${kind}:${text.slice(0, 100)}`
    if (before !== undefined)
      return selectError(code, `${before}, found ${found} at line ${line}, column ${column}.`)
    if (code !== "ParseUnexpectedToken") return selectError(code)
    return selectError(code, `Unexpected token found ${found} at line ${line}, column ${column}.`)
  }

  /** One more operator: each makes its expression one level deeper. */
  operator(): void {
    if (++this.#operators > OPERATORS) throw selectError("UnsupportedSqlStructure")
  }

  /** Runs one level deeper. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > DEPTH) throw selectError("UnsupportedSqlStructure")
    const result = parse()
    this.#depth--
    return result
  }
}
