import {
  DeleteItemCommand,
  DescribeTableCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb"
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams"
import { expect, test } from "vitest"
import { openGlobal, type TestGlobal } from "../testing/open-global.ts"
import { openTable, refusalOf } from "../testing/open-table.ts"

const [EAST, WEST, IRELAND] = ["us-east-1", "us-west-2", "eu-west-1"] as const

test("DDB-86 DDB-88 a write in any Region is in all others in less than a second", async () => {
  const table = await openGlobal([WEST, IRELAND])
  await table.write(EAST, "from the east")
  await table.write(WEST, "from the west", "b")
  expect(await table.read(WEST)).toBeUndefined()
  await table.cloud.advance("400ms")
  expect(await table.read(WEST)).toBeUndefined()
  await table.cloud.advance("500ms")
  for (const region of [EAST, WEST, IRELAND]) {
    expect(await table.read(region)).toBe("from the east")
    expect(await table.read(region, "b")).toBe("from the west")
  }
})

test("DDB-89 of several writes of one item the last wins, everywhere", async () => {
  const table = await openGlobal([WEST, IRELAND])
  await table.write(IRELAND, "1")
  await table.write(EAST, "2")
  await table.write(WEST, "3")
  expect(await table.read(EAST)).toBe("2")
  await table.cloud.advance("1s")
  for (const region of [EAST, WEST, IRELAND]) expect(await table.read(region)).toBe("3")
})

test("a delete that comes late does not undo a later write, an earlier write no delete", async () => {
  const { cloud, ...table } = await openGlobal([WEST])
  await table.write(EAST, "1")
  await cloud.advance("1s")
  const Key = { pk: { S: "a" }, sk: { S: "1" } }
  const remove = new DeleteItemCommand({ TableName: table.TableName, Key })
  await table.write(WEST, "2")
  await table.in(EAST).send(remove)
  await cloud.advance("1s")
  expect([await table.read(EAST), await table.read(WEST)]).toEqual([undefined, undefined])
  await table.in(EAST).send(remove)
  await table.write(EAST, "3")
  await cloud.advance("1s")
  await table.in(EAST).send(remove)
  await table.write(WEST, "4")
  await cloud.advance("1s")
  expect([await table.read(EAST), await table.read(WEST)]).toEqual(["4", "4"])
})

test("DDB-90 strongly consistent reads see writes of their own Region only", async () => {
  const table = await openGlobal([WEST])
  await table.write(EAST, "1")
  expect(await table.read(EAST, "a", true)).toBe("1")
  expect(await table.read(WEST, "a", true)).toBeUndefined()
  await table.cloud.advance("1s")
  expect(await table.read(WEST, "a", true)).toBe("1")
})

test("DDB-91 while a Region is down the others go on, and it catches up when it is back", async () => {
  const { cloud, ...table } = await openGlobal([WEST, IRELAND])
  await table.write(WEST, "last words", "b")
  await cloud.fail({ region: WEST })
  await table.write(EAST, "1")
  await cloud.advance("1h")
  expect(await table.read(IRELAND)).toBe("1")
  expect(await table.read(EAST, "b")).toBeUndefined()
  expect(await refusalOf(table.read(WEST))).toMatch(/^ServiceUnavailable/)
  await cloud.heal({ region: WEST })
  await cloud.advance("10s")
  expect(await table.read(WEST)).toBe("1")
  for (const region of [EAST, IRELAND]) expect(await table.read(region, "b")).toBe("last words")
})

test("a delete reaches a Region that was down for days", async () => {
  const { cloud, ...table } = await openGlobal([WEST])
  await table.write(EAST, "1")
  await cloud.advance("1s")
  await cloud.fail({ region: WEST })
  const Key = { pk: { S: "a" }, sk: { S: "1" } }
  await table.in(EAST).send(new DeleteItemCommand({ TableName: table.TableName, Key }))
  await cloud.advance("25h")
  await cloud.heal({ region: WEST })
  await cloud.advance("10s")
  expect(await table.read(WEST)).toBeUndefined()
})

test("conditions look at the item as it is in the Region", async () => {
  const table = await openGlobal([WEST])
  const first = new PutItemCommand({
    TableName: table.TableName,
    Item: { pk: { S: "a" }, sk: { S: "1" } },
    ConditionExpression: "attribute_not_exists(pk)",
  })
  await table.in(EAST).send(first)
  await table.in(WEST).send(first)
  await table.cloud.advance("1s")
  expect(await refusalOf(table.in(WEST).send(first))).toMatch(/^ConditionalCheckFailedException/)
})

test("a transaction is one in its Region; its items are replicated", async () => {
  const table = await openGlobal([WEST])
  const put = (pk: string) => ({
    Put: {
      TableName: table.TableName,
      Item: { pk: { S: pk }, sk: { S: "1" }, v: { S: "t" } },
    },
  })
  const TransactItems = [put("a"), put("b")]
  await table.in(EAST).send(new TransactWriteItemsCommand({ TransactItems }))
  await table.cloud.advance("1s")
  expect([await table.read(WEST, "a"), await table.read(WEST, "b")]).toEqual(["t", "t"])
})

async function streamOf(table: TestGlobal, region: string) {
  const StreamArn = (await table.describe(region))?.LatestStreamArn
  const client = table.cloud.client(DynamoDBStreamsClient, { region })
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
  )
  return (await client.send(new GetRecordsCommand({ ShardIterator }))).Records ?? []
}

