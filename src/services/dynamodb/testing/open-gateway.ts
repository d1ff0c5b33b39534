import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import type { TestCloudOptions } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig, openCrashing } from "../../../gateway/testing/sdk-config.ts"
import type { Cloud } from "../../../gateway/cloud.ts"
import { usageOf } from "../../../kernel/meter.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { ActionOperation } from "../../../registry/operation.ts"

/** A cloud whose inside a test may look at, with clients. */
export interface TestGateway {
  readonly cloud: Cloud
  readonly client: DynamoDBClient
  readonly s3: S3Client
  /** What was counted in all, by usage type. */
  usage(): Promise<Record<string, number>>
}

export async function openGateway(options: TestCloudOptions = {}): Promise<TestGateway> {
  const cloud = await openCrashing(options)
  const config = { ...gatewayConfig(cloud), maxAttempts: 1 }
  return {
    cloud,
    client: new DynamoDBClient(config),
    s3: new S3Client(config),
    usage: () =>
      cloud.world.read((tx) => {
        const total: Record<string, number> = {}
        const range = { from: 0, to: tx.now + 1, limit: 1_000 }
        for (const { usageType, quantity } of usageOf(tx, "000000000000", range))
          total[usageType] = (total[usageType] ?? 0) + quantity
        return total
      }),
  }
}

/** Makes the cloud's catalog find a CloudWatch Logs that only listens. */
export function plugInLogs(cloud: Cloud): { readonly name: string; readonly input: object }[] {
  const heard: { readonly name: string; readonly input: object }[] = []
  const listen = (name: string): ActionOperation<object, object> => ({
    ...{ kind: "action", name, authorize: unchecked("a log of a test") },
    run(_ctx, input) {
      heard.push({ name, input })
      return Promise.resolve({})
    },
  })
  const names = ["CreateLogGroup", "CreateLogStream", "PutLogEvents"]
  plugIn(cloud, "logs", Object.fromEntries(names.map((name) => [name, listen(name)])))
  return heard
}
