import { createGunzip } from "node:zlib"
import * as daxApi from "@aws-sdk/client-dax"
import * as dynamodbApi from "@aws-sdk/client-dynamodb"
import {
  CreateTableCommand,
  DescribeEndpointsCommand,
  DescribeLimitsCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb"
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb"
import { expect, onTestFinished, test } from "vitest"
import type { SdkHandler } from "../../gateway/sdk-handler.ts"
import { keys, openCloud, openTable, refusalOf } from "./testing/open-table.ts"
import { scan } from "./testing/read-table.ts"

test("an account's limits, and where the service is", async () => {
  const client = (await openCloud()).client(DynamoDBClient)
  expect(await client.send(new DescribeLimitsCommand({}))).toMatchObject({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  })
  const { Endpoints } = await client.send(new DescribeEndpointsCommand({}))
  expect(Endpoints).toEqual([{ Address: "localhost:4566", CachePeriodInMinutes: 1440 }])
})

const ABOUT_MACHINES = /Instance|Node|Server|Cluster|Patch|Maintenance|Engine|Reboot|Failover/

const aboutMachines = (api: object): string[] =>
  Object.keys(api).filter((name) => name.endsWith("Command") && ABOUT_MACHINES.test(name))

test("DDB-1 tables are made at the public endpoint, with no server, patch or maintenance to mind", async () => {
  const cloud = await openCloud()
  const { url } = await cloud.listen()
  // Where it is, and who asks, is all that a client needs to know.
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const client = new DynamoDBClient({ endpoint: url, region: "us-east-1", credentials })
  onTestFinished(() => client.destroy())
  const TableName = "things"
  const BillingMode = "PAY_PER_REQUEST" as const
  await client.send(new CreateTableCommand({ TableName, ...keys("pk"), BillingMode }))
  await cloud.settle()
  for (let week = 0; week < 4; week++) {
    await client.send(new PutItemCommand({ TableName, Item: { pk: { S: `${week}` } } }))
    await cloud.advance("7d")
    const { Count } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }))
    expect(Count).toBe(week + 1)
  }
  expect(aboutMachines(daxApi)).toContain("RebootNodeCommand")
  expect(aboutMachines(dynamodbApi)).toEqual([])
})

test("DDB-3 with an AZ down tables go on; with the Region down they do not", async () => {
  const table = await openTable()
  await table.cloud.fail({ az: "use1-az1" })
  await table.put({ pk: { S: "a" }, sk: { S: "1" } })
  expect((await scan(table, { ConsistentRead: true })).Count).toBe(1)
  await table.cloud.fail({ region: "us-east-1" })
  expect(await refusalOf(scan(table))).toMatch(/ServiceUnavailable/)
  await table.cloud.heal({ region: "us-east-1" })
  expect((await scan(table)).Count).toBe(1)
})

test("what was written is there again in a snapshot", async () => {
  const table = await openTable()
  await table.put({ pk: { S: "a" }, sk: { S: "1" } })
  await table.cloud.saveSnapshot("before")
  await table.put({ pk: { S: "b" }, sk: { S: "1" } })
  await table.cloud.loadSnapshot("before")
  expect((await scan(table)).Items).toEqual([{ pk: { S: "a" }, sk: { S: "1" } }])
})

test("the document client's values are those of the table", async () => {
  const { cloud } = await openTable()
  const client = DynamoDBDocumentClient.from(cloud.client(DynamoDBClient))
  const TableName = "things"
  const Key = { pk: "a", sk: "1" }
  const Item = {
    ...Key,
    tags: new Set(["x", "y"]),
    list: [1, "two", null, { deep: true }],
    bytes: Uint8Array.of(1, 2),
    exact: 12_345_678_901n,
  }
  await client.send(new PutCommand({ TableName, Item }))
  const got = await client.send(new GetCommand({ TableName, Key }))
  expect(got.Item).toMatchObject({ ...Key, tags: Item.tags, list: Item.list, bytes: Item.bytes })
  const updated = await client.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: "SET #l[1] = :v REMOVE #l[3] DELETE tags :x",
      ExpressionAttributeNames: { "#l": "list" },
      ExpressionAttributeValues: { ":v": 2, ":x": new Set(["x"]) },
      ReturnValues: "ALL_NEW",
    }),
  )
  expect(updated.Attributes).toMatchObject({ list: [1, 2, null], tags: new Set(["y"]) })
  const found = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": "a" },
      ProjectionExpression: "sk",
    }),
  )
  expect(found.Items).toEqual([{ sk: "1" }])
})

test("long answers are compressed for clients that take it; short ones and refusals are not", async () => {
  const { cloud, put, TableName } = await openTable()
  const { requestHandler } = cloud.clientConfig() as { requestHandler: SdkHandler }
  const codings: (string | undefined)[] = []
  const unpacking: SdkHandler = {
    ...requestHandler,
    async handle(request) {
      const headers = { ...request.headers, "accept-encoding": "gzip" }
      const { response } = await requestHandler.handle({ ...request, headers })
      const coding = response.headers["content-encoding"]
      codings.push(coding)
      if (coding === undefined) return { response }
      return { response: { ...response, body: response.body.pipe(createGunzip()) } }
    },
  }
  const client = cloud.client(DynamoDBClient, { requestHandler: unpacking })
  const item = (sk: string, length: number) => ({
    ...{ pk: { S: "a" }, sk: { S: sk } },
    v: { S: "x".repeat(length) },
  })
  await put(item("long", 5_000))
  await put(item("short", 3_000))
  const get = async (sk: string) => {
    const Key = { pk: { S: "a" }, sk: { S: sk } }
    return (await client.send(new GetItemCommand({ TableName, Key }))).Item
  }
  expect(await get("long")).toEqual(item("long", 5_000))
  expect(await get("short")).toEqual(item("short", 3_000))
  const unknown = new GetItemCommand({ TableName: "n".repeat(5_000), Key: { pk: { S: "a" } } })
  expect(await refusalOf(client.send(unknown))).toMatch(/^ValidationException: /)
  expect(codings).toEqual(["gzip", undefined, undefined])
})
