import type { Value } from "./value.ts"

/** One step of a path: a name, a place in a list, or all of a list. */
export type Step =
  | { readonly kind: "name"; readonly name: string; readonly exact: boolean }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }

/** A step of the path in FROM, which may also be all values of an object. */
export type FromStep = Step | { readonly kind: "values" }

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">="
export type Arithmetic = "+" | "-" | "*" | "/" | "%" | "||"

export type Expression =
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "path"; readonly steps: readonly Step[] }
  | {
      readonly kind: "compare"
      readonly op: Comparison
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: "arithmetic"
      readonly op: Arithmetic
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not" | "negative"; readonly of: Expression }
  | {
      readonly kind: "between"
      readonly of: Expression
      readonly low: Expression
      readonly high: Expression
    }
  | { readonly kind: "in"; readonly of: Expression; readonly list: readonly Expression[] }
  | {
      readonly kind: "like"
      readonly of: Expression
      readonly pattern: Expression
      readonly escape?: Expression | undefined
    }
  | { readonly kind: "is"; readonly of: Expression; readonly what: "null" | "missing" }
  | {
      readonly kind: "case"
      readonly of?: Expression | undefined
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[]
      readonly otherwise?: Expression | undefined
    }
  | { readonly kind: "cast"; readonly of: Expression; readonly type: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: "date"
      readonly name: string
      readonly part: string
      readonly args: readonly Expression[]
    }
  | {
      readonly kind: "trim"
      readonly side: "leading" | "trailing" | "both"
      readonly characters?: Expression | undefined
      readonly of: Expression
    }
  | {
      readonly kind: "aggregate"
      readonly name: AggregateName
      readonly of?: Expression | undefined
    }

export type AggregateName = "COUNT" | "SUM" | "AVG" | "MIN" | "MAX"

/** `expression AS alias`, or all fields of a record (`s.*`). */
export interface SelectItem {
  readonly expression: Expression
  readonly alias?: string | undefined
  readonly spread?: true | undefined
}

export interface Statement {
  /** "*": whole records. */
  readonly select: "*" | readonly SelectItem[]
  /** Behind `S3Object[*]`. */
  readonly from: readonly FromStep[]
  /** The names by which the record is meant. */
  readonly alias?: string | undefined
  readonly where?: Expression | undefined
  readonly limit?: number | undefined
}
