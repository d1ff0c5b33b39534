import {
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb"
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam"
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { openGlobal } from "../testing/open-global.ts"
import { keys, openCloud, openTable, refusalOf } from "../testing/open-table.ts"
import { userWith } from "../testing/user.ts"

const [EAST, WEST, IRELAND] = ["us-east-1", "us-west-2", "eu-west-1"] as const
const create = (RegionName: string) => ({ ReplicaUpdates: [{ Create: { RegionName } }] })
const remove = (RegionName: string) => ({ ReplicaUpdates: [{ Delete: { RegionName } }] })

test("each replica tells of the others", async () => {
  const table = await openGlobal([WEST, IRELAND])
  const east = await table.describe(EAST)
  expect(east).toMatchObject({
    TableStatus: "ACTIVE",
    GlobalTableVersion: "2019.11.21",
    MultiRegionConsistency: "EVENTUAL",
    Replicas: [
      { RegionName: IRELAND, ReplicaStatus: "ACTIVE" },
      { RegionName: WEST, ReplicaStatus: "ACTIVE" },
    ],
  })
  const west = await table.describe(WEST)
  expect(west?.Replicas?.map(({ RegionName }) => RegionName)).toEqual([IRELAND, EAST])
  expect(west?.TableArn).toBe("arn:aws:dynamodb:us-west-2:000000000000:table/things")
})

test("a replica is CREATING until its items are there", async () => {
  const table = await openTable()
  const answer = await table.client.send(
    new UpdateTableCommand({ TableName: "things", ...create(WEST) }),
  )
  expect(answer.TableDescription?.Replicas).toMatchObject([
    { RegionName: WEST, ReplicaStatus: "CREATING" },
  ])
})

test("a global table is begun with a role for replication", async () => {
  const { cloud } = await openGlobal([WEST])
  const RoleName = "AWSServiceRoleForDynamoDBReplication"
  const { Role } = await cloud.client(IAMClient).send(new GetRoleCommand({ RoleName }))
  expect(Role?.Path).toBe("/aws-service-role/replication.dynamodb.amazonaws.com/")
})

test("replicas are refused where they cannot be", async () => {
  const table = await openGlobal([WEST])
  expect(await refusalOf(table.update(EAST, create(WEST)))).toBe(
    "ValidationException: Failed to create a the new replica of table with name: ‘things’ because one or more replicas already existed as tables.",
  )
  expect(await refusalOf(table.update(EAST, create(EAST)))).toMatch(
    /^ValidationException: Cannot add/,
  )
  expect(await refusalOf(table.update(EAST, create("mars-1")))).toMatch(
    /^ValidationException: Region mars-1 is not supported\. The latest version of global tables are only supported in the following regions: \[.*us-west-2/,
  )
  expect(await refusalOf(table.update(EAST, { ReplicaUpdates: [{}] }))).toBe(
    "ValidationException: There are no actions specified in the Replica Update Action of the request.",
  )
  const [one] = create(IRELAND).ReplicaUpdates
  const [other] = create("eu-central-1").ReplicaUpdates
  expect(await refusalOf(table.update(EAST, { ReplicaUpdates: [one!, other!] }))).toMatch(
    /^ValidationException: Update table operation with more than one create or delete replica actions not allowed/,
  )
  const and = { ...create(IRELAND), DeletionProtectionEnabled: true }
  expect(await refusalOf(table.update(EAST, and))).toBe(
    "ValidationException: One or more parameter values were invalid: Replica modification must be the only operation in the request",
  )
  expect(await refusalOf(table.update(EAST, remove(IRELAND)))).toBe(
    "ValidationException: Update global table operation failed because one or more replicas were not part of the global table. Please retry the request without these replicas: [eu-west-1].",
  )
  const alone = await openGlobal([])
  expect(await refusalOf(alone.update(EAST, remove(IRELAND)))).toBe(
    "ValidationException: Replica specified in the Replica Update or Replica Delete action of the request was not found.",
  )
  const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
  expect(
    await refusalOf(table.update(EAST, { BillingMode: "PROVISIONED", ProvisionedThroughput })),
  ).toBe(
    "ValidationException: Table write capacity should either be Pay-Per-Request or AutoScaled.",
  )
})

test("a replica leaves with its last changes; one table alone is none", async () => {
  const table = await openGlobal([WEST])
  await table.write(WEST, "1")
  await table.update(EAST, remove(WEST))
  await table.cloud.advance("5s")
  expect(await table.read(EAST)).toBe("1")
  expect(await refusalOf(table.describe(WEST))).toMatch(/^ResourceNotFoundException/)
  const east = await table.describe(EAST)
  expect([east?.Replicas, east?.GlobalTableVersion]).toEqual([undefined, undefined])
  await table.update(EAST, create(WEST))
  expect(await table.read(WEST)).toBe("1")
})

test("a table from which replicas were made cannot be deleted before them for a day", async () => {
  const { cloud, ...table } = await openGlobal([WEST])
  const gone = new DeleteTableCommand({ TableName: table.TableName })
  expect(await refusalOf(table.in(EAST).send(gone))).toBe(
    "ValidationException: Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 hours.",
  )
  await cloud.advance("25h")
  await table.in(EAST).send(gone)
  await cloud.settle()
  expect((await table.describe(WEST))?.Replicas).toBeUndefined()
})

test("indexes, time to live and limits become the same in all replicas", async () => {
  const table = await openGlobal([WEST], { TableName: "synced" })
  await table.write(EAST, "x")
  await table.update(EAST, {
    AttributeDefinitions: keys("v").AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [
      {
        Create: {
          IndexName: "by-v",
          KeySchema: keys("v").KeySchema,
          Projection: { ProjectionType: "ALL" },
        },
      },
    ],
  })
  await table.update(WEST, { OnDemandThroughput: { MaxWriteRequestUnits: 50 } })
  await table.in(EAST).send(
    new UpdateTimeToLiveCommand({
      TableName: "synced",
      TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" },
    }),
  )
  await table.cloud.advance("1s")
  const [east, west] = [await table.describe(EAST), await table.describe(WEST)]
  expect(west?.GlobalSecondaryIndexes).toMatchObject([
    { IndexName: "by-v", IndexStatus: "ACTIVE", ItemCount: 1 },
  ])
  expect(east?.OnDemandThroughput?.MaxWriteRequestUnits).toBe(50)
  const ttl = await table.in(WEST).send(new DescribeTimeToLiveCommand({ TableName: "synced" }))
  expect(ttl.TimeToLiveDescription?.AttributeName).toBe("ttl")
  await table.update(WEST, { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by-v" } }] })
  expect((await table.describe(EAST))?.GlobalSecondaryIndexes).toBeUndefined()
})

test("a replica may have a table class and reads of its own", async () => {
  const table = await openGlobal(
    [],
    {},
    {
      ReplicaUpdates: [
        {
          Create: {
            RegionName: WEST,
            TableClassOverride: "STANDARD_INFREQUENT_ACCESS",
            OnDemandThroughputOverride: { MaxReadRequestUnits: 7 },
          },
        },
      ],
    },
  )
  expect(await table.describe(WEST)).toMatchObject({
    TableClassSummary: { TableClass: "STANDARD_INFREQUENT_ACCESS" },
    OnDemandThroughput: { MaxReadRequestUnits: 7 },
  })
  expect((await table.describe(EAST))?.Replicas).toMatchObject([
    { OnDemandThroughputOverride: { MaxReadRequestUnits: 7 } },
  ])
  const OnDemandThroughputOverride = { MaxReadRequestUnits: 9 }
  await table.update(EAST, {
    ReplicaUpdates: [{ Update: { RegionName: WEST, OnDemandThroughputOverride } }],
  })
  expect((await table.describe(WEST))?.OnDemandThroughput?.MaxReadRequestUnits).toBe(9)
  expect((await table.describe(EAST))?.OnDemandThroughput).toBeUndefined()
})

test("a replica is encrypted with a key of its own Region", async () => {
  const cloud = await openCloud()
  const key = async (region: string) =>
    (await cloud.client(KMSClient, { region }).send(new CreateKeyCommand({}))).KeyMetadata?.Arn
  const [east, west] = [await key(EAST), await key(WEST)]
  const table = await openGlobal(
    [],
    { cloud, SSESpecification: { Enabled: true, SSEType: "KMS", KMSMasterKeyId: east } },
    { ReplicaUpdates: [{ Create: { RegionName: WEST, KMSMasterKeyId: west } }] },
  )
  expect((await table.describe(WEST))?.SSEDescription?.KMSMasterKeyArn).toBe(west)
  expect((await table.describe(EAST))?.SSEDescription?.KMSMasterKeyArn).toBe(east)
  // Recorded.
  const invalid = "ValidationException: One or more parameter values were invalid: "
  expect(await refusalOf(table.update(EAST, create(IRELAND)))).toBe(
    `${invalid}KMSMasterKeyId must be specified for each replica.`,
  )
  const managed = { RegionName: IRELAND, KMSMasterKeyId: "alias/aws/dynamodb" }
  expect(await refusalOf(table.update(EAST, { ReplicaUpdates: [{ Create: managed }] }))).toBe(
    `${invalid}All replica keys must either be Customer Managed CMK or AWS Managed CMK.`,
  )
})

// Recorded: AWS asks for no stream, and keeps the one that is there.
test("a stream of any view stays what it is when a replica is made", async () => {
  const table = await openGlobal([WEST], {
    StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
  })
  await table.write(EAST, "1")
  await table.cloud.advance("5s")
  expect(await table.read(WEST)).toBe("1")
  for (const region of [EAST, WEST])
    expect((await table.describe(region))?.StreamSpecification?.StreamViewType).toBe("KEYS_ONLY")
})

test("who adds a replica needs rights in its Region, and for the role", async () => {
  const { cloud } = await openTable()
  const table = (region: string) => `arn:aws:dynamodb:${region}:000000000000:table/things`
  const update = new UpdateTableCommand({ TableName: "things", ...create(WEST) })
  const here = { Action: "dynamodb:UpdateTable", Resource: table(EAST) }
  const first = await userWith(cloud, here)
  expect(await refusalOf(first.send(update))).toContain(
    `not authorized to perform: dynamodb:CreateTable on resource: ${table(WEST)}`,
  )
})

test("with rights in both Regions, and for the role, a replica is added", async () => {
  const { cloud } = await openTable()
  const table = (region: string) => `arn:aws:dynamodb:${region}:000000000000:table/things`
  const user = await userWith(
    cloud,
    { Action: "dynamodb:UpdateTable", Resource: table(EAST) },
    {
      Action: [
        ...["dynamodb:CreateTable", "dynamodb:CreateTableReplica", "dynamodb:Scan"],
        ...["dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:GetItem"],
        ...["dynamodb:DeleteItem", "dynamodb:BatchWriteItem"],
      ],
      Resource: table(WEST),
    },
    {
      Action: "iam:CreateServiceLinkedRole",
      Resource: "*",
      Condition: {
        StringEquals: { "iam:AWSServiceName": "replication.dynamodb.amazonaws.com" },
      },
    },
  )
  await user.send(new UpdateTableCommand({ TableName: "things", ...create(WEST) }))
  await cloud.settle()
  expect(
    await refusalOf(user.send(new UpdateTableCommand({ TableName: "things", ...remove(WEST) }))),
  ).toContain("not authorized to perform: dynamodb:DeleteTable")
})

test("a replica for a Region that is down is made when it is back", async () => {
  const { cloud, ...table } = await openGlobal([])
  await table.write(EAST, "1")
  await cloud.fail({ region: WEST })
  await table.update(EAST, create(WEST))
  expect((await table.describe(EAST))?.Replicas).toMatchObject([{ ReplicaStatus: "CREATING" }])
  await cloud.heal({ region: WEST })
  await cloud.advance("30s")
  expect((await table.describe(EAST))?.Replicas).toMatchObject([{ ReplicaStatus: "ACTIVE" }])
  expect(await table.read(WEST)).toBe("1")
})
