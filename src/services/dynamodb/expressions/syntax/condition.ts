import { REDUNDANT_PARENTHESES } from "../errors.ts"
import { Parser, type Functions } from "./parser.ts"
import type {
  Comparator,
  ConditionNode,
  ExpressionParameter,
  OperandNode,
  PathNode,
} from "./tree.ts"

const FUNCTIONS: Functions = {
  conditions: [
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
  ],
  operands: ["size"],
}

const COMPARATORS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="])

type Node = ConditionNode | OperandNode

/** Parses condition, filter and key condition expressions. Throws ValidationException. */
export function parseCondition(parameter: ExpressionParameter, text: string): ConditionNode {
  return new ConditionParser(new Parser(parameter, text, FUNCTIONS)).parse()
}

/**
 * From the weakest: OR, AND, NOT, comparisons. What a parenthesis holds, a condition or an operand,
 * shows only after it, so both are read by the same methods.
 */
class ConditionParser {
  readonly #parser: Parser

  constructor(parser: Parser) {
    this.#parser = parser
  }

  parse(): ConditionNode {
    const node = this.#or()
    if (!isCondition(node)) throw this.#parser.lexer.unexpected()
    this.#checkFunctions(node)
    this.#parser.end()
    return node
  }

  #or(): Node {
    const { lexer } = this.#parser
    const first = this.#and()
    if (!lexer.isWord("OR")) return first
    const terms = [this.#conditionOf(first)]
    while (lexer.skipWord("OR")) {
      this.#parser.operator()
      terms.push(this.#conditionOf(this.#and()))
    }
    return { kind: "or", terms }
  }

  #and(): Node {
    const { lexer } = this.#parser
    const first = this.#not()
    if (!lexer.isWord("AND")) return first
    const terms = [this.#conditionOf(first)]
    while (lexer.skipWord("AND")) {
      this.#parser.operator()
      terms.push(this.#conditionOf(this.#not()))
    }
    return { kind: "and", terms }
  }

  /** An operand where a condition must stand is a mistake at what follows it. */
  #conditionOf(node: Node): ConditionNode {
    if (!isCondition(node)) throw this.#parser.lexer.unexpected()
    return node
  }

  #not(): Node {
    const { lexer } = this.#parser
    let nots = 0
    while (lexer.skipWord("NOT")) {
      this.#parser.operator()
      nots += 1
    }
    let node = this.#comparison()
    for (; nots > 0; nots--) node = { kind: "not", term: this.#conditionOf(node) }
    return node
  }

  #comparison(): Node {
    const parser = this.#parser
    const { lexer } = parser
    const left = this.#primary()
    if (!isOperand(left)) return left
    if (lexer.kind === "sign" && COMPARATORS.has(lexer.text)) {
      parser.operator()
      const operator = lexer.take() as Comparator
      return { kind: "compare", operator, left, right: this.#operand() }
    }
    if (lexer.skipWord("BETWEEN")) {
      parser.operator()
      const low = this.#operand()
      if (!lexer.skipWord("AND")) throw lexer.unexpected()
      return { kind: "between", operand: left, low, high: this.#operand() }
    }
    if (lexer.skipWord("IN")) {
      parser.operator()
      return { kind: "in", operand: left, list: this.#list() }
    }
    return left
  }

  #list(): readonly OperandNode[] {
    const { lexer } = this.#parser
    lexer.expect("(")
    const list: OperandNode[] = []
    do list.push(this.#operand())
    while (lexer.skip(","))
    lexer.expect(")")
    return list
  }

  /** A condition in parentheses, or an operand. */
  #primary(): Node {
    if (!this.#parser.lexer.isSign("(")) return this.#operand()
    this.#open()
    return this.#close(this.#or())
  }

  #operand(): OperandNode {
    return this.#parser.operand(this.#operandInParentheses)
  }

  readonly #operandInParentheses = (): OperandNode => {
    this.#open()
    return this.#close(this.#operand())
  }

  #open(): void {
    this.#parser.lexer.expect("(")
    this.#parser.deeper(REDUNDANT_PARENTHESES)
  }

  /** `(a.b)[1]` goes on as a path. */
  #close<Of extends Node>(node: Of): Of | PathNode {
    const parser = this.#parser
    parser.lexer.expect(")")
    parser.shallower()
    parser.wrap(node)
    if (node.kind !== "path") return node
    const steps = [...node.steps]
    parser.pathTail(steps)
    return steps.length === node.steps.length ? node : { kind: "path", steps }
  }

  #checkFunctions(node: ConditionNode): void {
    const parser = this.#parser
    switch (node.kind) {
      case "call":
        return parser.checkCall(node, "conditions")
      case "not":
        return this.#checkFunctions(node.term)
      case "and":
      case "or":
        for (const term of node.terms) this.#checkFunctions(term)
        return
      case "compare":
        parser.checkOperand(node.left)
        return parser.checkOperand(node.right)
      case "between":
        parser.checkOperand(node.operand)
        parser.checkOperand(node.low)
        return parser.checkOperand(node.high)
      case "in":
        parser.checkOperand(node.operand)
        for (const operand of node.list) parser.checkOperand(operand)
    }
  }
}

const isOperand = (node: Node): node is OperandNode =>
  node.kind === "path" || node.kind === "value" || node.kind === "call"

const isCondition = (node: Node): node is ConditionNode =>
  node.kind !== "path" && node.kind !== "value"
