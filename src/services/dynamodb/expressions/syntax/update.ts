import { REDUNDANT_PARENTHESES } from "../errors.ts"
import { Parser, type Functions } from "./parser.ts"
import type { ArithmeticNode, ClauseNode, OperandNode, UpdateNode, ValueNode } from "./tree.ts"

const FUNCTIONS: Functions = {
  conditions: [],
  operands: ["if_not_exists", "list_append"],
  notNested: "list_append",
}

const SECTIONS = ["SET", "REMOVE", "ADD", "DELETE"] as const
type Section = (typeof SECTIONS)[number]

/** Parses an update expression. Throws ValidationException. */
export function parseUpdate(text: string): UpdateNode {
  return new UpdateParser(new Parser("UpdateExpression", text, FUNCTIONS)).parse()
}

class UpdateParser {
  readonly #parser: Parser
  constructor(parser: Parser) {
    this.#parser = parser
  }

  parse(): UpdateNode {
    const { lexer } = this.#parser
    const clauses: ClauseNode[] = []
    const seen = new Set<Section>()
    let repeated: Section | undefined
    do {
      const section = SECTIONS.find((word) => lexer.skipWord(word))
      if (section === undefined) throw lexer.unexpected()
      if (seen.has(section)) repeated ??= section
      seen.add(section)
      do clauses.push(this.#clause(section))
      while (lexer.skip(","))
    } while (lexer.kind !== "end")
    for (const clause of clauses) if (clause.kind === "set") this.#checkFunctions(clause.value)
    this.#parser.end()
    return { clauses, repeated }
  }

  #clause(section: Section): ClauseNode {
    const parser = this.#parser
    const path = parser.path()
    switch (section) {
      case "SET":
        parser.lexer.expect("=")
        return { kind: "set", path, value: this.#setValue() }
      case "REMOVE":
        return { kind: "remove", path }
      case "ADD":
        return { kind: "add", path, value: this.#value() }
      case "DELETE":
        return { kind: "delete", path, value: this.#value() }
    }
  }

  #value(): ValueNode {
    const { lexer } = this.#parser
    if (lexer.kind !== ":value") throw lexer.unexpected()
    return { kind: "value", name: lexer.take() }
  }

  /** `a`, `a + b`, or either in parentheses, which AWS accepts around the whole (recorded). */
  #setValue(): OperandNode | ArithmeticNode {
    const parser = this.#parser
    const { lexer } = parser
    const left = this.#operand()
    const operator = lexer.isSign("+") ? "+" : lexer.isSign("-") ? "-" : undefined
    if (operator === undefined) return left
    if (left.kind === "arithmetic") throw lexer.unexpected()
    parser.operator()
    lexer.take()
    const right = this.#operand()
    if (right.kind === "arithmetic") throw lexer.unexpected()
    return { kind: "arithmetic", operator, left, right }
  }

  #operand(): OperandNode | ArithmeticNode {
    const parser = this.#parser
    const { lexer } = parser
    if (!lexer.skip("(")) return parser.operand()
    parser.deeper(REDUNDANT_PARENTHESES)
    const inner = this.#setValue()
    lexer.expect(")")
    parser.shallower()
    parser.wrap(inner)
    return inner
  }

  #checkFunctions(value: OperandNode | ArithmeticNode): void {
    if (value.kind === "arithmetic") {
      this.#parser.checkOperand(value.left)
      this.#parser.checkOperand(value.right)
    } else this.#parser.checkOperand(value)
  }
}
