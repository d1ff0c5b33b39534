import type { Patch } from "../patch.ts"

/**
 * The model says that a new table may be named by an ARN, too. Recorded: it is held to the form of a
 * name, in the words that a model's constraints have.
 */
export const dynamodbPatch = (): Patch => ({
  shapes: { CreateTableInput: { members: { TableName: { shape: "TableName" } } } },
})
