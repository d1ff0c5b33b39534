import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling"
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import type { Cloud } from "../../../gateway/cloud.ts"
import type { TestCloudOptions } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig, openCrashing } from "../../../gateway/testing/sdk-config.ts"

/** A cloud whose inside a test may look at, with clients. */
export interface TestGateway {
  readonly cloud: Cloud
  readonly scaling: ApplicationAutoScalingClient
  readonly dynamodb: DynamoDBClient
}

export async function openGateway(options: TestCloudOptions = {}): Promise<TestGateway> {
  const cloud = await openCrashing(options)
  const config = { ...gatewayConfig(cloud), maxAttempts: 1 }
  return {
    cloud,
    scaling: new ApplicationAutoScalingClient(config),
    dynamodb: new DynamoDBClient(config),
  }
}

/** The table `things`, of 5 and 5 units. */
export async function createTable({ cloud, dynamodb }: TestGateway): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "things",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    }),
  )
  await cloud.settle()
}
