import {
  DescribeLimitsCommand,
  DescribeTableCommand,
  UpdateTableCommand,
  type CreateTableCommandInput,
  type UpdateTableCommandInput,
  type WarmThroughput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf } from "../testing/open-table.ts"

const units = (read: number, write: number) => ({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
})
const refer =
  "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
const index = (throughput: object) => ({
  AttributeDefinitions: keys("pk", "sk", "owner").AttributeDefinitions,
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-owner",
      KeySchema: keys("owner").KeySchema,
      Projection: { ProjectionType: "KEYS_ONLY" as const },
      ...throughput,
    },
  ],
})

// Recorded.
test("a table and each of its indexes have 40,000 units at most, all together 80,000", async () => {
  const table = await openTable({ ProvisionedThroughput: units(39_900, 1) })
  const make = (TableName: string, more: Partial<CreateTableCommandInput>) =>
    refusalOf(openTable({ TableName, ...more }, table.cloud))
  const update = (input: Partial<UpdateTableCommandInput>) =>
    refusalOf(table.client.send(new UpdateTableCommand({ TableName: "things", ...input })))
  expect(await update({ ProvisionedThroughput: units(40_001, 1) })).toBe(
    `LimitExceededException: The requested ReadCapacityUnits, 40001, is above the per table maximum for the account in us-east-1. Per table maximum: 40000. ${refer}`,
  )
  const ProvisionedThroughput = units(1, 40_001)
  expect(
    await make("other", {
      ProvisionedThroughput: units(1, 1),
      ...index({ ProvisionedThroughput }),
    }),
  ).toBe(
    `LimitExceededException: The requested WriteCapacityUnits for index by-owner, 40001, is above the per index maximum for the account in us-east-1. Per table maximum: 40000. ${refer}`,
  )
  const both = {
    ProvisionedThroughput: units(39_900, 1),
    ...index({ ProvisionedThroughput: units(200, 1) }),
  }
  expect(await make("both", both)).toBe("no refusal")
  expect(await make("third", { ProvisionedThroughput: units(40_000, 1) })).toBe(
    `LimitExceededException: This request would have caused the ReadCapacityUnits limit to be exceeded for the account in us-east-1. Current ReadCapacityUnits reserved by the account: 80000. Limit: 80000. Requested: 40000. ${refer}`,
  )
  expect(await update({ ProvisionedThroughput: units(1, 1) })).toBe("no refusal")
  expect(await make("third", { ProvisionedThroughput: units(30_000, 1) })).toBe("no refusal")
})

// Recorded.
test("limits and warm throughput of tables on demand stay below a table's quota", async () => {
  const { client, TableName } = await openTable(index({}))
  const update = (input: Partial<UpdateTableCommandInput>) =>
    refusalOf(client.send(new UpdateTableCommand({ TableName, ...input })))
  const beyond = "exceeds TableMaxReadCapacityUnits of the account in region us-east-1"
  expect(await update({ OnDemandThroughput: { MaxReadRequestUnits: 40_001 } })).toBe(
    `LimitExceededException: Subscriber limit exceeded: Requested MaxReadRequestUnits for OnDemandThroughput for table ${beyond}`,
  )
  const Update = {
    IndexName: "by-owner",
    WarmThroughput: { ReadUnitsPerSecond: 40_001, WriteUnitsPerSecond: 4_000 },
  }
  expect(await update({ GlobalSecondaryIndexUpdates: [{ Update }] })).toBe(
    `LimitExceededException: Subscriber limit exceeded: Requested ReadUnitsPerSecond for WarmThroughput for index by-owner ${beyond}`,
  )
})

test("quotas are raised, and told", async () => {
  const { cloud, client } = await openTable({ ProvisionedThroughput: units(1, 1) })
  await cloud.setQuota({
    service: "dynamodb",
    quota: "Table-level read throughput limit",
    value: 50_000,
  })
  expect(await client.send(new DescribeLimitsCommand({}))).toMatchObject({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 50_000,
    TableMaxWriteCapacityUnits: 40_000,
  })
  const input = { TableName: "things", ProvisionedThroughput: units(45_000, 1) }
  expect(await refusalOf(client.send(new UpdateTableCommand(input)))).toBe("no refusal")
  await cloud.setQuota({ service: "dynamodb", quota: "L-F98FE922", value: 2 })
  expect(await refusalOf(openTable({ TableName: "second" }, cloud))).toBe("no refusal")
  expect(await refusalOf(openTable({ TableName: "third" }, cloud))).toBe(
    "LimitExceededException: Subscriber limit exceeded: There is a limit of 2 tables per subscriber",
  )
})

// Recorded.
test("warm throughput is never less than it was", async () => {
  const { cloud, client, TableName } = await openTable({ ProvisionedThroughput: units(3, 3) })
  const update = async (input: Partial<UpdateTableCommandInput>) => {
    const refusal = await refusalOf(client.send(new UpdateTableCommand({ TableName, ...input })))
    await cloud.settle()
    return refusal
  }
  const warm = async () =>
    (await client.send(new DescribeTableCommand({ TableName }))).Table?.WarmThroughput
  const is = (read: number, write: number): WarmThroughput & { readonly Status: string } => ({
    ...{ ReadUnitsPerSecond: read, WriteUnitsPerSecond: write, Status: "ACTIVE" },
  })
  await update({ ProvisionedThroughput: units(1, 5) })
  expect(await warm()).toEqual(is(3, 5))
  const less = (why: string) =>
    `ValidationException: One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for table is lower than ${why}`
  expect(await update({ WarmThroughput: { ReadUnitsPerSecond: 1 } })).toBe(
    less("current WarmThroughput, decreasing WarmThroughput is not supported"),
  )
  expect(await update({ WarmThroughput: { ReadUnitsPerSecond: 50 } })).toBe("no refusal")
  expect(await warm()).toEqual(is(50, 5))
  await update({ BillingMode: "PAY_PER_REQUEST" })
  await update({ BillingMode: "PROVISIONED", ProvisionedThroughput: units(1, 1) })
  expect(await warm()).toEqual(is(12_000, 4_000))
  const make = (more: Partial<CreateTableCommandInput>) =>
    refusalOf(openTable({ TableName: "other", ...more }, cloud))
  const WarmThroughput = { ReadUnitsPerSecond: 4, WriteUnitsPerSecond: 9 }
  expect(await make({ WarmThroughput })).toBe(
    less(
      "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial",
    ),
  )
  expect(await make({ WarmThroughput, ProvisionedThroughput: units(5, 5) })).toBe(
    less("ReadCapacityUnits of ProvisionedThroughput"),
  )
})
