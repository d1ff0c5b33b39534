import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
  type StreamViewType,
} from "@aws-sdk/client-dynamodb"
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record,
  type ShardIteratorType,
} from "@aws-sdk/client-dynamodb-streams"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf } from "../dynamodb/testing/open-table.ts"

const TableName = "things"
const at = (pk: string, n?: string): Record<string, AttributeValue> => ({
  pk: { S: pk },
  sk: { S: "1" },
  ...(n !== undefined && { n: { N: n } }),
})

/** A table with a stream, and the official client of streams. */
async function openStreamed(StreamViewType: StreamViewType = "NEW_AND_OLD_IMAGES") {
  const table = await openTable({
    StreamSpecification: { StreamEnabled: true, StreamViewType },
  })
  const streams = table.cloud.client(DynamoDBStreamsClient, { maxAttempts: 1 })
  const { Streams = [] } = await streams.send(new ListStreamsCommand({ TableName }))
  const StreamArn = Streams[0]?.StreamArn ?? ""
  const shards = async () =>
    (await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription?.Shards ?? []
  const iterator = async (
    ShardIteratorType: ShardIteratorType = "TRIM_HORIZON",
    { shard = 0, SequenceNumber }: { shard?: number; SequenceNumber?: string | undefined } = {},
  ) => {
    const ShardId = (await shards())[shard]?.ShardId
    const command = { StreamArn, ShardId, ShardIteratorType, SequenceNumber }
    return (await streams.send(new GetShardIteratorCommand(command))).ShardIterator
  }
  const read = (ShardIterator: string | undefined, Limit?: number) =>
    streams.send(new GetRecordsCommand({ ShardIterator, Limit }))
  /** All records of all shards. */
  const all = async (): Promise<_Record[]> => {
    const found: _Record[] = []
    for (const [shard] of (await shards()).entries())
      found.push(...((await read(await iterator("TRIM_HORIZON", { shard }))).Records ?? []))
    return found
  }
  const put = (Item: Record<string, AttributeValue>) =>
    table.client.send(new PutItemCommand({ TableName, Item }))
  return { ...table, put, streams, StreamArn, shards, iterator, read, all }
}

const brief = ({ eventName, dynamodb }: _Record) =>
  `${eventName} ${dynamodb?.Keys?.["pk"]?.S} ${dynamodb?.OldImage?.["n"]?.N ?? "-"} ${dynamodb?.NewImage?.["n"]?.N ?? "-"}`

test("DDB-70 DDB-74 inserts, updates and deletes follow one another, with what was and what is", async () => {
  const { client, put, all, cloud, StreamArn } = await openStreamed()
  await put(at("a", "1"))
  await put(at("b", "1"))
  await client.send(
    new UpdateItemCommand({
      ...{ TableName, Key: at("a"), UpdateExpression: "SET n = n + :one" },
      ExpressionAttributeValues: { ":one": { N: "1" } },
    }),
  )
  await client.send(new DeleteItemCommand({ TableName, Key: at("a") }))
  await client.send(new DeleteItemCommand({ TableName, Key: at("nothing") }))
  const records = await all()
  expect(records.map(brief)).toEqual([
    "INSERT a - 1",
    "INSERT b - 1",
    "MODIFY a 1 2",
    "REMOVE a 2 -",
  ])
  expect(records[0]).toEqual({
    eventID: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    dynamodb: {
      ApproximateCreationDateTime: new Date(Math.floor(cloud.now().getTime() / 1000) * 1000),
      Keys: at("a"),
      NewImage: at("a", "1"),
      SequenceNumber: expect.stringMatching(/^\d{21}$/) as string,
      SizeBytes: 15,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  })
  expect(StreamArn).toMatch(
    /^arn:aws:dynamodb:us-east-1:000000000000:table\/things\/stream\/\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}$/,
  )
})

test.each<[StreamViewType, boolean, boolean]>([
  ["KEYS_ONLY", false, false],
  ["NEW_IMAGE", false, true],
  ["OLD_IMAGE", true, false],
  ["NEW_AND_OLD_IMAGES", true, true],
])("DDB-72 DDB-73 %s shows just that", async (view, old, now) => {
  const { put, all } = await openStreamed(view)
  await put(at("a", "1"))
  await put(at("a", "2"))
  const [, record] = await all()
  expect(record?.dynamodb?.Keys).toEqual(at("a"))
  expect(record?.dynamodb?.OldImage).toEqual(old ? at("a", "1") : undefined)
  expect(record?.dynamodb?.NewImage).toEqual(now ? at("a", "2") : undefined)
})

test("DDB-75 a write that changes nothing makes no record", async () => {
  const { client, put, all } = await openStreamed()
  const item = { ...at("a"), set: { SS: ["x", "y"] }, bytes: { B: Buffer.from([1, 2]) } }
  await put(item)
  await put({ ...item, set: { SS: ["y", "x"] } })
  await client.send(new UpdateItemCommand({ TableName, Key: at("a") }))
  const records = await all()
  expect(records).toHaveLength(1)
  expect(records[0]?.dynamodb?.NewImage?.["bytes"]?.B).toEqual(new Uint8Array([1, 2]))
})

test("DDB-76 each change appears once and in order, also those of batches and transactions", async () => {
  const { client, put, all, read, iterator } = await openStreamed()
  for (let n = 0; n < 30; n += 1) await put(at("a", String(n)))
  const PutRequest = { Item: at("b", "1") }
  await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest }] } }))
  const failing = new TransactWriteItemsCommand({
    TransactItems: [
      { Put: { TableName, Item: at("c", "1") } },
      { ConditionCheck: { TableName, Key: at("x"), ConditionExpression: "attribute_exists(pk)" } },
    ],
  })
  await expect(client.send(failing)).rejects.toThrow("cancelled")
  const records = await all()
  expect(records.map((record) => record.dynamodb?.NewImage?.["n"]?.N)).toEqual([
    ...Array.from({ length: 30 }, (_, n) => String(n)),
    "1",
  ])
  const seen: string[] = []
  let next = await iterator()
  for (let page = 0; page < 5; page += 1) {
    const { Records = [], NextShardIterator } = await read(next, 7)
    seen.push(...Records.map(brief))
    next = NextShardIterator
  }
  expect(seen).toEqual(records.map(brief))
})