test("DDB-87 all replicas have streams of both images, in which each change is once", async () => {
  const table = await openGlobal([WEST])
  for (const region of [EAST, WEST])
    expect((await table.describe(region))?.StreamSpecification).toEqual({
      StreamEnabled: true,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    })
  await table.write(EAST, "1")
  await table.cloud.advance("1s")
  for (const region of [EAST, WEST])
    expect((await streamOf(table, region)).map((one) => [one.eventName, one.awsRegion])).toEqual([
      ["INSERT", region],
    ])
  expect(
    await refusalOf(table.update(EAST, { StreamSpecification: { StreamEnabled: false } })),
  ).toBe(
    "ValidationException: One or more parameter values were invalid: Disabling Stream is not allowed for a Global Table replica.",
  )
})

test("deletes by time to live are made once, and replicated as deletes", async () => {
  const table = await openGlobal([WEST])
  const { cloud, TableName } = table
  await table.in(EAST).send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" },
    }),
  )
  await cloud.settle()
  const ttl = { N: String(Math.floor(cloud.now().getTime() / 1_000) + 60) }
  await table.put({ pk: { S: "a" }, sk: { S: "1" }, v: { S: "1" }, ttl })
  await cloud.advance("1s")
  expect(await table.read(WEST)).toBe("1")
  await cloud.advance("1h")
  expect(await table.read(WEST)).toBeUndefined()
  const authors = async (region: string) =>
    (await streamOf(table, region)).map((one) => [one.eventName, one.userIdentity?.PrincipalId])
  expect(await authors(EAST)).toEqual([
    ["INSERT", undefined],
    ["REMOVE", "dynamodb.amazonaws.com"],
  ])
  expect(await authors(WEST)).toEqual([
    ["INSERT", undefined],
    ["REMOVE", undefined],
  ])
})

test("a replica of a table with items gets them, and what is written meanwhile", async () => {
  const table = await openTable()
  for (let i = 0; i < 250; i++)
    await table.put({ pk: { S: `p${i}` }, sk: { S: "1" }, v: { S: "v" } })
  const global = await openGlobal([WEST], { cloud: table.cloud, TableName: "others" })
  await global.update(EAST, {
    TableName: "things",
    ReplicaUpdates: [{ Create: { RegionName: WEST } }],
  })
  await table.put({ pk: { S: "new" }, sk: { S: "1" } })
  await table.cloud.advance("1s")
  const { Table } = await global.in(WEST).send(new DescribeTableCommand({ TableName: "things" }))
  expect([Table?.TableStatus, Table?.ItemCount]).toEqual(["ACTIVE", 251])
})
