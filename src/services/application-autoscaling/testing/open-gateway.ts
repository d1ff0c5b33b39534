import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling"
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import type { Cloud } from "../../../gateway/cloud.ts"
import { createSdkHandler } from "../../../gateway/sdk-handler.ts"
import { NOW, openCloud, type TestCloudOptions } from "../../../gateway/testing/open-cloud.ts"
import { SimulatedCrashError } from "../../../kernel/sim/faulty-machine.ts"

/** A cloud whose inside a test may look at, with clients. */
export interface TestGateway {
  readonly cloud: Cloud
  readonly scaling: ApplicationAutoScalingClient
  readonly dynamodb: DynamoDBClient
}

export async function openGateway(options: TestCloudOptions = {}): Promise<TestGateway> {
  const cloud = await openCloud(options)
  const close = cloud.close.bind(cloud)
  // Of a machine that has crashed nothing is left to close.
  Object.assign(cloud, { close: () => close().catch(unlessCrashed) })
  const config = {
    ...{ region: "us-east-1", endpoint: "http://localhost:4566", maxAttempts: 1 },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    systemClockOffset: NOW - Date.now(),
    requestHandler: createSdkHandler((request) => cloud.handle(request)) as never,
  }
  return {
    cloud,
    scaling: new ApplicationAutoScalingClient(config),
    dynamodb: new DynamoDBClient(config),
  }
}

function unlessCrashed(error: unknown): void {
  if (!(error instanceof SimulatedCrashError)) throw error
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
