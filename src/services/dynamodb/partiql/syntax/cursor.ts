import { KEYWORD, LEFTOVER, NO_TERM, OPERATOR, notWellFormed } from "../errors.ts"
import { tokensOf, type Token } from "./lexer.ts"

/** Words that are no names unless they stand in quotes; of those of PartiQL, what statements use. */
const KEYWORDS: ReadonlySet<string> = new Set(
  "SELECT INSERT UPDATE DELETE INTO VALUE VALUES SET REMOVE FROM WHERE ORDER BY ASC DESC RETURNING AND OR NOT IN BETWEEN IS LIKE NULL MISSING TRUE FALSE AS EXISTS INNER JOIN ON GROUP HAVING LIMIT UNION".split(
    " ",
  ),
)

const OPERATORS: ReadonlySet<string> = new Set(["IS", "LIKE", "IN", "BETWEEN", "AND", "OR"])

/** Goes through the tokens of a statement. */
export class Cursor {
  readonly #tokens: readonly Token[]
  #at = 0
  /** How many `?` were read. */
  parameters = 0
  #depth = 0

  constructor(statement: string) {
    this.#tokens = tokensOf(statement)
  }

  get next(): Token {
    return this.#tokens[this.#at] as Token
  }

  get second(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token
  }

  take(): Token {
    const { next } = this
    if (next.kind !== "end") this.#at += 1
    return next
  }

  isWord(upper: string): boolean {
    return this.next.kind === "word" && this.next.upper === upper
  }

  isSign(text: string): boolean {
    return this.next.kind === "sign" && this.next.text === text
  }

  skipWord(upper: string): boolean {
    if (!this.isWord(upper)) return false
    this.#at += 1
    return true
  }

  skip(text: string): boolean {
    if (!this.isSign(text)) return false
    this.#at += 1
    return true
  }

  expect(text: string, otherwise: string): void {
    if (!this.skip(text)) throw notWellFormed(otherwise)
  }

  /** A name, in quotes or not; undefined if none is next. */
  name(): Token | undefined {
    const { kind, upper } = this.next
    if (kind === "name" || (kind === "word" && !KEYWORDS.has(upper))) return this.take()
    return undefined
  }

  isEnd(): boolean {
    return this.next.kind === "end" || (this.isSign(";") && this.second.kind === "end")
  }

  /** A statement ends with its text, or with a semicolon. */
  end(): void {
    if (!this.isEnd()) throw notWellFormed(LEFTOVER)
  }

  /** The refusal of what stands where a term has to be (recorded). */
  noTerm(): Error {
    const { kind, upper } = this.next
    if (kind === "word" && OPERATORS.has(upper)) return notWellFormed(OPERATOR)
    return notWellFormed(kind === "word" && KEYWORDS.has(upper) ? KEYWORD : NO_TERM)
  }

  /** Statements have up to 8,192 characters: no use needs to nest so deep. */
  nested<Made>(read: () => Made): Made {
    this.#depth += 1
    if (this.#depth > 200) throw notWellFormed(NO_TERM)
    const made = read()
    this.#depth -= 1
    return made
  }
}
