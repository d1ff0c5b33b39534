import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { partitionOf, regionsOf } from "../../../kernel/places.ts"
import type { Call } from "../../../registry/call.ts"
import { createServiceLinkedRole } from "../../iam/port.ts"
import type { In } from "../define.ts"
import { invalidValues, validation } from "../errors.ts"
import { newStream } from "../tables/stream.ts"
import { lookUp, type Table } from "../tables/table.ts"
import { assertOwnMembersOnly } from "./accounts/settings.ts"
import { createReplica } from "./adding.ts"
import { replicaKey, type ReplicaKey } from "./encryption.ts"
import { isLegacy } from "./legacy/marks.ts"
import { assertMayLeave, leave } from "./leaving.ts"
import { scaleNewIndex } from "./scaling/following.ts"
import { assertWritesScaled } from "./scaling/required.ts"
import {
  memberIn,
  membersOf,
  replicas,
  tellPeers,
  type Overrides,
  type Replica,
} from "./replica.ts"
import { assertStrongGroup, assertStrongLeaving, isStrongUpdate } from "./strong-group.ts"
import { syncReplicas } from "./settings.ts"

type Input = In<"UpdateTable">
type Update = NonNullable<Input["ReplicaUpdates"]>[number]
type Given = NonNullable<Update["Create"]> | NonNullable<Update["Update"]>

interface Asked {
  readonly input: Input
  readonly call: Call
}

const changesMembers = ({ ReplicaUpdates, GlobalTableWitnessUpdates }: Input): boolean =>
  (ReplicaUpdates?.length ?? 0) + (GlobalTableWitnessUpdates?.length ?? 0) > 0

/** What replicas of other tables may not become. The words are as users quote them. */
export function assertReplicable(tx: ReadTx, table: Table, input: Input): void {
  if (changesMembers(input) || input.MultiRegionConsistency !== undefined)
    assertOwnMembersOnly(table)
  if (!table.replication && !changesMembers(input)) {
    // Not verified.
    if (input.MultiRegionConsistency !== undefined)
      throw invalidValues("MultiRegionConsistency can only be specified with ReplicaUpdates")
    return
  }
  if (
    table.replication?.consistency !== "STRONG" &&
    input.StreamSpecification?.StreamEnabled === false
  )
    throw invalidValues("Disabling Stream is not allowed for a Global Table replica.")
  if (isLegacy(table)) {
    // The words are not verified.
    if (changesMembers(input))
      throw validation("ReplicaUpdates are not supported for global tables of version 2017.11.29")
    return
  }
  assertWritesScaled(tx, table, input)
}

/**
 * Makes, changes and removes the other members of a global table. Returns the table as it will be:
 * the first of a new global table where it was alone.
 */
export function membersUpdated(tx: WriteTx, table: Table, { input, call }: Asked): Table {
  if (!changesMembers(input)) return table
  const updates = input.ReplicaUpdates ?? []
  const strong = isStrongUpdate(table, input)
  assertUpdates(table, updates, strong)
  if (strong) assertStrongGroup(tx, table, input)
  const added =
    updates.some(({ Create }) => Create) ||
    input.GlobalTableWitnessUpdates?.some((one) => one.Create)
  const member = added ? asMember(tx, table, input) : table
  for (const { Create } of updates) if (Create) add(tx, member, { given: Create, call })
  for (const { Create } of input.GlobalTableWitnessUpdates ?? [])
    if (Create) addWitness(tx, member, Create.RegionName)
  for (const { Update } of updates) if (Update) change(tx, member, { given: Update, call })
  remove(tx, member, input)
  return member
}

/** To call when the row of a replica stands as it will be. */
export function replicasFollow(tx: WriteTx, table: Table, input: Input): void {
  if (changesMembers(input)) tellPeers(tx, table.replication?.group ?? 0)
  else syncReplicas(tx, table)
  if (isLegacy(table) || table.billing.mode !== "PROVISIONED") return
  for (const { Create } of input.GlobalSecondaryIndexUpdates ?? [])
    for (const member of Create ? membersOf(tx, table.replication?.group ?? 0) : [])
      if (member.kind === "replica") scaleNewIndex(tx, member, Create?.IndexName ?? "")
}

/** Recorded, but for Regions that are there twice. */
function assertUpdates(table: Table, updates: readonly Update[], strong: boolean): void {
  const regions = updates.map(
    ({ Create, Update, Delete }) => (Create ?? Update ?? Delete)?.RegionName,
  )
  if (regions.includes(undefined))
    throw validation("There are no actions specified in the Replica Update Action of the request.")
  if (new Set(regions).size < regions.length)
    throw invalidValues("Only one replica update per Region is allowed in one request")
  if (!strong && updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1)
    throw validation(
      "Update table operation with more than one create or delete replica actions not allowed.",
    )
  for (const { Create } of updates) if (Create) assertNewRegion(table, Create.RegionName)
}

/** Recorded. */
function assertNewRegion(table: Table, region: string): void {
  const supported = regionsOf(partitionOf(table.region).id).map(({ code }) => code)
  if (!supported.includes(region))
    throw validation(
      // Recorded; the list is in an order of AWS's.
      `Region ${region} is not supported. The latest version of global tables are only supported ` +
        `in the following regions: [${supported.join(", ")}]`,
    )
  if (region === table.region)
    throw validation(
      "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required.",
    )
}

