import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb"
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record,
} from "@aws-sdk/client-dynamodb-streams"
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../dynamodb/testing/open-table.ts"

const STREAM = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } as const

/** A program that reads the only shard of the table's stream, from its beginning. */
async function openReader({ cloud, TableName }: Pick<TestTable, "cloud" | "TableName">) {
  const client = cloud.client(DynamoDBStreamsClient, { maxAttempts: 1 })
  const { Streams } = await client.send(new ListStreamsCommand({ TableName }))
  const StreamArn = Streams?.[0]?.StreamArn
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId
  const first = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(first))
  return {
    async read(): Promise<readonly _Record[]> {
      const answer = await client.send(new GetRecordsCommand({ ShardIterator }))
      ShardIterator = answer.NextShardIterator
      return answer.Records ?? []
    },
  }
}

/** How a reader fares that looks four times a second, as Lambda's do, beside others. */
async function readersFor(seconds: number, count: number): Promise<readonly string[]> {
  const table = await openTable({ StreamSpecification: STREAM })
  const readers = []
  for (let i = 0; i < count; i += 1) readers.push(await openReader(table))
  const refusals = new Set<string>()
  for (let looks = 0; looks < seconds * 4; looks += 1) {
    for (const reader of readers) {
      await table.cloud.advance("10ms")
      refusals.add(await refusalOf(reader.read()))
    }
    await table.cloud.advance(250 - count * 10)
  }
  return [...refusals].toSorted()
}

test("DDB-79 two readers of a shard go on, three are throttled", async () => {
  expect(await readersFor(4, 1)).toEqual(["no refusal"])
  expect(await readersFor(4, 2)).toEqual(["no refusal"])
  expect(await readersFor(4, 3)).toEqual(["LimitExceededException: Rate exceeded", "no refusal"])
})

test("who is throttled loses nothing, and a clock that stands throttles nobody", async () => {
  const table = await openTable({ StreamSpecification: STREAM })
  await table.put({ pk: { S: "a" }, sk: { S: "1" } })
  const reader = await openReader(table)
  const others = await Promise.all(Array.from({ length: 8 }, () => openReader(table)))
  for (const other of others) expect(await other.read()).toHaveLength(1)
  for (let i = 0; i < 9; i += 1) {
    await table.cloud.advance("10ms")
    await others[0]?.read()
  }
  await table.cloud.advance("10ms")
  expect(await refusalOf(reader.read())).toMatch(/^LimitExceededException/)
  await table.cloud.advance("1s")
  expect(await reader.read()).toHaveLength(1)
})

const user = (id: string): Record<string, AttributeValue> => ({ pk: { S: "user" }, sk: { S: id } })
const order = (id: string, by: string, cents: number): Record<string, AttributeValue> => ({
  ...{ pk: { S: "order" }, sk: { S: id } },
  ...{ by: { S: by }, cents: { N: String(cents) } },
})

test("DDB-81 a reader of a stream welcomes who is new, keeps sums in a table, copies to a Region", async () => {
  const table = await openTable({ StreamSpecification: STREAM })
  const { cloud, client } = table
  const sqs = cloud.client(SQSClient)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "mail" }))
  await client.send(
    new CreateTableCommand({
      ...{ TableName: "sums", ...keys("by"), BillingMode: "PAY_PER_REQUEST" },
    }),
  )
  const west = cloud.client(DynamoDBClient, { region: "us-west-2" })
  const copies = {
    TableName: "copies",
    ...keys("pk", "sk"),
    BillingMode: "PAY_PER_REQUEST",
  } as const
  await west.send(new CreateTableCommand(copies))
  await cloud.settle()
  const handle = async ({ eventName, dynamodb }: _Record): Promise<void> => {
    const item = dynamodb?.NewImage as Record<string, AttributeValue>
    await west.send(new PutItemCommand({ TableName: "copies", Item: item }))
    if (item["pk"]?.S === "user" && eventName === "INSERT")
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: `Welcome, ${item["sk"]?.S}!` }),
      )
    if (item["pk"]?.S === "order" && eventName === "INSERT")
      await client.send(
        new UpdateItemCommand({
          ...{ TableName: "sums", Key: { by: { S: item["by"]?.S ?? "" } } },
          UpdateExpression: "ADD cents :c, orders :one",
          ExpressionAttributeValues: { ":c": item["cents"] ?? { N: "0" }, ":one": { N: "1" } },
        }),
      )
  }
  for (const item of [user("ann"), order("1", "ann", 7), order("2", "ann", 5), user("ann")])
    await table.put(item)
  await table.put({ ...user("ann"), name: { S: "Ann" } })
  const reader = await openReader(table)
  for (const record of await reader.read()) await handle(record)
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  )
  expect(Messages?.map(({ Body }) => Body)).toEqual(["Welcome, ann!"])
  const sum = await client.send(
    new GetItemCommand({ TableName: "sums", Key: { by: { S: "ann" } } }),
  )
  expect(sum.Item).toEqual({ by: { S: "ann" }, cents: { N: "12" }, orders: { N: "2" } })
  const copied = await west.send(new GetItemCommand({ TableName: "copies", Key: user("ann") }))
  expect(copied.Item).toEqual({ ...user("ann"), name: { S: "Ann" } })
})
