import type { Comparator } from "../../expressions/syntax/tree.ts"
import type { Path } from "../../expressions/path.ts"
import type { AttributeValue } from "../../values/attribute-value.ts"
import type { Position } from "../errors.ts"

/** Statements as they are written. A `?` stands by its number, from 0. */

/** A value that needs no item: its parts may be parameters. */
export type LiteralNode =
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "list"; readonly elements: readonly LiteralNode[] }
  | { readonly kind: "map"; readonly members: readonly (readonly [string, LiteralNode])[] }
  | { readonly kind: "bag"; readonly elements: readonly LiteralNode[] }

export interface PathTerm {
  readonly kind: "path"
  readonly path: Path
  readonly position: Position
}

export interface CallTerm {
  readonly kind: "call"
  /** In lower case. */
  readonly name: string
  readonly terms: readonly TermNode[]
  readonly position: Position
}

export interface SumTerm {
  readonly kind: "sum"
  readonly operator: "+" | "-"
  readonly left: TermNode
  readonly right: TermNode
}

export type TermNode = LiteralNode | PathTerm | CallTerm | SumTerm

export type WhereNode =
  | { readonly kind: "and" | "or"; readonly terms: readonly WhereNode[] }
  | { readonly kind: "not"; readonly term: WhereNode }
  | {
      readonly kind: "compare"
      readonly operator: Comparator
      readonly left: TermNode
      readonly right: TermNode
    }
  | {
      readonly kind: "between"
      readonly operand: TermNode
      readonly low: TermNode
      readonly high: TermNode
    }
  | { readonly kind: "in"; readonly operand: TermNode; readonly list: readonly TermNode[] }
  | { readonly kind: "is"; readonly operand: TermNode; readonly type: string }
  | { readonly kind: "test"; readonly call: CallTerm }

export interface TableNode {
  readonly name: string
  readonly index: string | undefined
  readonly position: Position
}

export interface SelectNode {
  readonly kind: "select"
  readonly table: TableNode
  /** Undefined for `*`. */
  readonly paths: readonly PathTerm[] | undefined
  readonly where: WhereNode | undefined
  readonly order: readonly { readonly name: string; readonly descending: boolean }[]
  /** `EXISTS(SELECT …)`, which stands in transactions only. */
  readonly exists: boolean
}

export type SetClause =
  | { readonly kind: "set"; readonly path: PathTerm; readonly value: TermNode }
  | { readonly kind: "remove"; readonly path: PathTerm }

export type Returning = "ALL OLD" | "MODIFIED OLD" | "ALL NEW" | "MODIFIED NEW"

export interface InsertNode {
  readonly kind: "insert"
  readonly table: TableNode
  readonly item: LiteralNode
}

export interface UpdateNode {
  readonly kind: "update"
  readonly table: TableNode
  readonly clauses: readonly SetClause[]
  readonly where: WhereNode | undefined
  readonly returning: Returning | undefined
}

export interface DeleteNode {
  readonly kind: "delete"
  readonly table: TableNode
  readonly where: WhereNode | undefined
  readonly returning: Returning | undefined
}

export type WriteNode = InsertNode | UpdateNode | DeleteNode
export type StatementNode = SelectNode | WriteNode

export interface Statement {
  readonly node: StatementNode
  /** How many `?` there are. */
  readonly parameters: number
}
