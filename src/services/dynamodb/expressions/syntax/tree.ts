/**
 * Expressions as they are written: names (`a`, `#a`) and values (`:v`) stand by the text that the
 * caller wrote, and are looked up when the expression is bound to a request.
 */

/** `a.#b[1]`: text is a name or, with its `#`, a placeholder of one; a number is an index. */
export interface PathNode {
  readonly kind: "path"
  readonly steps: readonly (string | number)[]
}

/** `:v` */
export interface ValueNode {
  readonly kind: "value"
  readonly name: string
}

export interface CallNode {
  readonly kind: "call"
  readonly name: string
  readonly operands: readonly OperandNode[]
}

export type OperandNode = PathNode | ValueNode | CallNode

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">="

export interface CompareNode {
  readonly kind: "compare"
  readonly operator: Comparator
  readonly left: OperandNode
  readonly right: OperandNode
}

export interface BetweenNode {
  readonly kind: "between"
  readonly operand: OperandNode
  readonly low: OperandNode
  readonly high: OperandNode
}

export interface InNode {
  readonly kind: "in"
  readonly operand: OperandNode
  readonly list: readonly OperandNode[]
}

/** A chain of one operator: `a AND b AND c`. */
export interface JoinNode {
  readonly kind: "and" | "or"
  readonly terms: readonly ConditionNode[]
}

export interface NotNode {
  readonly kind: "not"
  readonly term: ConditionNode
}

export type ConditionNode = CompareNode | BetweenNode | InNode | JoinNode | NotNode | CallNode

export interface ArithmeticNode {
  readonly kind: "arithmetic"
  readonly operator: "+" | "-"
  readonly left: OperandNode
  readonly right: OperandNode
}

/** One change, of whichever section. */
export type ClauseNode =
  | {
      readonly kind: "set"
      readonly path: PathNode
      readonly value: OperandNode | ArithmeticNode
    }
  | { readonly kind: "remove"; readonly path: PathNode }
  | { readonly kind: "add" | "delete"; readonly path: PathNode; readonly value: ValueNode }

export interface UpdateNode {
  /** In the order in which they were written. */
  readonly clauses: readonly ClauseNode[]
  /** The first section that is there twice, which is refused only after other mistakes. */
  readonly repeated?: string | undefined
}

/** The parameters that hold expressions. Messages name them. */
export type ExpressionParameter =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression"