/** The table as a member: of a new global table, with a stream, where it was none. */
function asMember(tx: WriteTx, table: Table, { MultiRegionConsistency }: Input): Table {
  const { account, region, name } = table
  if (table.replication) {
    const own = memberIn(tx, table.replication.group, region)
    if (own) tx.put(replicas, { ...own, sourceMs: tx.now })
    return table
  }
  const consistency = MultiRegionConsistency === "STRONG" ? "STRONG" : "EVENTUAL"
  const group = tx.serial()
  const member = { group, account, region, name, kind: "replica", status: "ACTIVE" } as const
  tx.insert(replicas, { ...member, overrides: {}, sourceMs: tx.now })
  createServiceLinkedRole(tx, {
    account,
    partition: partitionOf(region).id,
    service: "replication.dynamodb.amazonaws.com",
  })
  return {
    ...table,
    replication: { group, version: "2019.11.21", consistency, peers: [] },
    stream:
      consistency === "STRONG" || table.stream?.enabled ? table.stream : newStream(tx, STREAM),
  }
}

const STREAM = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" }

interface One {
  readonly given: Given
  readonly call: Call
}

function add(tx: WriteTx, table: Table, { given, call }: One): void {
  const { account, name, id, region: from } = table
  const region = given.RegionName
  const group = table.replication?.group ?? 0
  const ref = { account, region, name }
  // Recorded, quotation marks and all.
  if (lookUp(tx, ref) || memberIn(tx, group, region))
    throw validation(
      `Failed to create a the new replica of table with name: ‘${name}’ because one or more replicas already existed as tables.`,
    )
  tx.put(replicas, {
    ...{ ...ref, group, kind: "replica", status: "CREATING" },
    overrides: overridesOf(table, given),
    ...replicaKey(tx, table, { given, call }),
  } satisfies Replica)
  const work = { account, region: from, name, id, group, to: region }
  tx.schedule(createReplica, work, tx.now)
}

function addWitness(tx: WriteTx, table: Table, region: string): void {
  const { account, name, replication } = table
  const group = replication?.group ?? 0
  const member = { group, account, region, name, kind: "witness", status: "ACTIVE" } as const
  tx.put(replicas, { ...member, overrides: {} })
}

function change(tx: WriteTx, table: Table, { given, call }: One): void {
  const replica = found(tx, table, given.RegionName)
  const { overrides } = replica
  const key: ReplicaKey =
    given.KMSMasterKeyId === undefined ? {} : replicaKey(tx, table, { given, call })
  const asked = overridesOf(table, given)
  tx.put(replicas, {
    ...{ ...replica, ...key },
    overrides: { ...overrides, ...asked, indexes: { ...overrides.indexes, ...asked.indexes } },
  })
  syncReplicas(tx, table)
}

function remove(tx: WriteTx, table: Table, input: Input): void {
  const updates = [...(input.ReplicaUpdates ?? []), ...(input.GlobalTableWitnessUpdates ?? [])]
  const regions = updates.flatMap(({ Delete }) => (Delete ? [Delete.RegionName] : []))
  if (regions.length === 0) return
  const leaving = regions.map((region) => found(tx, table, region))
  assertStrongLeaving(tx, table, leaving)
  for (const replica of leaving) {
    if (lookUp(tx, replica)?.deletionProtection)
      // Recorded.
      throw validation(
        `Cannot delete table ${replica.name} in region ${replica.region} because it has deletion ` +
          "protection enabled. Disable deletion protection first.",
      )
    assertMayLeave(tx, replica)
    leave(tx, replica)
  }
}

/** Recorded; where a table has no replicas, or none any more, the words are as users quote them. */
function found(tx: WriteTx, { replication, region: own }: Table, region: string): Replica {
  const members = replication ? membersOf(tx, replication.group) : []
  const others = members.filter((one) => one.region !== own && one.status !== "DELETING")
  const replica = others.find((one) => one.region === region)
  if (replica) return replica
  throw validation(
    others.length === 0
      ? "Replica specified in the Replica Update or Replica Delete action of the request was not found."
      : "Update global table operation failed because one or more replicas were not part of the " +
          `global table. Please retry the request without these replicas: [${region}].`,
  )
}

/** Only what is said is overridden. */
function overridesOf(table: Table, given: Given): Overrides {
  const read = given.ProvisionedThroughputOverride?.ReadCapacityUnits
  const onDemandRead = given.OnDemandThroughputOverride?.MaxReadRequestUnits
  const tableClass = given.TableClassOverride as Overrides["tableClass"]
  const indexes = (given.GlobalSecondaryIndexes ?? []).map((index) => {
    if (!table.globalIndexes.some(({ name }) => name === index.IndexName))
      throw validation(`The table does not have the specified index: ${index.IndexName}`)
    return [
      index.IndexName,
      {
        read: index.ProvisionedThroughputOverride?.ReadCapacityUnits,
        onDemandRead: index.OnDemandThroughputOverride?.MaxReadRequestUnits,
      },
    ] as const
  })
  return {
    ...(read !== undefined && { read }),
    ...(onDemandRead !== undefined && { onDemandRead }),
    ...(tableClass !== undefined && { tableClass }),
    ...(indexes.length > 0 && { indexes: Object.fromEntries(indexes) }),
  }
}
