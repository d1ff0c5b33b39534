import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
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
  const iam = cloud.client(IAMClient)
  const UserName = "reader"
  await iam.send(new CreateUserCommand({ UserName }))
  const Statement = statements.map((one) => ({ Effect: "Allow", ...one }))
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  }
  return cloud.client(DynamoDBClient, { credentials, maxAttempts: 1 })
}
