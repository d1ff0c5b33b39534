import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { IAMClient } from "@aws-sdk/client-iam"
import { newUser } from "../../../gateway/testing/identity.ts"
import type { InProcessCloud } from "../../../index.ts"

interface Statement {
  readonly Effect?: "Allow" | "Deny"
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: object
}

/** A client of a user who may do what the statements say. */
export async function userWith(
  cloud: InProcessCloud,
  ...statements: readonly Statement[]
): Promise<DynamoDBClient> {
  const { credentials } = await newUser(cloud.client(IAMClient), "reader", ...statements)
  return cloud.client(DynamoDBClient, { credentials, maxAttempts: 1 })
}
