import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { openGlobal } from "../testing/open-global.ts"
import { openCloud, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { query, scan } from "../testing/read-table.ts"

/** A Region of three AZs: each partition has a node in each of them. */
const REGION = "us-east-2"
const AZS = ["use2-az1", "use2-az2", "use2-az3"]

const Key = { pk: { S: "a" }, sk: { S: "1" } }

const openHere = async (): Promise<TestTable> => openTable({}, await openCloud({ region: REGION }))

async function valueOf({ client, TableName }: TestTable, ConsistentRead = false) {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead }))
  return Item?.["v"]?.N
}

/** Counts the item up, if it is what the caller read last. */
const countUp = ({ client, TableName }: TestTable, from: number) =>
  client.send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: "SET v = :next",
      ConditionExpression: "v = :from",
      ExpressionAttributeValues: { ":from": { N: `${from}` }, ":next": { N: `${from + 1}` } },
    }),
  )

test("DDB-51 a write is at the leader when it is answered, and within milliseconds at the others", async () => {
  const table = await openHere()
  await table.put({ ...Key, v: { N: "0" } })
  await table.cloud.lag("5ms")
  await countUp(table, 0)
  expect(await valueOf(table, true)).toBe("1")
  expect(await valueOf(table)).toBe("0")
  await table.cloud.advance("5ms")
  expect(await valueOf(table)).toBe("1")
})

test("DDB-52 whichever AZ fails, and its leaders with it, writes go on and nothing is lost", async () => {
  const table = await openHere()
  const { cloud } = table
  await table.put({ ...Key, v: { N: "0" } })
  // The other nodes do not have what was written last when they elect a leader.
  await cloud.lag("2s")
  let written = 0
  for (const az of AZS) {
    await countUp(table, written++)
    expect(await valueOf(table)).toBe("0")
    await cloud.fail({ az })
    expect(await valueOf(table, true)).toBe(`${written}`)
    await countUp(table, written++)
    expect(await valueOf(table, true)).toBe(`${written}`)
    await cloud.heal({ az })
  }
  expect(written).toBe(6)
})

test("one node of three is no leader: it answers what need not be the latest, and nothing else", async () => {
  const table = await openHere()
  const { client, cloud, TableName } = table
  await table.put({ ...Key, v: { N: "0" } })
  for (const az of AZS.slice(1)) await cloud.fail({ az })
  const calls = [
    table.put({ ...Key, v: { N: "7" } }),
    countUp(table, 0),
    client.send(new DeleteItemCommand({ TableName, Key })),
    client.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } }),
    ),
    client.send(new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key } }] })),
    client.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key } }] })),
    client.send(
      new ExecuteStatementCommand({ Statement: "DELETE FROM things WHERE pk = 'a' AND sk = '1'" }),
    ),
    client.send(
      new ExecuteStatementCommand({ Statement: "SELECT * FROM things", ConsistentRead: true }),
    ),
    valueOf(table, true),
    query(table, { ConsistentRead: true }),
    scan(table, { ConsistentRead: true }),
    client.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: [Key], ConsistentRead: true } },
      }),
    ),
  ]
  for (const call of calls) expect(await refusalOf(call)).toMatch(/^InternalServerError: /)
  expect(await valueOf(table)).toBe("0")
  expect((await query(table)).Count).toBe(1)
  expect((await scan(table)).Count).toBe(1)
  await cloud.heal({ az: "use2-az2" })
  await countUp(table, 0)
  expect(await valueOf(table, true)).toBe("1")
})

test("where accounts see two AZs, one may fail", async () => {
  const table = await openTable({}, await openCloud({ region: "us-west-1" }))
  await table.put({ ...Key, v: { N: "0" } })
  await table.cloud.fail({ az: "usw1-az1" })
  await countUp(table, 0)
  expect(await valueOf(table, true)).toBe("1")
})

test("changes of other Regions wait for a leader", async () => {
  const table = await openGlobal([REGION])
  await table.write("us-east-1", "first")
  await table.cloud.advance("1s")
  expect(await table.read(REGION)).toBe("first")
  for (const az of AZS.slice(1)) await table.cloud.fail({ az })
  await table.write("us-east-1", "second")
  await table.cloud.advance("1m")
  expect(await table.read(REGION)).toBe("first")
  await table.cloud.heal({ az: "use2-az2" })
  await table.cloud.advance("1m")
  expect(await table.read(REGION)).toBe("second")
})

test("what expires waits for a leader, too", async () => {
  const table = await openHere()
  const { client, cloud, TableName } = table
  const TimeToLiveSpecification = { Enabled: true, AttributeName: "until" }
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
  await table.put({ ...Key, until: { N: `${Math.floor(cloud.now().getTime() / 1000) + 60}` } })
  for (const az of AZS.slice(1)) await cloud.fail({ az })
  await cloud.advance("1h")
  expect((await scan(table)).Count).toBe(1)
  await cloud.heal({ az: "use2-az3" })
  await cloud.advance("1m")
  expect((await scan(table)).Count).toBe(0)
})
