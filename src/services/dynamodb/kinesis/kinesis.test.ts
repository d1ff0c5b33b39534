import {
  DeleteItemCommand,
  DisableKinesisStreamingDestinationCommand,
  EnableKinesisStreamingDestinationCommand,
  PutItemCommand,
  UpdateKinesisStreamingDestinationCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { openKinesis, STREAM, type TestKinesis } from "../testing/open-kinesis.ts"
import { refusalOf } from "../testing/open-table.ts"

const TableName = "things"
const destination = { TableName, StreamArn: STREAM }
const Key = { pk: { S: "a" }, sk: { S: "1" } }

async function put(
  { client, cloud }: TestKinesis,
  more: Record<string, AttributeValue> = {},
): Promise<void> {
  await client.send(new PutItemCommand({ TableName, Item: { ...Key, ...more } }))
  await cloud.settle()
}

async function disable({ client, cloud }: TestKinesis): Promise<unknown> {
  const answer = await client.send(new DisableKinesisStreamingDestinationCommand(destination))
  await cloud.settle()
  return answer
}

const valuesIn = ({ stream }: TestKinesis): unknown[] =>
  stream.records.map(({ data }) => {
    const { NewImage } = data["dynamodb"] as { NewImage?: { v?: { S: string } } }
    return NewImage?.v?.S
  })

test("changes of items go to a stream of Kinesis, in AWS's form", async () => {
  const world = await openKinesis()
  await put(world, { v: { S: "before" } })
  expect(await world.enable()).toMatchObject({
    ...destination,
    DestinationStatus: "ENABLING",
    EnableKinesisStreamingConfiguration: {},
  })
  expect(await world.destinations()).toEqual([{ StreamArn: STREAM, DestinationStatus: "ACTIVE" }])
  await put(world, { v: { S: "after" }, b: { B: Buffer.from("hi") } })
  await world.client.send(new DeleteItemCommand({ TableName, Key }))
  await world.cloud.settle()
  const [modified, removed] = world.stream.records
  const at = world.cloud.world.clock.now()
  expect(modified?.data).toEqual({
    awsRegion: "us-east-1",
    eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    eventName: "MODIFY",
    userIdentity: null,
    recordFormat: "application/json",
    tableName: "things",
    dynamodb: {
      ApproximateCreationDateTime: at,
      ApproximateCreationDateTimePrecision: "MILLISECOND",
      Keys: Key,
      NewImage: { ...Key, v: { S: "after" }, b: { B: "aGk=" } },
      OldImage: { ...Key, v: { S: "before" } },
      SizeBytes: 34,
    },
    eventSource: "aws:dynamodb",
  })
  expect(removed?.data).toMatchObject({ eventName: "REMOVE" })
  expect(removed?.key).toBe(modified?.key)
})

test("what time to live deletes is DynamoDB's own doing", async () => {
  const world = await openKinesis()
  const TimeToLiveSpecification = { Enabled: true, AttributeName: "ttl" }
  await world.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
  await world.enable()
  await put(world, { ttl: { N: String(Math.floor(world.cloud.world.clock.now() / 1_000)) } })
  await world.cloud.advance(3_600_000)
  expect(world.stream.records.at(-1)?.data).toMatchObject({
    eventName: "REMOVE",
    userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
  })
})

test("records wait while the stream cannot be reached, and keep their order", async () => {
  const world = await openKinesis()
  await world.enable()
  world.stream.gone = true
  await put(world, { v: { S: "1" } })
  await put(world, { v: { S: "2" } })
  await world.cloud.advance(3_600_000)
  expect(valuesIn(world)).toEqual([])
  world.stream.gone = false
  await world.cloud.advance(120_000)
  expect(valuesIn(world)).toEqual(["1", "2"])
})

test("after a day a record is given up, and the destination tells why", async () => {
  const world = await openKinesis()
  await world.enable()
  world.stream.gone = true
  await put(world)
  await world.cloud.advance(25 * 3_600_000)
  const [one] = (await world.destinations()) ?? []
  expect(one?.DestinationStatusDescription).toContain(`Stream ${STREAM} not found.`)
})

test("without Kinesis, or the stream, a destination cannot be enabled", async () => {
  const world = await openKinesis(true)
  await world.enable()
  expect(await world.destinations()).toMatchObject([
    {
      DestinationStatus: "ENABLE_FAILED",
      DestinationStatusDescription: "Cloudarium does not implement kinesis DescribeStream yet.",
    },
  ])
  const other = await openKinesis()
  other.stream.gone = true
  await other.enable()
  expect(await other.destinations()).toMatchObject([{ DestinationStatus: "ENABLE_FAILED" }])
  other.stream.gone = false
  await other.enable()
  expect(await other.destinations()).toEqual([{ StreamArn: STREAM, DestinationStatus: "ACTIVE" }])
})

test("a destination can be disabled, and then enabled again", async () => {
  const world = await openKinesis()
  await world.enable()
  expect(await refusalOf(world.enable())).toBe(
    "ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.",
  )
  expect(await disable(world)).toMatchObject({ ...destination, DestinationStatus: "DISABLING" })
  expect(await world.destinations()).toEqual([{ StreamArn: STREAM, DestinationStatus: "DISABLED" }])
  await put(world, { v: { S: "unseen" } })
  expect(await refusalOf(disable(world))).toMatch(/must be ACTIVE to perform DISABLE operation.$/)
  await world.enable()
  await put(world, { v: { S: "seen" } })
  expect(valuesIn(world)).toEqual(["seen"])
})

test("its times can be told in microseconds", async () => {
  const world = await openKinesis()
  await world.enable()
  const update = async (
    ApproximateCreationDateTimePrecision?: "MICROSECOND",
    StreamArn = STREAM,
  ) => {
    const UpdateKinesisStreamingConfiguration = { ApproximateCreationDateTimePrecision }
    const input = { TableName, StreamArn, UpdateKinesisStreamingConfiguration }
    return world.client.send(new UpdateKinesisStreamingDestinationCommand(input))
  }
  expect(await refusalOf(update())).toBe(
    "ValidationException: Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or contain only null values",
  )
  const other = STREAM.replace("changes", "bad-stream")
  expect(await refusalOf(update("MICROSECOND", other))).toBe(
    `ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: No streaming destination with streamArn: ${other} found for table with tableName: things`,
  )
  expect(await update("MICROSECOND")).toMatchObject({ DestinationStatus: "UPDATING" })
  await world.cloud.settle()
  expect(await refusalOf(update("MICROSECOND"))).toMatch(
    /^ValidationException: Invalid Request: Precision is already set to the desired value of MICROSECOND for tableId: /,
  )
  await put(world)
  expect(world.stream.records[0]?.data["dynamodb"]).toMatchObject({
    ApproximateCreationDateTime: world.cloud.world.clock.now() * 1_000,
    ApproximateCreationDateTimePrecision: "MICROSECOND",
  })
})

test("a stream is of the same account and Region as the table", async () => {
  const { client } = await openKinesis()
  const enable = (StreamArn: string) =>
    refusalOf(client.send(new EnableKinesisStreamingDestinationCommand({ TableName, StreamArn })))
  expect(await enable(STREAM.replace("us-east-1", "us-west-2"))).toMatch(
    /^ValidationException: The/,
  )
  expect(await enable(STREAM.replace("kinesis", "firehose"))).toMatch(/^ValidationException: Inv/)
  const missing = new EnableKinesisStreamingDestinationCommand({
    ...destination,
    TableName: "none",
  })
  expect(await refusalOf(client.send(missing))).toBe(
    "ResourceNotFoundException: Requested resource not found: Table: none not found",
  )
})
