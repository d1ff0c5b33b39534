import { AccountClient, DisableRegionCommand, EnableRegionCommand } from "@aws-sdk/client-account"
import {
  DeleteResourcePolicyCommand,
  DeleteTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb"
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms"
import { CloseAccountCommand } from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { inviteAccount, newAccount } from "../../../organizations/testing/accounts.ts"
import { openPolicies } from "../../../organizations/testing/open-policies.ts"
import {
  arnIn,
  OHIO,
  openPair,
  openShared,
  policyOf,
  VIRGINIA,
  type Place,
  type TestShared,
} from "../../testing/open-shared.ts"
import { openCloud, refusalOf } from "../../testing/open-table.ts"

const MEMBERS = [OHIO, VIRGINIA]
const open = policyOf(VIRGINIA, MEMBERS)
const statuses = async (shared: TestShared) => [
  (await shared.describe(VIRGINIA))?.TableStatus,
  (await shared.describe(OHIO))?.Replicas?.[0]?.ReplicaStatus,
]

test("a replica whose policy lets replication no more in is told so, and goes on alone", async () => {
  const shared = await openPair()
  await shared.permit(VIRGINIA, policyOf(VIRGINIA, [VIRGINIA]))
  expect(await statuses(shared)).toEqual([
    "REPLICATION_NOT_AUTHORIZED",
    "REPLICATION_NOT_AUTHORIZED",
  ])
  await shared.write(VIRGINIA, "here")
  await shared.write(OHIO, "there", "b")
  await shared.cloud.advance("1h")
  expect(await shared.read(VIRGINIA)).toBe("here")
  expect([await shared.read(OHIO), await shared.read(VIRGINIA, "b")]).toEqual([
    undefined,
    undefined,
  ])
  // "… till the permissions are fixed."
  const change = { OnDemandThroughput: { MaxReadRequestUnits: 7 } }
  const denied = `AccessDeniedException: User: replication.dynamodb.amazonaws.com is not authorized to perform: dynamodb:ReplicateSettings on resource: ${arnIn(VIRGINIA)} because no resource-based policy allows the dynamodb:ReplicateSettings action`
  expect(await refusalOf(shared.update(OHIO, change))).toBe(denied)
  expect(await refusalOf(shared.update(VIRGINIA, change))).toBe(denied)
  const TimeToLiveSpecification = { Enabled: true, AttributeName: "t" }
  const expiry = { TableName: shared.TableName, TimeToLiveSpecification }
  expect(await refusalOf(shared.at(OHIO).send(new UpdateTimeToLiveCommand(expiry)))).toBe(denied)
  await shared.permit(VIRGINIA, open)
  expect(await statuses(shared)).toEqual(["ACTIVE", "ACTIVE"])
  expect([await shared.read(OHIO), await shared.read(VIRGINIA, "b")]).toEqual(["here", "there"])
  await shared.update(OHIO, change)
  expect((await shared.describe(VIRGINIA))?.OnDemandThroughput?.MaxReadRequestUnits).toBe(7)
})

test("after twenty hours it is a table of one Region, for good", async () => {
  const shared = await openPair()
  await shared.write(OHIO, "of both")
  await shared.cloud.advance("1s")
  const ResourceArn = arnIn(VIRGINIA)
  await shared.at(VIRGINIA).send(new DeleteResourcePolicyCommand({ ResourceArn }))
  await shared.write(VIRGINIA, "its own", "b")
  await shared.cloud.advance("19h")
  expect(await statuses(shared)).toEqual([
    "REPLICATION_NOT_AUTHORIZED",
    "REPLICATION_NOT_AUTHORIZED",
  ])
  await shared.cloud.advance("2h")
  for (const place of MEMBERS) {
    const { TableStatus, Replicas, GlobalTableVersion } = (await shared.describe(place)) ?? {}
    expect([TableStatus, Replicas, GlobalTableVersion]).toEqual(["ACTIVE", undefined, undefined])
  }
  await shared.permit(VIRGINIA, open)
  await shared.write(OHIO, "alone")
  await shared.cloud.advance("1h")
  expect([await shared.read(VIRGINIA), await shared.read(OHIO, "b")]).toEqual([
    "of both",
    undefined,
  ])
})

test("a replica that is kept out can be deleted", async () => {
  const shared = await openPair()
  await shared.permit(VIRGINIA, policyOf(VIRGINIA, [VIRGINIA]))
  await shared.write(VIRGINIA, "lost")
  await shared.at(VIRGINIA).send(new DeleteTableCommand({ TableName: shared.TableName }))
  await shared.cloud.advance("2m")
  expect(await refusalOf(shared.describe(VIRGINIA))).toMatch(/^ResourceNotFoundException/)
  expect((await shared.describe(OHIO))?.Replicas).toBeUndefined()
})

/** A key that replication may use for those places. */
async function keyFor(shared: TestShared, place: Place, members: readonly Place[]) {
  const { account, region } = place
  const credentials = { accessKeyId: account, secretAccessKey: "test" }
  const kms = shared.cloud.client(KMSClient, { region, credentials })
  const Statement = [
    {
      ...{ Effect: "Allow", Action: "kms:*", Resource: "*" },
      Principal: { AWS: `arn:aws:iam::${account}:root` },
    },
    {
      ...{ Effect: "Allow", Resource: "*" },
      Principal: { Service: "replication.dynamodb.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      Condition: { StringEquals: { "aws:SourceArn": members.map(arnIn) } },
    },
  ]
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
  const KeyId = (await kms.send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn
  const SSESpecification = { Enabled: true, SSEType: "KMS" as const, KMSMasterKeyId: KeyId }
  return { kms, KeyId, SSESpecification }
}

test("each replica has a key of its own, which replication must be let use", async () => {
  const shared = await openShared()
  const ohio = await keyFor(shared, OHIO, MEMBERS)
  await shared.source(OHIO, {
    ResourcePolicy: policyOf(OHIO, MEMBERS, { joining: [VIRGINIA] }),
    SSESpecification: ohio.SSESpecification,
  })
  const closed = await keyFor(shared, VIRGINIA, [VIRGINIA])
  const join = (SSESpecification: object) =>
    refusalOf(shared.replica(VIRGINIA, { ResourcePolicy: open, SSESpecification }))
  expect(await join(closed.SSESpecification)).toMatch(
    /^AccessDeniedException: .*replication\.dynamodb\.amazonaws\.com is not authorized to perform: kms:DescribeKey/,
  )
  const { kms, KeyId, SSESpecification } = await keyFor(shared, VIRGINIA, MEMBERS)
  expect(await join(SSESpecification)).toBe("no refusal")
  expect((await shared.describe(VIRGINIA))?.SSEDescription?.KMSMasterKeyArn).toBe(KeyId)
  await shared.write(OHIO, "1")
  await shared.cloud.advance("1s")
  expect(await shared.read(VIRGINIA)).toBe("1")
  await kms.send(new DisableKeyCommand({ KeyId }))
  await shared.write(OHIO, "2")
  await shared.cloud.advance("1h")
  const lost = "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
  expect(await statuses(shared)).toEqual([lost, lost])
  await kms.send(new EnableKeyCommand({ KeyId }))
  await shared.cloud.advance("1m")
  expect(await statuses(shared)).toEqual(["ACTIVE", "ACTIVE"])
  expect(await shared.read(VIRGINIA)).toBe("2")
})

test("an organization's policies hold who joins, and replication itself", async () => {
  const organization = await openPolicies()
  const { cloud } = organization
  await inviteAccount(organization, VIRGINIA.account)
  for (const type of ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] as const)
    await organization.enable(type)
  const shared = await openShared(cloud)
  await shared.source(OHIO, { ResourcePolicy: policyOf(OHIO, MEMBERS, { joining: [VIRGINIA] }) })
  const deny = (more: object) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Resource: "*", ...more }],
  })
  const scp = await organization.impose(
    VIRGINIA.account,
    deny({ Action: "dynamodb:AssociateTableReplica" }),
  )
  const join = () => refusalOf(shared.replica(VIRGINIA, { ResourcePolicy: open }))
  expect(await join()).toMatch(
    /AssociateTableReplica .*with an explicit deny in a service control policy/,
  )
  await organization.detach(scp, VIRGINIA.account)
  expect(await join()).toBe("no refusal")
  // No SCP holds the service, but an RCP does.
  await organization.impose(VIRGINIA.account, deny({ Action: "dynamodb:WriteDataForReplication" }))
  await shared.write(OHIO, "1")
  await cloud.advance("1s")
  expect(await shared.read(VIRGINIA)).toBe("1")
  const rcp = await organization.impose(
    VIRGINIA.account,
    deny({ Principal: "*", Action: "dynamodb:WriteDataForReplication" }),
    "RESOURCE_CONTROL_POLICY",
  )
  await shared.write(OHIO, "2")
  await cloud.advance("1m")
  expect((await statuses(shared))[0]).toBe("REPLICATION_NOT_AUTHORIZED")
  await organization.detach(rcp, VIRGINIA.account)
  await cloud.advance("1m")
  expect([await shared.read(VIRGINIA), (await statuses(shared))[0]]).toEqual(["2", "ACTIVE"])
})

