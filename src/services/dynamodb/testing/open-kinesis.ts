import {
  CreateTableCommand,
  DescribeKinesisStreamingDestinationCommand,
  type DynamoDBClient,
  EnableKinesisStreamingDestinationCommand,
  type EnableKinesisStreamingDestinationCommandInput,
  type KinesisDataStreamDestination,
} from "@aws-sdk/client-dynamodb"
import type { Cloud } from "../../../gateway/cloud.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { AccessRequest } from "../../../iam/access.ts"
import type { WriteOperation } from "../../../registry/operation.ts"
import { openGateway } from "./open-gateway.ts"
import { keys } from "./open-table.ts"

export const STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"

/** A stream in the place of Kinesis. */
export interface TestStream {
  /** What was put into it. */
  readonly records: { readonly key: string; readonly data: Record<string, unknown> }[]
  /** Throws instead of taking anything. */
  gone: boolean
}

export interface TestKinesis {
  readonly cloud: Cloud
  readonly client: DynamoDBClient
  readonly stream: TestStream
  enable(more?: Partial<EnableKinesisStreamingDestinationCommandInput>): Promise<unknown>
  destinations(): Promise<readonly KinesisDataStreamDestination[] | undefined>
}

/** A cloud with a table, and with one stream in the place of Kinesis unless it is `missing`. */
export async function openKinesis(missing = false): Promise<TestKinesis> {
  const { cloud, client } = await openGateway()
  const stream: TestStream = { records: [], gone: false }
  if (!missing) plugInStream(cloud, stream)
  const TableName = "things"
  await client.send(
    new CreateTableCommand({ TableName, BillingMode: "PAY_PER_REQUEST", ...keys("pk", "sk") }),
  )
  await cloud.settle()
  return {
    ...{ cloud, client, stream },
    async enable(more) {
      const input = { TableName, StreamArn: STREAM, ...more }
      const answer = await client.send(new EnableKinesisStreamingDestinationCommand(input))
      await cloud.settle()
      return answer
    },
    async destinations() {
      const asked = new DescribeKinesisStreamingDestinationCommand({ TableName })
      return (await client.send(asked)).KinesisDataStreamDestinations
    },
  }
}

interface PutInput {
  readonly StreamARN: string
  readonly Records: readonly { readonly Data: Uint8Array; readonly PartitionKey: string }[]
}

/** Makes the cloud's catalog find a Kinesis that has only this stream. */
function plugInStream(cloud: Cloud, stream: TestStream): void {
  const authorize =
    (action: string) =>
    (_tx: unknown, { StreamARN: resource }: { StreamARN: string }): AccessRequest => ({
      ...{ action: `kinesis:${action}`, resource, owner: "000000000000" },
    })
  const assertThere = ({ StreamARN }: { StreamARN: string }): void => {
    if (stream.gone || StreamARN !== STREAM)
      throw new AwsError("ResourceNotFoundException", `Stream ${StreamARN} not found.`)
  }
  const DescribeStream: WriteOperation<PutInput, object> = {
    ...{ kind: "write", name: "DescribeStream", authorize: authorize("DescribeStream") },
    run(_tx, input) {
      assertThere(input)
      const Shards: object[] = []
      const names = { StreamName: "changes", StreamARN: STREAM, StreamStatus: "ACTIVE" }
      const facts = { RetentionPeriodHours: 24, StreamCreationTimestamp: 0, HasMoreShards: false }
      return { StreamDescription: { ...names, ...facts, Shards, EnhancedMonitoring: [] } }
    },
  }
  const PutRecords: WriteOperation<PutInput, object> = {
    ...{ kind: "write", name: "PutRecords", authorize: authorize("PutRecords") },
    run(_tx, input) {
      assertThere(input)
      for (const { Data, PartitionKey: key } of input.Records)
        stream.records.push({
          key,
          data: JSON.parse(Buffer.from(Data).toString()) as Record<string, unknown>,
        })
      return { FailedRecordCount: 0, Records: [{ SequenceNumber: "1", ShardId: "shard-0" }] }
    },
  }
  plugIn(cloud, "kinesis", { DescribeStream, PutRecords })
}
