import {
  EMPTY,
  REDUNDANT_PARENTHESES,
  indexOutOfRange,
  invalidExpression,
  misusedFunction,
  pathTooDeep,
  reservedWord,
  tooLong,
  tooManyOperators,
  unknownFunction,
} from "../errors.ts"
import { Lexer } from "./lexer.ts"
import { isReserved } from "./reserved-words.ts"
import type { CallNode, ExpressionParameter, OperandNode, PathNode } from "./tree.ts"

/** Docs: "Quotas in Amazon DynamoDB", expression parameters; the depth of paths is recorded. */
const MOST_BYTES = 4096
const MOST_OPERATORS = 300
const MOST_LEVELS = 32
const HIGHEST_INDEX = 2 ** 31 - 1
/**
 * Nesting that no valid expression has, for parentheses need an operator to be of use and functions
 * take no more than one another: beyond it the parser does not go deeper, lest the stack end.
 */
const DEEPEST = 400

/** Where functions may stand. */
export interface Functions {
  readonly conditions: readonly string[]
  readonly operands: readonly string[]
  /** The one that may not be an operand of itself. */
  readonly notNested?: string
}

/** All functions of expressions. Their case matters. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
  "size",
  "if_not_exists",
  "list_append",
])

/**
 * What the parsers of all expressions share. AWS finds mistakes in this order (recorded): syntax,
 * needless parentheses, functions, reserved words; what depends on names and values comes later.
 */
export class Parser {
  readonly lexer: Lexer
  readonly #parameter: ExpressionParameter
  readonly #functions: Functions | undefined
  /** What stood in parentheses of its own, to tell `((a))`. */
  #wrapped: Set<object> | undefined
  #redundant = false
  #functionMistake: string | undefined
  #reserved: string | undefined
  #operators = 0
  #depth = 0

  /** `functions` is undefined where there are none. */
  constructor(parameter: ExpressionParameter, text: string, functions?: Functions) {
    this.#parameter = parameter
    this.#functions = functions
    if (text === "") throw invalidExpression(parameter, EMPTY)
    const bytes = text.length > MOST_BYTES / 4 ? Buffer.byteLength(text) : text.length
    if (bytes > MOST_BYTES) throw tooLong(parameter, bytes)
    this.lexer = new Lexer(parameter, text)
  }

  /** Refuses what is left of the text, and then the mistakes that were only noted. */
  end(): void {
    const { lexer } = this
    if (lexer.kind !== "end") throw lexer.unexpected()
    if (this.#redundant) throw lexer.refuse(REDUNDANT_PARENTHESES)
    if (this.#functionMistake !== undefined) throw lexer.refuse(this.#functionMistake)
    if (this.#reserved !== undefined) throw lexer.refuse(reservedWord(this.#reserved))
  }

  /** A name, or a placeholder of one, with what follows it. */
  path(): PathNode {
    const steps: (string | number)[] = [this.#name()]
    this.pathTail(steps)
    return { kind: "path", steps }
  }

  /** `.name` and `[0]` in any number. */
  pathTail(steps: (string | number)[]): void {
    const { lexer } = this
    for (;;) {
      if (lexer.skip(".")) steps.push(this.#name())
      else if (lexer.skip("[")) steps.push(this.#index())
      else break
    }
    if (steps.length > MOST_LEVELS) throw lexer.refuse(pathTooDeep(steps.length))
  }

  /** A path, a value or a call. `parenthesized` reads what stands in parentheses. */
  operand(parenthesized?: () => OperandNode): OperandNode {
    const { lexer } = this
    if (lexer.kind === ":value") return { kind: "value", name: lexer.take() }
    if (lexer.kind === "name" && this.#functions !== undefined && lexer.isFollowedBy("(")) {
      if (this.#isKeyword(lexer.text)) throw lexer.unexpected()
      return this.#call(parenthesized)
    }
    return parenthesized && lexer.isSign("(") ? parenthesized() : this.path()
  }

  #call(parenthesized?: () => OperandNode): CallNode {
    const { lexer } = this
    const name = lexer.take()
    lexer.expect("(")
    this.deeper(FUNCTIONS.has(name) ? misusedFunction(name) : unknownFunction(name))
    const operands: OperandNode[] = []
    do operands.push(this.operand(parenthesized))
    while (lexer.skip(","))
    lexer.expect(")")
    this.shallower()
    return { kind: "call", name, operands }
  }

  /** `reason` is what must be wrong with what nests too deep. */
  deeper(reason: string): void {
    this.#depth += 1
    if (this.#depth > DEEPEST) throw this.lexer.refuse(reason)
  }

  shallower(): void {
    this.#depth -= 1
  }

  operator(): void {
    this.#operators += 1
    if (this.#operators > MOST_OPERATORS) throw this.lexer.refuse(tooManyOperators(this.#operators))
  }

  /** `node` stood in parentheses. */
  wrap(node: object): void {
    this.#wrapped ??= new Set()
    if (this.#wrapped.has(node)) this.#redundant = true
    else this.#wrapped.add(node)
  }

  /** Notes the first function that does not belong where it stands. */
  checkCall(call: CallNode, place: "conditions" | "operands", inside?: CallNode): void {
    const functions = this.#functions
    if (this.#functionMistake !== undefined || functions === undefined) return
    if (!FUNCTIONS.has(call.name)) this.#functionMistake = unknownFunction(call.name)
    else if (
      !functions[place].includes(call.name) ||
      (inside?.name === call.name && functions.notNested === call.name)
    )
      this.#functionMistake = misusedFunction(call.name)
    for (const operand of call.operands)
      if (operand.kind === "call") this.checkCall(operand, "operands", call)
  }

  checkOperand(operand: OperandNode): void {
    if (operand.kind === "call") this.checkCall(operand, "operands")
  }

  #name(): string {
    const { lexer } = this
    const { kind, text } = lexer
    if (kind === "name") {
      if (this.#isKeyword(text)) throw lexer.unexpected()
      if (isReserved(text)) this.#reserved ??= text
    } else if (kind !== "#name") throw lexer.unexpected()
    return lexer.take()
  }

  #index(): number {
    const { lexer } = this
    if (lexer.kind !== "number") throw lexer.unexpected()
    const text = lexer.take()
    lexer.expect("]")
    const index = Number(text)
    if (index > HIGHEST_INDEX) throw lexer.refuse(indexOutOfRange(text))
    return index
  }

  /** Words that are no names in the language of this expression, whatever their case. */
  #isKeyword(text: string): boolean {
    return text.length <= LONGEST_KEYWORD && KEYWORDS[this.#parameter].includes(text.toUpperCase())
  }
}

const LONGEST_KEYWORD = 7
const CONDITION_WORDS = ["AND", "OR", "NOT", "BETWEEN", "IN"]

const KEYWORDS: Readonly<Record<ExpressionParameter, readonly string[]>> = {
  ConditionExpression: CONDITION_WORDS,
  FilterExpression: CONDITION_WORDS,
  KeyConditionExpression: CONDITION_WORDS,
  ProjectionExpression: [],
  UpdateExpression: ["SET", "REMOVE", "ADD", "DELETE"],
}
