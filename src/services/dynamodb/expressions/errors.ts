import type { AwsError } from "../../../protocols/aws-error.ts"
import { RequestError, validation } from "../errors.ts"
import type { TypeName } from "../values/attribute-value.ts"
import type { ExpressionParameter } from "./syntax/tree.ts"

/**
 * Refusals of expressions, in AWS's words: from public recordings and from what users quote in bug
 * reports, but for those that say "not verified".
 */

/** `reason` without the parameter that it is about. */
export const invalidExpression = (parameter: ExpressionParameter, reason: string): AwsError =>
  validation(`Invalid ${parameter}: ${reason}`)

export const EMPTY = "The expression can not be empty;"
export const REDUNDANT_PARENTHESES = "The expression has redundant parentheses;"

/** The size is told by the older way only, and not of updates. */
export function tooLong(parameter: ExpressionParameter, bytes: number): AwsError {
  const newer = `Invalid ${parameter}: Expression size has exceeded the maximum allowed size;`
  const isUpdate = parameter === "UpdateExpression"
  return new RequestError(isUpdate ? newer : `${newer} expression size: ${bytes}`, { newer })
}

export const tooManyOperators = (count: number): string =>
  `The expression contains too many operators; operator count: ${count}`

export const tooManyInOperands = (count: number): string =>
  `The IN operator is provided with too many operands; number of operands: ${count}`

export const pathTooDeep = (levels: number): string =>
  `The document path has too many nesting levels; nesting levels: ${levels}`

export const indexOutOfRange = (index: string): string =>
  `List index is not within the allowable range; index: [${index}]`

/** `near` is the text from the token before to the token after. */
export const syntaxError = (token: string, near: string): string =>
  `Syntax error; token: "${token}", near: "${near}"`

export const reservedWord = (name: string): string =>
  `Attribute name is a reserved keyword; reserved keyword: ${name}`

export const unknownFunction = (name: string): string => `Invalid function name; function: ${name}`

export const misusedFunction = (name: string): string =>
  `The function is not allowed to be used this way in an expression; function: ${name}`

export const undefinedName = (name: string): string =>
  `An expression attribute name used in the document path is not defined; attribute name: ${name}`

export const undefinedValue = (name: string): string =>
  `An expression attribute value used in expression is not defined; attribute value: ${name}`

export const operandCount = (operator: string, count: number): string =>
  `Incorrect number of operands for operator or function; operator or function: ${operator}, number of operands: ${count}`

export const operandType = (operator: string, type: string): string =>
  `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`

export const pathRequired = (operator: string): string =>
  `Operator or function requires a document path; operator or function: ${operator}`

export const sameOperands = (operator: string, path: string): string =>
  `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${path}`

export const unknownType = (type: string): string =>
  `Invalid attribute type name found; type: ${type}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`

export const boundsOfTypes = (low: string, high: string): string =>
  `The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: ${low}, upper bound operand: AttributeValue: ${high}`

export const boundsReversed = (low: string, high: string): string =>
  `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: ${low}, upper bound operand: AttributeValue: ${high}`

export const repeatedSection = (section: string): string =>
  `The "${section}" section can only be used once in an update expression;`

/** ADD and DELETE have a wording of their own. */
export const sectionOperandType = (section: string, type: string): string =>
  `Incorrect operand type for operator or function; operator: ${section}, operand type: ${type}`

export const twoPaths = (how: "overlap" | "conflict", one: string, two: string): string =>
  `Two document paths ${how} with each other; must remove or rewrite one of these paths; path one: ${one}, path two: ${two}`

export const updateOperandType = (): AwsError =>
  validation("An operand in the update expression has an incorrect data type")

export const updateOperandMissing = (): AwsError =>
  validation("The provided expression refers to an attribute that does not exist in the item")

export const updatePathInvalid = (): AwsError =>
  validation("The document path provided in the update expression is invalid for update")

export const legacyTypeMismatch = (): AwsError =>
  validation("Type mismatch for attribute to update")

/** The names of types that ADD and DELETE use. */
export const LONG_TYPE_NAMES: Readonly<Record<TypeName, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  M: "MAP",
  L: "LIST",
  NULL: "NULL",
  BOOL: "BOOLEAN",
}
