import { UpdateTableCommand, type UpdateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf } from "../testing/open-table.ts"

const units = { ReadCapacityUnits: 2, WriteCapacityUnits: 2 }
const stream = { StreamEnabled: true, StreamViewType: "KEYS_ONLY" } as const
const onDemand = { MaxReadRequestUnits: 100 }
const warm = { ReadUnitsPerSecond: 20_000 }
const index = {
  IndexName: "by-owner",
  KeySchema: keys("owner").KeySchema,
  Projection: { ProjectionType: "ALL" as const },
}
const create = {
  AttributeDefinitions: keys("owner").AttributeDefinitions,
  GlobalSecondaryIndexUpdates: [{ Create: index }],
}
const alone = (what: string) => `${what} must be the only operation in the request`

type Case = readonly [Partial<UpdateTableCommandInput>, string]

const CASES: readonly Case[] = [
  [
    { DeletionProtectionEnabled: true, SSESpecification: { Enabled: true } },
    alone("Server-Side Encryption modification"),
  ],
  [
    { DeletionProtectionEnabled: true, TableClass: "STANDARD_INFREQUENT_ACCESS" },
    alone("TableClass modification"),
  ],
  [
    { DeletionProtectionEnabled: true, BillingMode: "PAY_PER_REQUEST" },
    alone("DeletionProtection modification"),
  ],
  [
    { WarmThroughput: warm, DeletionProtectionEnabled: true },
    alone("DeletionProtection modification"),
  ],
  [{ WarmThroughput: warm, StreamSpecification: stream }, alone("WarmThroughput")],
  [
    { WarmThroughput: warm, ...create },
    "Create global secondary index cannot be specified when updating WarmThroughput",
  ],
  [
    { ...create, SSESpecification: { Enabled: true } },
    alone("Server-Side Encryption modification"),
  ],
  [
    { StreamSpecification: stream, OnDemandThroughput: onDemand },
    "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
  ],
  [
    { StreamSpecification: stream, BillingMode: "PROVISIONED", ProvisionedThroughput: units },
    "You cannot modify stream status while updating table IOPS",
  ],
  [
    { ...create, ProvisionedThroughput: units },
    "You cannot create or delete index while updating table IOPS",
  ],
  [
    { ...create, StreamSpecification: stream },
    "You cannot create or delete index while changing stream status",
  ],
  [
    { GlobalSecondaryIndexUpdates: [], DeletionProtectionEnabled: true },
    "List of GlobalSecondaryIndexUpdates is empty",
  ],
  [
    { GlobalSecondaryIndexUpdates: [{ Update: { IndexName: "ghost", WarmThroughput: {} } }] },
    "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: ghost",
  ],
  [
    { GlobalSecondaryIndexUpdates: create.GlobalSecondaryIndexUpdates },
    "AttributeDefinitions is not specified for index: by-owner",
  ],
  [
    {
      ...create,
      GlobalSecondaryIndexUpdates: [{ Create: { ...index, ProvisionedThroughput: units } }],
    },
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: by-owner when BillingMode is PAY_PER_REQUEST",
  ],
  [
    { BillingMode: "PAY_PER_REQUEST", ProvisionedThroughput: units },
    "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST",
  ],
  [
    { StreamSpecification: { StreamEnabled: true } },
    "If stream is being enabled then UpdateViewType is required",
  ],
]

// Recorded.
test("what AWS changes one by one is refused together, and nothing of it is done", async () => {
  const { client, TableName } = await openTable()
  for (const [input, words] of CASES)
    expect(await refusalOf(client.send(new UpdateTableCommand({ TableName, ...input })))).toBe(
      `ValidationException: One or more parameter values were invalid: ${words}`,
    )
  const more: Partial<UpdateTableCommandInput> = { OnDemandThroughput: onDemand }
  const { TableDescription } = await client.send(
    new UpdateTableCommand({ TableName, BillingMode: "PAY_PER_REQUEST", ...more }),
  )
  expect(TableDescription).toMatchObject({
    DeletionProtectionEnabled: false,
    OnDemandThroughput: onDemand,
  })
  expect(TableDescription?.SSEDescription ?? TableDescription?.StreamSpecification).toBeUndefined()
})

// Recorded: what is sent without being a change does not count.
test("consistency alone is no change, and is not named among those that are missing", async () => {
  const { client, TableName } = await openTable()
  const input = { TableName, MultiRegionConsistency: "STRONG" } as const
  const words = await refusalOf(client.send(new UpdateTableCommand(input)))
  expect(words).toMatch(/^ValidationException: At least one of ProvisionedThroughput, /)
  expect(words).not.toMatch(/MultiRegionConsistency/)
})

// Recorded.
test("an index of a table on demand changes its limits only; a local one nothing", async () => {
  const { client, TableName } = await openTable({
    AttributeDefinitions: keys("pk", "sk", "owner").AttributeDefinitions,
    GlobalSecondaryIndexes: [index],
    LocalSecondaryIndexes: [
      { ...index, IndexName: "local", KeySchema: keys("pk", "owner").KeySchema },
    ],
  })
  const update = (Update: object) =>
    refusalOf(
      client.send(
        new UpdateTableCommand({
          TableName,
          GlobalSecondaryIndexUpdates: [{ Update: Update as { IndexName: string } }],
        }),
      ),
    )
  const only =
    "ValidationException: One or more parameter values were invalid: The only Updates for index: by-owner when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput"
  expect(await update({ IndexName: "by-owner", ProvisionedThroughput: units })).toBe(only)
  expect(await update({ IndexName: "by-owner" })).toBe(only)
  expect(await update({ IndexName: "local", OnDemandThroughput: onDemand })).toBe(
    "ValidationException: Cannot update an index that is not a GlobalSecondaryIndex: local",
  )
  expect(
    await update({ IndexName: "by-owner", OnDemandThroughput: { MaxReadRequestUnits: 0 } }),
  ).toBe(
    "ValidationException: One or more parameter values were invalid: Requested MaxReadRequestUnits for OnDemandThroughput for index : by-owner is outside of valid range",
  )
  expect(await update({ IndexName: "by-owner", OnDemandThroughput: onDemand })).toBe("no refusal")
})
