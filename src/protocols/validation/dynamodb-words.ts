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
      return errors.map((error) => error.replace(LIMIT, "Value at 'Limit'"))
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