test("readers begin at the start, now, at a record or behind it; an old iterator is no more", async () => {
  const { put, all, read, iterator, cloud } = await openStreamed()
  for (const n of ["1", "2", "3"]) await put(at("a", n))
  const [, second] = await all()
  const SequenceNumber = second?.dynamodb?.SequenceNumber
  const from = async (type: ShardIteratorType) =>
    ((await read(await iterator(type, { SequenceNumber }))).Records ?? []).map(
      ({ dynamodb }) => dynamodb?.NewImage?.["n"]?.N,
    )
  expect(await from("AT_SEQUENCE_NUMBER")).toEqual(["2", "3"])
  expect(await from("AFTER_SEQUENCE_NUMBER")).toEqual(["3"])
  const latest = await iterator("LATEST")
  await put(at("a", "4"))
  const { Records, NextShardIterator } = await read(latest)
  expect(Records?.map(brief)).toEqual(["MODIFY a 3 4"])
  expect((await read(NextShardIterator)).Records).toEqual([])
  await cloud.advance("16m")
  expect(await refusalOf(read(latest))).toBe("ExpiredIteratorException: Iterator expired")
  expect(await refusalOf(read("rubbish"))).toMatch(/^ValidationException: Invalid ShardIterator/)
})

test("DDB-84 what time to live deletes is deleted by the service, and what a caller deletes is not", async () => {
  const { client, put, all, cloud } = await openStreamed()
  const TimeToLiveSpecification = { Enabled: true, AttributeName: "n" }
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
  const soon = String(Math.floor(cloud.now().getTime() / 1_000) + 60)
  await put(at("expires", soon))
  await put(at("deleted", soon))
  await client.send(new DeleteItemCommand({ TableName, Key: at("deleted") }))
  await cloud.advance("1h")
  const removed = (await all()).filter(({ eventName }) => eventName === "REMOVE")
  expect(
    removed.map(({ dynamodb, userIdentity }) => [dynamodb?.Keys?.["pk"]?.S, userIdentity]),
  ).toEqual([
    ["deleted", undefined],
    ["expires", { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" }],
  ])
})

test("DDB-77 records are gone after 24 hours", async () => {
  const { put, all, cloud, iterator } = await openStreamed()
  await put(at("a", "1"))
  const [first] = await all()
  await cloud.advance("23h")
  await put(at("b", "1"))
  expect((await all()).map(brief)).toEqual(["INSERT a - 1", "INSERT b - 1"])
  await cloud.advance("1h")
  expect((await all()).map(brief)).toEqual(["INSERT b - 1"])
  const { SequenceNumber } = first?.dynamodb ?? {}
  expect(await refusalOf(iterator("AT_SEQUENCE_NUMBER", { SequenceNumber }))).toMatch(
    /^TrimmedDataAccessException|^ResourceNotFoundException/,
  )
})

test("shards follow one another: a closed one comes to an end", async () => {
  const { put, read, iterator, shards, cloud } = await openStreamed()
  await put(at("a", "1"))
  await cloud.advance("5h")
  await put(at("a", "2"))
  const [first, second] = await shards()
  expect(second?.ParentShardId).toBe(first?.ShardId)
  expect(first?.SequenceNumberRange?.EndingSequenceNumber).toBeDefined()
  expect(second?.SequenceNumberRange?.EndingSequenceNumber).toBeUndefined()
  const closed = await read(await iterator())
  expect(closed.Records?.map(brief)).toEqual(["INSERT a - 1"])
  expect(closed.NextShardIterator).toBeUndefined()
  const open = await read(await iterator("TRIM_HORIZON", { shard: 1 }))
  expect(open.Records?.map(brief)).toEqual(["MODIFY a 1 2"])
  expect(open.NextShardIterator).toBeDefined()
})

test("a stream that was disabled can be read for a day, its successor stands beside it", async () => {
  const { client, put, streams, StreamArn, all, cloud } = await openStreamed()
  await put(at("a", "1"))
  const set = async (StreamSpecification: {
    StreamEnabled: boolean
    StreamViewType?: StreamViewType
  }) => {
    await client.send(new UpdateTableCommand({ TableName, StreamSpecification }))
    await cloud.settle()
  }
  await set({ StreamEnabled: false })
  await put(at("a", "2"))
  const described = await streams.send(new DescribeStreamCommand({ StreamArn }))
  expect(described.StreamDescription).toMatchObject({
    StreamStatus: "DISABLED",
    StreamViewType: "NEW_AND_OLD_IMAGES",
    KeySchema: keys("pk", "sk").KeySchema,
  })
  expect((await all()).map(brief)).toEqual(["INSERT a - 1"])
  await cloud.advance("1h")
  await set({ StreamEnabled: true, StreamViewType: "KEYS_ONLY" })
  const { Streams } = await streams.send(new ListStreamsCommand({}))
  expect(Streams).toHaveLength(2)
  await client.send(new DeleteTableCommand({ TableName }))
  await cloud.advance("29h")
  expect((await streams.send(new ListStreamsCommand({}))).Streams).toEqual([])
  expect(await refusalOf(streams.send(new DescribeStreamCommand({ StreamArn })))).toBe(
    `ResourceNotFoundException: Requested resource not found: Stream: ${StreamArn} not found`,
  )
})