test("nothing goes to or from a closed account", async () => {
  const organization = await openPolicies()
  const account = await newAccount(organization, "closing")
  const closing: Place = { account, region: "eu-west-1" }
  const shared = await openShared(organization.cloud)
  const members = [OHIO, closing]
  await shared.source(OHIO, { ResourcePolicy: policyOf(OHIO, members, { joining: [closing] }) })
  await shared.replica(closing, { ResourcePolicy: policyOf(closing, members) })
  await organization.client.send(new CloseAccountCommand({ AccountId: account }))
  await shared.cloud.advance("1h")
  await shared.write(OHIO, "1")
  await shared.cloud.advance("1m")
  const replicas = async () => (await shared.describe(OHIO))?.Replicas
  expect(await replicas()).toMatchObject([{ ReplicaStatus: "REPLICATION_NOT_AUTHORIZED" }])
  await shared.cloud.advance("21h")
  expect(await replicas()).toBeUndefined()
})

test("nothing goes to or from a Region that its account has left, and then it is alone", async () => {
  const shared = await openShared()
  const milan: Place = { account: "555555555555", region: "eu-south-1" }
  const credentials = { accessKeyId: milan.account, secretAccessKey: "test" }
  const regions = shared.cloud.client(AccountClient, { credentials })
  const RegionName = milan.region
  await regions.send(new EnableRegionCommand({ RegionName }))
  await shared.cloud.advance("1h")
  const members = [OHIO, milan]
  await shared.source(OHIO, { ResourcePolicy: policyOf(OHIO, members, { joining: [milan] }) })
  await shared.replica(milan, { ResourcePolicy: policyOf(milan, members) })
  await regions.send(new DisableRegionCommand({ RegionName }))
  await shared.cloud.advance("1h")
  await shared.write(OHIO, "1")
  await shared.cloud.advance("1m")
  const replicas = async () => (await shared.describe(OHIO))?.Replicas
  expect(await replicas()).toMatchObject([{ RegionName, ReplicaStatus: "REGION_DISABLED" }])
  await regions.send(new EnableRegionCommand({ RegionName }))
  await shared.cloud.advance("1h")
  expect(await replicas()).toMatchObject([{ RegionName, ReplicaStatus: "ACTIVE" }])
  expect(await shared.read(milan)).toBe("1")
})

test("AWS's own keys are refused, in the source and in the replica", async () => {
  const shared = await openShared(await openCloud())
  const SSESpecification = { Enabled: true, SSEType: "KMS" as const }
  await shared.source(OHIO, {
    ...{ ResourcePolicy: policyOf(OHIO, MEMBERS, { joining: [VIRGINIA] }), SSESpecification },
  })
  const refused =
    "ValidationException: AWS managed keys are not supported for multi-account global tables"
  const join = (more: object) =>
    refusalOf(shared.replica(VIRGINIA, { ResourcePolicy: open, ...more }))
  expect(await join({})).toBe(refused)
  await shared.update(OHIO, { SSESpecification: { Enabled: false } })
  expect(await join({ SSESpecification })).toBe(refused)
  expect(await join({})).toBe("no refusal")
  expect(await refusalOf(shared.update(VIRGINIA, { SSESpecification }))).toBe(refused)
})
