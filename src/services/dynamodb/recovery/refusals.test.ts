import {
  CreateBackupCommand,
  CreateTableCommand,
  DeleteBackupCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExportTableToPointInTimeCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  type ExportTableToPointInTimeCommandInput,
  type RestoreTableFromBackupCommandInput,
  type RestoreTableToPointInTimeCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"

// All words are recorded.

const TableName = "things"
const index = {
  IndexName: "by-owner",
  KeySchema: keys("owner").KeySchema,
  Projection: { ProjectionType: "ALL" as const },
}
const indexed = {
  AttributeDefinitions: keys("pk", "sk", "owner").AttributeDefinitions,
  GlobalSecondaryIndexes: [index],
}
const units = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
const request = (words: string) => `ValidationException: Invalid Request: ${words}`

async function openBackup(more: Parameters<typeof openTable>[0] = {}) {
  const table = await openTable(more)
  const { cloud, client } = table
  const { BackupDetails } = await client.send(
    new CreateBackupCommand({ TableName, BackupName: "monday" }),
  )
  await cloud.settle()
  const BackupArn = BackupDetails?.BackupArn as string
  const restore = (input: Partial<RestoreTableFromBackupCommandInput>, of = client) => {
    const asked = { BackupArn, TargetTableName: "copy", ...input }
    return refusalOf(of.send(new RestoreTableFromBackupCommand(asked)))
  }
  return { ...table, BackupArn, restore }
}

const recovering = ({ client }: TestTable) =>
  client.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  )

test("capacity is overridden as the billing mode of the restored table has it", async () => {
  const { restore } = await openBackup(indexed)
  expect(await restore({ ProvisionedThroughputOverride: units })).toBe(
    request("Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED"),
  )
  expect(await restore({ BillingModeOverride: "PROVISIONED" })).toBe(
    request("Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED"),
  )
  const onDemand = { OnDemandThroughputOverride: { MaxReadRequestUnits: 0 } }
  expect(await restore(onDemand)).toBe(
    request("Requested MaxReadRequestUnits for OnDemandThroughput is outside of valid range"),
  )
  const provisioned: Partial<RestoreTableFromBackupCommandInput> = {
    ...{ BillingModeOverride: "PROVISIONED" as const, ProvisionedThroughputOverride: units },
  }
  expect(await restore({ ...provisioned, ...onDemand })).toBe(
    request(
      "Cannot override MaxReadRequestUnits for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST",
    ),
  )
  expect(await restore({ ...provisioned, GlobalSecondaryIndexOverride: [index] })).toBe(
    request("Must specify provisioned throughput for index by-owner"),
  )
  expect(await restore({ BackupArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things" })).toBe(
    "ValidationException: Invalid Backup ARN",
  )
})

test("a restored index may have another name, but no other key, and the table's class is not restored", async () => {
  const { cloud, client, restore } = await openBackup({
    ...indexed,
    TableClass: "STANDARD_INFREQUENT_ACCESS",
  })
  const other = { ...index, KeySchema: keys("sk").KeySchema }
  expect(await restore({ GlobalSecondaryIndexOverride: [other] })).toBe(
    request(
      "Index by-owner does not match a secondary index that existed in the source table and cannot be created during the restore operation",
    ),
  )
  const renamed = { ...index, IndexName: "renamed" }
  expect(await restore({ GlobalSecondaryIndexOverride: [renamed] })).toBe("no refusal")
  await cloud.settle()
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "copy" }))
  expect(Table?.GlobalSecondaryIndexes).toMatchObject([{ IndexName: "renamed" }])
  expect(Table?.TableClassSummary ?? Table?.RestoreSummary).toBeUndefined()
})

test("a backup is restored to one table at a time, whose name is taken; in another Region with a key", async () => {
  const { cloud, client, restore, BackupArn } = await openBackup()
  const elsewhere = cloud.client(DynamoDBClient, { region: "eu-west-1", maxAttempts: 1 })
  expect(await restore({}, elsewhere)).toBe(
    request("sseSpecificationOverride must be provided for cross-region restores"),
  )
  const create = { TableName: "copy", ...keys("id"), BillingMode: "PAY_PER_REQUEST" as const }
  const inUse =
    "BackupInUseException: There is another ongoing conflicting backup control plane operation on the table. The backup is either being created, deleted or restored to a table."
  expect(
    await Promise.all([
      restore({}),
      restore({ TargetTableName: "second" }),
      refusalOf(client.send(new DeleteBackupCommand({ BackupArn }))),
      refusalOf(client.send(new CreateTableCommand(create))),
    ]),
  ).toEqual([
    "no refusal",
    inUse,
    inUse,
    "ResourceInUseException: Attempt to change a resource which is still in use: Table is being used: copy",
  ])
  await cloud.settle()
  expect(await restore({})).toBe("TableAlreadyExistsException: Table already exists: copy")
})

test("a restore to a time names one source and one time", async () => {
  const table = await openTable()
  await recovering(table)
  const restore = (input: Partial<RestoreTableToPointInTimeCommandInput>) => {
    const asked = { TargetTableName: "copy", ...input }
    return refusalOf(table.client.send(new RestoreTableToPointInTimeCommand(asked)))
  }
  const SourceTableName = TableName
  const RestoreDateTime = new Date(table.cloud.now())
  expect(await restore({ SourceTableName })).toBe(
    request(
      "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both",
    ),
  )
  expect(
    await restore({ SourceTableName, RestoreDateTime, UseLatestRestorableTime: true }),
  ).toMatch(
    /^ValidationException: Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore request\./,
  )
  expect(await restore({ UseLatestRestorableTime: true })).toBe(
    "ValidationException: The parameter 'TableName' is required but was not present in the request",
  )
  const refusal = refusalOf(
    table.client.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: {
          ...{ PointInTimeRecoveryEnabled: false, RecoveryPeriodInDays: 7 },
        },
      }),
    ),
  )
  expect(await refusal).toBe(
    request("Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."),
  )
})

test("an export says what goes together", async () => {
  const table = await openTable()
  await recovering(table)
  const exported = (input: Partial<ExportTableToPointInTimeCommandInput>) => {
    const TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/things"
    const asked = { TableArn, S3Bucket: "exports", ...input }
    return refusalOf(table.client.send(new ExportTableToPointInTimeCommand(asked)))
  }
  const IncrementalExportSpecification = { ExportFromTime: new Date(table.cloud.now()) }
  const cases: readonly (readonly [Parameters<typeof exported>[0], string])[] = [
    [{ S3SseKmsKeyId: "alias/mine" }, "KMS Key Id is not supported for this encryption type"],
    [
      { IncrementalExportSpecification },
      "Export Type expected to be Incremental Export when incremental export specification is provided",
    ],
    [
      { IncrementalExportSpecification, ExportType: "FULL_EXPORT" },
      "When Export Type is Full Export , Incremental Export Specification should not be provided",
    ],
    [
      { ExportType: "INCREMENTAL_EXPORT" },
      "Incremental Export Specification expected when export type is set as Incremental Export",
    ],
    [
      { ExportType: "INCREMENTAL_EXPORT", IncrementalExportSpecification: {} },
      "ExportFromTime must be provided in IncrementalExportSpecification",
    ],
  ]
  for (const [input, words] of cases) expect(await exported(input)).toBe(request(words))
  expect(await exported({ TableArn: "things" })).toMatch(/^ValidationException/)
  expect(await exported({ ExportTime: new Date(Number(table.cloud.now()) + 3_600_000) })).toBe(
    "InvalidExportTimeException: Export Time is invalid",
  )
})
