import {
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb"
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import {
  arnIn,
  IRELAND,
  OHIO,
  openPair,
  openShared,
  policyOf,
  VIRGINIA,
} from "../../testing/open-shared.ts"
import { keys, refusalOf } from "../../testing/open-table.ts"

test("a table of another account gets a replica, and writes go both ways", async () => {
  const shared = await openShared()
  const members = [OHIO, VIRGINIA]
  await shared.source(OHIO, { ResourcePolicy: policyOf(OHIO, members, { joining: [VIRGINIA] }) })
  await shared.write(OHIO, "from before")
  const answer = await shared.replica(VIRGINIA, { ResourcePolicy: policyOf(VIRGINIA, members) })
  expect(answer).toMatchObject({
    TableDescription: {
      ...{ TableStatus: "CREATING", TableArn: arnIn(VIRGINIA) },
      Replicas: [{ RegionName: OHIO.region, ReplicaStatus: "ACTIVE", ReplicaArn: arnIn(OHIO) }],
    },
  })
  expect(await shared.read(VIRGINIA)).toBe("from before")
  await shared.write(VIRGINIA, "from virginia")
  await shared.write(OHIO, "from ohio", "b")
  expect(await shared.read(OHIO)).toBe("from before")
  await shared.cloud.advance("1s")
  for (const place of members) {
    expect(await shared.read(place)).toBe("from virginia")
    expect(await shared.read(place, "b")).toBe("from ohio")
  }
  expect(await shared.describe(OHIO)).toMatchObject({
    ...{ TableStatus: "ACTIVE", GlobalTableVersion: "2019.11.21" },
    ...{ GlobalTableSettingsReplicationMode: "ENABLED", MultiRegionConsistency: "EVENTUAL" },
    Replicas: [
      {
        ...{ RegionName: "us-east-1", ReplicaStatus: "ACTIVE", ReplicaArn: arnIn(VIRGINIA) },
        GlobalTableSettingsReplicationMode: "ENABLED",
      },
    ],
  })
})

test("of several writes of one item the last wins in all accounts", async () => {
  const shared = await openPair()
  await shared.write(OHIO, "1")
  await shared.write(VIRGINIA, "2")
  await shared.write(OHIO, "3")
  await shared.cloud.advance("1s")
  for (const place of [OHIO, VIRGINIA]) expect(await shared.read(place)).toBe("3")
})

test("who joins must be let by all members, in their policies", async () => {
  const shared = await openShared()
  const members = [OHIO, VIRGINIA]
  const ResourcePolicy = policyOf(VIRGINIA, members)
  const join = () => refusalOf(shared.replica(VIRGINIA, { ResourcePolicy }))
  const notLet = `AccessDeniedException: User: arn:aws:iam::${VIRGINIA.account}:root is not authorized to perform: dynamodb:AssociateTableReplica on resource: ${arnIn(OHIO)} because no resource-based policy allows the dynamodb:AssociateTableReplica action`
  // Whether there is such a table is not told.
  expect(await join()).toBe(notLet)
  await shared.source(OHIO, { ResourcePolicy: policyOf(OHIO, members) })
  expect(await join()).toBe(notLet)
  await shared.permit(OHIO, policyOf(OHIO, members, { joining: [VIRGINIA] }))
  expect(await join()).toBe("no refusal")
  // A third needs the leave of both.
  const three = [OHIO, VIRGINIA, IRELAND]
  await shared.permit(OHIO, policyOf(OHIO, three, { joining: [IRELAND] }))
  await shared.permit(VIRGINIA, policyOf(VIRGINIA, three))
  const third = { ResourcePolicy: policyOf(IRELAND, three) }
  expect(await refusalOf(shared.replica(IRELAND, third))).toContain(
    `AssociateTableReplica on resource: ${arnIn(VIRGINIA)}`,
  )
  await shared.permit(VIRGINIA, policyOf(VIRGINIA, three, { joining: [IRELAND] }))
  await shared.replica(IRELAND, third)
  await shared.write(IRELAND, "to all")
  await shared.cloud.advance("1s")
  for (const place of three) expect(await shared.read(place)).toBe("to all")
})

test("each replica lets replication in for all replicas and for itself", async () => {
  const shared = await openShared()
  const members = [OHIO, VIRGINIA]
  const source = policyOf(OHIO, members, { joining: [VIRGINIA] })
  await shared.source(OHIO, { ResourcePolicy: source })
  const join = (ResourcePolicy?: string) => refusalOf(shared.replica(VIRGINIA, { ResourcePolicy }))
  const refused = (action: string, at = VIRGINIA) =>
    `AccessDeniedException: User: replication.dynamodb.amazonaws.com is not authorized to perform: dynamodb:${action} on resource: ${arnIn(at)} because no resource-based policy allows the dynamodb:${action} action`
  expect(await join()).toBe(refused("ReadDataForReplication"))
  expect(await join(policyOf(VIRGINIA, [VIRGINIA]))).toBe(refused("ReadDataForReplication"))
  expect(await join(policyOf(VIRGINIA, [OHIO]))).toBe(refused("ReadDataForReplication"))
  const some = { actions: ["ReadDataForReplication", "WriteDataForReplication"] }
  expect(await join(policyOf(VIRGINIA, members, some))).toBe(refused("ReplicateSettings"))
  await shared.permit(OHIO, policyOf(OHIO, [OHIO], { joining: [VIRGINIA] }))
  expect(await join(policyOf(VIRGINIA, members))).toBe(refused("ReadDataForReplication", OHIO))
  // Nothing is left of what was refused.
  expect(await refusalOf(shared.describe(VIRGINIA))).toMatch(/^ResourceNotFoundException/)
  expect((await shared.describe(OHIO))?.Replicas).toBeUndefined()
})

test("settings become the same in all accounts, but for what each has for itself", async () => {
  const shared = await openPair()
  await shared.write(OHIO, "x")
  await shared.update(VIRGINIA, {
    AttributeDefinitions: keys("v").AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [
      {
        Create: {
          ...{ IndexName: "by-v", KeySchema: keys("v").KeySchema },
          Projection: { ProjectionType: "ALL" },
        },
      },
    ],
  })
  await shared.update(OHIO, { OnDemandThroughput: { MaxWriteRequestUnits: 50 } })
  await shared.update(OHIO, { TableClass: "STANDARD_INFREQUENT_ACCESS" })
  await shared.update(OHIO, { DeletionProtectionEnabled: true })
  await shared.at(OHIO).send(
    new UpdateTimeToLiveCommand({
      TableName: shared.TableName,
      TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" },
    }),
  )
  await shared.cloud.advance("1s")
  const [ohio, virginia] = [await shared.describe(OHIO), await shared.describe(VIRGINIA)]
  for (const one of [ohio, virginia])
    expect(one).toMatchObject({
      GlobalSecondaryIndexes: [{ IndexName: "by-v", IndexStatus: "ACTIVE", ItemCount: 1 }],
      OnDemandThroughput: { MaxWriteRequestUnits: 50 },
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    })
  const expiry = new DescribeTimeToLiveCommand({ TableName: shared.TableName })
  expect((await shared.at(VIRGINIA).send(expiry)).TimeToLiveDescription?.AttributeName).toBe("ttl")
  expect(ohio).toMatchObject({
    DeletionProtectionEnabled: true,
    TableClassSummary: { TableClass: "STANDARD_INFREQUENT_ACCESS" },
  })
  expect([virginia?.DeletionProtectionEnabled, virginia?.TableClassSummary]).toEqual([
    false,
    undefined,
  ])
})

test("an account's role for settings is made with its first replica", async () => {
  const { cloud } = await openPair()
  const RoleName = "AWSServiceRoleForDynamoDBGlobalTableSettingsManagement"
  for (const { account } of [OHIO, VIRGINIA]) {
    const credentials = { accessKeyId: account, secretAccessKey: "test" }
    const { Role } = await cloud
      .client(IAMClient, { credentials })
      .send(new GetRoleCommand({ RoleName }))
    expect(Role?.Arn).toContain(`:iam::${account}:role/aws-service-role/`)
  }
})

test("a replica is removed by its own account; the last one is a table like any other", async () => {
  const shared = await openPair()
  await shared.write(VIRGINIA, "last words")
  const remove = new DeleteTableCommand({ TableName: shared.TableName })
  // As of tables of one account.
  expect(await refusalOf(shared.at(OHIO).send(remove))).toMatch(/acted as a source region/)
  await shared.at(VIRGINIA).send(remove)
  await shared.cloud.advance("5s")
  expect(await refusalOf(shared.describe(VIRGINIA))).toMatch(/^ResourceNotFoundException/)
  const ohio = await shared.describe(OHIO)
  expect([ohio?.Replicas, ohio?.GlobalTableVersion]).toEqual([undefined, undefined])
  expect(ohio?.GlobalTableSettingsReplicationMode).toBe("ENABLED")
  expect(await shared.read(OHIO)).toBe("last words")
  await shared.replica(VIRGINIA, { ResourcePolicy: policyOf(VIRGINIA, [OHIO, VIRGINIA]) })
  expect(await shared.read(VIRGINIA)).toBe("last words")
})

test("while a Region is down the other account goes on, and it catches up when it is back", async () => {
  const { cloud, ...shared } = await openPair()
  await shared.write(VIRGINIA, "last words", "b")
  await cloud.fail({ region: VIRGINIA.region })
  await shared.write(OHIO, "1")
  await shared.update(OHIO, { OnDemandThroughput: { MaxReadRequestUnits: 7 } })
  await cloud.advance("2h")
  expect(await shared.read(OHIO, "b")).toBeUndefined()
  await cloud.heal({ region: VIRGINIA.region })
  await cloud.advance("10s")
  expect(await shared.read(VIRGINIA)).toBe("1")
  expect(await shared.read(OHIO, "b")).toBe("last words")
  const virginia = await shared.describe(VIRGINIA)
  expect(virginia?.OnDemandThroughput?.MaxReadRequestUnits).toBe(7)
  expect(virginia?.Replicas).toMatchObject([{ ReplicaStatus: "ACTIVE" }])
})
