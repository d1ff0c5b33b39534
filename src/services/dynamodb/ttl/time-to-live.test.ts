import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { query, scan } from "../testing/read-table.ts"

const TableName = "things"
const turn = ({ client }: TestTable, Enabled: boolean, AttributeName = "expires") =>
  client.send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { Enabled, AttributeName },
    }),
  )
const seconds = ({ cloud }: TestTable, more: number) => ({
  N: String(Math.floor(cloud.now().getTime() / 1_000) + more),
})
const names = async (table: TestTable) =>
  (await scan(table)).Items?.map(({ pk }) => pk?.S ?? "").toSorted((a, b) => (a < b ? -1 : 1))

test("DDB-85 items disappear after the time that their attribute says", async () => {
  const table = await openTable({ ...keys("pk") })
  await table.put({ pk: { S: "before" }, expires: seconds(table, 3_600) })
  await turn(table, true)
  await table.cloud.settle()
  await table.put({ pk: { S: "session" }, expires: seconds(table, 3_600) })
  await table.put({ pk: { S: "later" }, expires: seconds(table, 86_400) })
  await table.put({ pk: { S: "renewed" }, expires: seconds(table, 3_600) })
  await table.put({ pk: { S: "renewed" }, expires: seconds(table, 86_400) })
  await table.put({ pk: { S: "kept" }, expires: seconds(table, 3_600) })
  await table.put({ pk: { S: "kept" } })
  await table.put({ pk: { S: "text" }, expires: { S: seconds(table, 3_600).N } })
  await table.put({ pk: { S: "ancient" }, expires: { N: "1" } })
  await table.cloud.advance("2h")
  expect(await names(table)).toEqual(["ancient", "kept", "later", "renewed", "text"])
  await table.cloud.advance("1d")
  expect(await names(table)).toEqual(["ancient", "kept", "text"])
})

test("DDB-83 what has expired can be read until it is deleted: filters leave it out", async () => {
  const table = await openTable({ ...keys("pk", "sk:N") })
  await turn(table, true)
  for (const n of ["1", "2"])
    await table.put({ pk: { S: "a" }, sk: { N: n }, expires: seconds(table, Number(n) * 60) })
  await table.cloud.advance("90s")
  const live = {
    FilterExpression: "expires > :now",
    ExpressionAttributeValues: { ":now": seconds(table, 0) },
  }
  const { Count, ScannedCount } = await query(table, live)
  expect([Count, ScannedCount]).toEqual([1, 2])
  await table.cloud.advance("1h")
  expect((await query(table)).ScannedCount).toBe(0)
})

test("without time to live, or with it turned off, nothing goes", async () => {
  const table = await openTable({ ...keys("pk") })
  await table.put({ pk: { S: "a" }, expires: seconds(table, 60) })
  await table.cloud.advance("1d")
  expect(await names(table)).toEqual(["a"])
  await table.put({ pk: { S: "a" }, expires: seconds(table, 86_400) })
  await turn(table, true)
  await table.cloud.advance("2h")
  await turn(table, false)
  await table.cloud.advance("2d")
  expect(await names(table)).toEqual(["a"])
})

test("binary sort keys expire too, and many at once", async () => {
  const table = await openTable({ ...keys("pk", "sk:B") })
  await turn(table, true)
  for (let i = 0; i < 250; i++) {
    const sk = { B: Uint8Array.of(0, i) }
    await table.put({ pk: { S: "a" }, sk, expires: seconds(table, 60) })
  }
  await table.cloud.advance("1h")
  expect((await scan(table)).Count).toBe(0)
})

test("it is described, changed once an hour, and on one attribute", async () => {
  const table = await openTable()
  const describe = async () =>
    (await table.client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription
  // Recorded.
  expect(await describe()).toEqual({ TimeToLiveStatus: "DISABLED" })
  const invalid = async (call: Promise<unknown>) =>
    (await refusalOf(call)).replace("ValidationException: ", "")
  expect(await invalid(turn(table, false))).toBe("TimeToLive is already disabled")
  expect((await turn(table, true)).TimeToLiveSpecification).toEqual({
    Enabled: true,
    AttributeName: "expires",
  })
  expect(await describe()).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expires" })
  expect(await invalid(turn(table, true))).toBe("TimeToLive is already enabled")
  expect(await invalid(turn(table, true, "other"))).toBe(
    "TimeToLive is active on a different AttributeName: current AttributeName is expires",
  )
  expect(await invalid(turn(table, false))).toBe(
    "Time to live has been modified multiple times within a fixed interval",
  )
  await table.cloud.advance("1h")
  await turn(table, false)
  expect(await describe()).toEqual({ TimeToLiveStatus: "DISABLED" })
})

test("point-in-time recovery is off by default", async () => {
  const { client } = await openTable()
  const answer = await client.send(new DescribeContinuousBackupsCommand({ TableName }))
  expect(answer.ContinuousBackupsDescription).toEqual({
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
  })
  const call = client.send(new DescribeContinuousBackupsCommand({ TableName: "nowhere" }))
  expect(await refusalOf(call)).toBe("TableNotFoundException: Table not found: nowhere")
})
