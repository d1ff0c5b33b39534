import type { AwsError } from "../../../protocols/aws-error.ts"
import { op } from "../define.ts"
import { invalidValues, validation } from "../errors.ts"

/**
 * Refusals of PartiQL statements, in AWS's words: from public recordings and from what users quote
 * in bug reports, but for those that say "not verified".
 */

/** Nothing stands behind the colon for what AWS's lexer does not understand (recorded). */
export const notWellFormed = (detail = ""): AwsError =>
  validation(`Statement wasn't well formed, can't be processed: ${detail}`)

export const LEFTOVER = "Unexpected token after expression"
export const NO_STATEMENT = "Expected data manipulation"
export const NO_TERM = "Unexpected term"
export const NO_RIGHT_SIDE = "Missing right-hand side expression of infix operator"
export const KEYWORD = "Unexpected keyword"
export const OPERATOR = "Unexpected operator"
export const NO_TABLE = "Expected identifier for simple path"
export const NO_TYPE = "Expected type name"
export const NO_DOT = "Invalid path dot component"

/** Where a token stands: line, column and length, from 1. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly length: number
}

const at = ({ line, column, length }: Position): string => `${line}:${column}:${length}`

export const unknownFunction = (name: string, position: Position): AwsError =>
  validation(`Unrecognized function: ${name} at ${at(position)}`)

export const unexpectedPath = (position: Position): AwsError =>
  validation(`Unexpected path component at ${at(position)}`)

export const unsupportedType = (name: string, position: Position): AwsError =>
  validation(`Unsupported data type: ${name} under key root at ${at(position)}`)

export const setFunctionTarget = (name: string, position: Position): AwsError =>
  validation(`The first argument to ${name} must equal the assignment value at ${at(position)}`)

export const setFunctionValue = (name: string, position: Position): AwsError =>
  validation(`The second argument to ${name} must be a value with type SET at ${at(position)}`)

export const setFunctionCount = (name: string, position: Position): AwsError =>
  validation(`${name} must have exactly two arguments at ${at(position)}`)

export const aliasing = (): AwsError => validation("Aliasing is not supported")
export const emptyBag = (): AwsError => validation("Empty bags are not supported")
export const unsupportedOperation = (name: string): AwsError =>
  validation(`Unsupported operation: ${name}`)

export const parameterCount = (): AwsError =>
  validation("Number of parameters in request and statement don't match.")

export const keysRequired = (): AwsError =>
  validation("Where clause does not contain a mandatory equality on all key attributes")

/** Recorded, these and those of indexes. */
export const tooManyComponents = (): AwsError =>
  validation("A path may contain at most 2 components in the FROM clause")
export const emptyComponent = (): AwsError => validation("Path component cannot be an empty string")
export const tableOnly = (position: Position): AwsError =>
  validation(
    `FROM clause may only contain a single table name in data manipulation statements at ${at(position)}`,
  )

export const noSuchIndex = (): AwsError => validation("The table does not have the specified index")
export const consistentOnGlobal = (): AwsError =>
  validation("Strongly consistent read is not supported on Global Secondary Indexes")
export const filterNotProjected = (index: string, names: readonly string[]): AwsError =>
  invalidValues(
    `Secondary index ${index} does not project one or more filter attributes: [${names.join(", ")}]`,
  )
export const readsOnIndices = (): AwsError =>
  validation("Reads on indices are not supported within transactions.")

export const onIndex = (): AwsError => validation("This operation is not supported on an index")

export const returningOfDelete = (asked: string): AwsError =>
  validation(
    `Invalid returning clause: RETURNING ${asked} *. Only RETURNING ALL OLD * is allowed in DELETE statements.`,
  )

export const orderWithoutWhere = (): AwsError =>
  validation("Must have WHERE clause in the statement when using ORDER BY clause.")

export const orderWithoutHash = (): AwsError =>
  validation(
    "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
  )

export const orderOfOthers = (name: string): AwsError =>
  validation(`Variable reference ${name} in ORDER BY clause must be part of the primary key`)

export const duplicateItem = (): AwsError =>
  op.error("DuplicateItemException", "Duplicate primary key exists in table")

export const invalidToken = (): AwsError => validation("Invalid NextToken")
export const otherToken = (): AwsError => validation("NextToken does not match request")
export const tokenOfWrite = (): AwsError =>
  validation("NextToken is only valid on a SELECT statement")

/** How messages name the operations that take several statements. */
export const keyOfSelectRequired = (operation: string): AwsError =>
  validation(
    `Select statements within ${operation} must specify the primary key in the where clause.`,
  )
