import { DescribeTableCommand, type StreamViewType } from "@aws-sdk/client-dynamodb"
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type StreamRecord,
} from "@aws-sdk/client-dynamodb-streams"
import { expect, test } from "vitest"
import { openTable } from "../testing/open-table.ts"

const KEY = { pk: { S: "a" }, sk: { S: "1" } }
const OLD = { ...KEY, v: { S: "old" } }
const NEW = { ...KEY, v: { S: "new" } }

/** What a stream of that view tells of a change from OLD to NEW. */
async function recordOf(StreamViewType: StreamViewType): Promise<StreamRecord | undefined> {
  const StreamSpecification = { StreamEnabled: true, StreamViewType }
  const { cloud, client, TableName, put } = await openTable({ StreamSpecification })
  await put(OLD)
  await put(NEW)
  const { Table } = await client.send(new DescribeTableCommand({ TableName }))
  const StreamArn = Table?.LatestStreamArn
  const streams = cloud.client(DynamoDBStreamsClient)
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
  )
  const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }))
  return Records?.[1]?.dynamodb
}

test("DDB-72 DDB-73 a stream tells keys only, the new image, the old one, or both, as it was made", async () => {
  for (const [view, images] of [
    ["KEYS_ONLY", {}],
    ["NEW_IMAGE", { NewImage: NEW }],
    ["OLD_IMAGE", { OldImage: OLD }],
    ["NEW_AND_OLD_IMAGES", { NewImage: NEW, OldImage: OLD }],
  ] as const) {
    const { Keys, NewImage, OldImage, StreamViewType } = (await recordOf(view)) ?? {}
    expect({ Keys, NewImage, OldImage }).toEqual({ Keys: KEY, ...images })
    expect(StreamViewType).toBe(view)
  }
})
