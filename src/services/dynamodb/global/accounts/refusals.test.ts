import { expect, test } from "vitest"
import {
  arnIn,
  IRELAND,
  OHIO,
  openPair,
  openShared,
  policyOf,
  VIRGINIA,
  type Place,
} from "../../testing/open-shared.ts"
import { keys, openTable, refusalOf } from "../../testing/open-table.ts"

const MEMBERS = [OHIO, VIRGINIA]
const joining = { joining: [VIRGINIA, IRELAND] }
const SOURCE = { ResourcePolicy: policyOf(OHIO, MEMBERS, joining) }
const REPLICA = { ResourcePolicy: policyOf(VIRGINIA, MEMBERS) }
const create = (RegionName: string) => ({ ReplicaUpdates: [{ Create: { RegionName } }] })

test("a source table must be alone, and say that its settings are replicated", async () => {
  const shared = await openShared()
  await shared.source(OHIO, { ...SOURCE, GlobalTableSettingsReplicationMode: undefined })
  const join = () => refusalOf(shared.replica(VIRGINIA, REPLICA))
  const mustBeEnabled = /^ValidationException: .*of the source table must be ENABLED/
  expect(await join()).toMatch(mustBeEnabled)
  expect((await shared.describe(OHIO))?.GlobalTableSettingsReplicationMode).toBeUndefined()
  await shared.update(OHIO, { GlobalTableSettingsReplicationMode: "ENABLED" })
  expect((await shared.describe(OHIO))?.GlobalTableSettingsReplicationMode).toBe("ENABLED")
  expect(await refusalOf(shared.update(OHIO, create("us-west-2")))).toMatch(/^ValidationException/)
  await shared.update(OHIO, { GlobalTableSettingsReplicationMode: "DISABLED" })
  expect((await shared.describe(OHIO))?.GlobalTableSettingsReplicationMode).toBe("DISABLED")
  expect(await join()).toMatch(mustBeEnabled)
  await shared.update(OHIO, create("us-west-2"))
  expect(await shared.describe(OHIO)).toMatchObject({
    GlobalTableSettingsReplicationMode: "ENABLED_WITH_OVERRIDES",
    Replicas: [{ GlobalTableSettingsReplicationMode: "ENABLED_WITH_OVERRIDES" }],
  })
  expect(await join()).toMatch(/^ValidationException: A same-account global table cannot/)
  const enable = { GlobalTableSettingsReplicationMode: "ENABLED" } as const
  expect(await refusalOf(shared.update(OHIO, enable))).toMatch(/^ValidationException/)
})

test("a table of one Region has no other mode than ENABLED and DISABLED", async () => {
  const shared = await openShared()
  const other = { GlobalTableSettingsReplicationMode: "ENABLED_WITH_OVERRIDES" } as const
  const refused = /^ValidationException: .* ENABLED_WITH_OVERRIDES is not supported for a table/
  expect(await refusalOf(shared.source(OHIO, other))).toMatch(refused)
  await shared.source(OHIO, { GlobalTableSettingsReplicationMode: "DISABLED" })
  expect((await shared.describe(OHIO))?.GlobalTableSettingsReplicationMode).toBe("DISABLED")
  expect(await refusalOf(shared.update(OHIO, other))).toMatch(refused)
})

test("each replica has an account and a Region of its own, and the name of the others", async () => {
  const shared = await openShared()
  const { account, region } = OHIO
  const same: Place = { account, region: "us-west-2" }
  const near: Place = { account: VIRGINIA.account, region }
  const all = [OHIO, VIRGINIA, IRELAND, near]
  await shared.source(OHIO, { ResourcePolicy: policyOf(OHIO, all, { joining: [OHIO, VIRGINIA] }) })
  const { cloud } = shared
  const other = await openShared(cloud)
  expect(await refusalOf(other.replica(same))).toMatch(/must be in a different account$/)
  const third = await openShared(cloud)
  expect(await refusalOf(third.replica(near))).toMatch(/must be in a different Region$/)
  const named = { ...REPLICA, TableName: "Other" }
  expect(await refusalOf(shared.replica(VIRGINIA, named))).toMatch(/must be the name of its source/)
})

test("what is the source's cannot be said of a replica", async () => {
  const shared = await openShared()
  await shared.source(OHIO, SOURCE)
  const join = (more: object) => refusalOf(shared.replica(VIRGINIA, { ...REPLICA, ...more }))
  expect(await join(keys("pk"))).toMatch(
    /^ValidationException: .*AttributeDefinitions, KeySchema cannot be specified with GlobalTableSourceArn$/,
  )
  expect(await join({ BillingMode: "PAY_PER_REQUEST" })).toMatch(/: BillingMode cannot be/)
  const mode = /GlobalTableSettingsReplicationMode must be ENABLED when GlobalTableSourceArn/
  expect(await join({ GlobalTableSettingsReplicationMode: undefined })).toMatch(mode)
  expect(await join({ GlobalTableSettingsReplicationMode: "DISABLED" })).toMatch(mode)
  expect(await join({ GlobalTableSourceArn: "MusicTable" })).toMatch(/Invalid table ARN/)
  const mars = arnIn({ ...OHIO, region: "mars-1" })
  expect(await join({ GlobalTableSourceArn: mars })).toMatch(/Invalid table ARN/)
})

test("a name that is taken is refused", async () => {
  const shared = await openPair()
  expect(await refusalOf(shared.replica(VIRGINIA, REPLICA))).toMatch(/different account/)
  const { cloud } = await openTable({ TableName: "MusicTable" })
  const taken = await openShared(cloud)
  await taken.source(OHIO, SOURCE)
  await taken.source(VIRGINIA)
  expect(await refusalOf(taken.replica(VIRGINIA, REPLICA))).toBe(
    "ResourceInUseException: Table already exists: MusicTable",
  )
})

test("members are not made or removed from elsewhere, and none has settings of its own", async () => {
  const shared = await openPair()
  const { region: RegionName } = VIRGINIA
  for (const change of [
    create("us-west-2"),
    { ReplicaUpdates: [{ Delete: { RegionName } }] },
    { ReplicaUpdates: [{ Update: { RegionName, TableClassOverride: "STANDARD" as const } }] },
    { MultiRegionConsistency: "STRONG" as const, ...create("us-west-2") },
    { GlobalTableWitnessUpdates: [{ Create: { RegionName: "us-west-2" } }] },
  ])
    expect(await refusalOf(shared.update(OHIO, change))).toMatch(
      /^ValidationException: ReplicaUpdates, .* are not supported for multi-account global tables/,
    )
  const off = { StreamSpecification: { StreamEnabled: false } }
  expect(await refusalOf(shared.update(VIRGINIA, off))).toMatch(/Disabling Stream is not allowed/)
  const mode = { GlobalTableSettingsReplicationMode: "DISABLED" } as const
  expect(await refusalOf(shared.update(VIRGINIA, mode))).toMatch(/^ValidationException/)
})

test("provisioned capacity has to be scaled before a replica joins", async () => {
  const shared = await openShared()
  await shared.source(OHIO, {
    ...{ ...SOURCE, BillingMode: "PROVISIONED" },
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  })
  expect(await refusalOf(shared.replica(VIRGINIA, REPLICA))).toBe(
    "ValidationException: Table write capacity should either be Pay-Per-Request or AutoScaled.",
  )
})
