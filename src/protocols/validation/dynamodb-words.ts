import type { Values } from "../codec.ts"

/**
 * What DynamoDB says of its own of an input that its model refuses: the errors in other words, or
 * the whole message. Recorded in 2026, as is that other operations and members have AWS's usual words.
 */
export function dynamodbWords(
  operation: string,
  input: Values,
  errors: readonly string[],
): string | readonly string[] {
  switch (operation) {
    case "BatchGetItem":
    case "BatchWriteItem":
      return isEmpty(input["RequestItems"])
        ? `The requestItems parameter is required for ${operation}`
        : errors.map((error) =>
            error.replace(TOO_MANY_KEYS, "Value at 'RequestItems.$1.member.Keys'"),
          )
    case "Query":
      return errors.some((error) => OPERATOR.test(error))
        ? NOT_AN_OPERATOR
        : errors.map((error) => error.replace(LIMIT, "Value at 'Limit'"))
    case "PutItem":
    case "UpdateItem":
    case "DeleteItem":
      return errors.some((error) => error.startsWith("Value null at"))
        ? errors
        : ofAWrite(operation, errors)
    case "CreateTable":
    case "DeleteTable":
    case "DescribeTable":
    case "DescribeTimeToLive":
    case "UpdateTable":
      return (input["TableName"] ?? undefined) === undefined ? NO_TABLE : ofTheName(errors)
    default:
      return errors
  }
}

const NO_TABLE = "The parameter 'TableName' is required but was not present in the request"
const NAME = /^Value '' at 'tableName'/
const OPERATOR = /^Value '.*' at 'conditionalOperator'/s
const NOT_AN_OPERATOR =
  "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"
const RETURN_VALUES = /^Value '.*' at 'returnValues'/s
const NOT_RETURN_VALUES =
  "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
const CAPACITY = /^Value '.*' at 'returnConsumedCapacity'/s
const LIMIT = /^Value '[^']*' at 'limit'/
const TOO_MANY_KEYS =
  /^Value '.*' at 'requestItems\.(.+)\.member\.keys'(?= failed to satisfy constraint: Member must have length less)/s

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0

/** A table that has no name has nothing else that is wrong. */
function ofTheName(errors: readonly string[]): readonly string[] {
  const found = errors.filter((error) => error.includes("' at 'tableName' failed"))
  return found.length > 0 ? found : errors
}

/** Of an input that lacks nothing: the table's name comes before all, ReturnValues before most. */
function ofAWrite(operation: string, errors: readonly string[]): readonly string[] {
  const name = errors.find((error) => NAME.test(error))
  if (name !== undefined) return [name.replace(NAME, "Value at 'TableName'")]
  const told = errors.map((error) => (OPERATOR.test(error) ? NOT_AN_OPERATOR : error))
  const others = told.filter((error) => !RETURN_VALUES.test(error))
  if (others.length === told.length) return told
  if (operation === "UpdateItem") return [NOT_RETURN_VALUES]
  const first = others.filter((error) => CAPACITY.test(error))
  const last = operation === "PutItem" ? others.filter((error) => !CAPACITY.test(error)) : []
  return [...first, NOT_RETURN_VALUES, ...last]
}
