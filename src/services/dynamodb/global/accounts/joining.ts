import type { AccessRequest } from "../../../../iam/access.ts"
import type { ActionContext } from "../../../../kernel/action.ts"
import { isRegion, partitionOf } from "../../../../kernel/places.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { Call } from "../../../../registry/call.ts"
import { createServiceLinkedRole } from "../../../iam/port.ts"
import { accessTo } from "../../access.ts"
import { countHours } from "../../capacity/hourly.ts"
import type { In, Out } from "../../define.ts"
import { invalidValues, tableExists, tableNotFound, validation } from "../../errors.ts"
import { streamsFollow } from "../../streams/stream.ts"
import { describeTable } from "../../tables/description.ts"
import { settleTable } from "../../tables/jobs.ts"
import { ownSettings } from "../../tables/own-settings.ts"
import { newStream } from "../../tables/stream.ts"
import {
  arnOf,
  assertTableName,
  lookUp,
  refOf,
  sameTable,
  tableInUse,
  tables,
  type Table,
  type TableRef,
} from "../../tables/table.ts"
import { accessToRole, SETTINGS_ROLE } from "../access.ts"
import { STREAM, tableOf } from "../adding.ts"
import { areUp } from "../applying.ts"
import { memberIn, membersOf, replicas, tellPeers, type Replica } from "../replica.ts"
import { copyAcrossJob } from "../replication.ts"
import { scaleAs } from "../scaling/following.ts"
import { assertWritesScaled } from "../scaling/required.ts"
import { assertAuthorized, assertKeyUsable, type Guarded } from "./permissions.ts"
import { assertShareable } from "./settings.ts"

type Input = In<"CreateTable">

/** Settings that are the source's (docs: "Multi-account global tables", synchronized settings). */
const SYNCHRONIZED = [
  ...["AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes", "GlobalSecondaryIndexes"],
  ...["BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput"],
  "StreamSpecification",
] as const

/** "All existing members need to give … dynamodb:AssociateTableReplica" to who adds a replica. */
export function accessToJoin(
  tx: ReadTx,
  { GlobalTableSourceArn: arn }: Input,
  call: Call,
): readonly AccessRequest[] {
  if (arn === undefined) return []
  const ref = sourceRef(arn, call)
  const existing = membersWith(tx, ref, lookUp(tx, ref))
  return [
    ...existing.map((one) => accessTo(tx, arnOf(one), call, { action: "AssociateTableReplica" })),
    ...accessToRole(tx, call, SETTINGS_ROLE),
  ]
}

/** The words are not verified. */
function sourceRef(arn: string, call: Call): TableRef {
  const ref = arn.startsWith("arn:") ? refOf(arn, call) : undefined
  if (!ref || !isRegion(ref.region)) throw validation(`Invalid table ARN: ${arn}`)
  return ref
}

/** The members that are there: the source alone before there is a global table. */
const membersWith = (tx: ReadTx, source: TableRef, table: Table | undefined): readonly TableRef[] =>
  table?.replication?.multiAccount
    ? membersOf(tx, table.replication.group).filter(({ status }) => status !== "DELETING")
    : [source]

/** A replica that is to be, and those whose policies have to let it. */
interface Plan {
  readonly made: Table
  readonly sourceId: number
  readonly existing: readonly Guarded[]
}

/** Makes a replica of another account's table, once all members have let replication in. */
export async function createFromSource(
  ctx: ActionContext,
  input: Input,
  call: Call,
): Promise<Out<"CreateTable">> {
  const plan = await ctx.write((tx) => planned(tx, input, call))
  const { made, existing } = plan
  const all = [...existing, { ...made, newPolicy: made.policy?.text ?? NO_POLICY }]
  await assertAuthorized(ctx, all, { sources: all })
  for (const table of all) for (const source of all) await assertKeyUsable(ctx, table, source)
  return ctx.write((tx) => join(tx, plan, { input, call }))
}

const NO_POLICY = '{"Version":"2012-10-17","Statement":[]}'

/** Writes nothing. No words of refusals here are verified. */
function planned(tx: WriteTx, input: Input, call: Call): Plan {
  assertTableName(input.TableName)
  if (input.GlobalTableSettingsReplicationMode !== "ENABLED")
    throw invalidValues(
      "GlobalTableSettingsReplicationMode must be ENABLED when GlobalTableSourceArn is specified",
    )
  const given = SYNCHRONIZED.filter((name) => input[name] !== undefined)
  if (given.length > 0)
    throw invalidValues(`${given.join(", ")} cannot be specified with GlobalTableSourceArn`)
  const { account, region } = call
  const ref = { account, region, name: input.TableName }
  const source = sourceOf(tx, input, call)
  const existing = membersWith(tx, source, source)
  assertApart(ref, { source, existing })
  if (lookUp(tx, ref)) throw tableExists(ref.name)
  if (!areUp(tx, existing))
    throw new AwsError("InternalServerError", "A Region of the global table is not available.")
  const made = replicaOf(tx, source, { ref, input, call })
  const guarded = existing.map(({ account: owner, region: place, name }): Guarded => {
    const table = { account: owner, region: place, name }
    return { ...table, encryption: lookUp(tx, table)?.encryption }
  })
  return { made, sourceId: source.id, existing: guarded }
}

function sourceOf(tx: WriteTx, { GlobalTableSourceArn: arn = "" }: Input, call: Call): Table {
  const ref = sourceRef(arn, call)
  const source = lookUp(tx, ref)
  if (!source) throw tableNotFound(ref.name)
  if (source.status === "CREATING" || source.status === "DELETING") throw tableInUse(source)
  if (source.replication && !source.replication.multiAccount)
    throw validation(
      "A same-account global table cannot be converted to a multi-account global table: delete its other replicas first",
    )
  if (source.settingsReplication !== "ENABLED")
    throw validation(
      "GlobalTableSettingsReplicationMode of the source table must be ENABLED to create a multi-account global table",
    )
  if (source.stream?.enabled && source.stream.view !== "NEW_AND_OLD_IMAGES")
    throw validation(
      "Table's stream must be enabled with the view type NEW_AND_OLD_IMAGES to add a replica",
    )
  assertShareable(tx, source)
  assertWritesScaled(tx, source, { TableName: ref.name, ReplicaUpdates: NEW_REPLICA })
  return source
}

/** What provisioned capacity needs before a replica is added. */
const NEW_REPLICA = [{ Create: { RegionName: "" } }]

/** "Each replica must reside in a separate AWS account", and in a Region of its own. */
function assertApart(
  ref: TableRef,
  { source, existing }: { readonly source: Table; readonly existing: readonly TableRef[] },
): void {
  if (ref.name !== source.name)
    throw validation("The name of a replica must be the name of its source table")
  if (partitionOf(ref.region).id !== partitionOf(source.region).id)
    throw validation(`Unsupported region: ${source.region}`)
  if (existing.some(({ account }) => account === ref.account))
    throw validation("Each replica of a multi-account global table must be in a different account")
  if (existing.some(({ region }) => region === ref.region))
    throw validation("Each replica of a multi-account global table must be in a different Region")
}

interface New {
  readonly ref: TableRef
  readonly input: Input
  readonly call: Call
}

/** The source's settings with those that every replica has for itself. */
function replicaOf(tx: WriteTx, source: Table, { ref, input, call }: New): Table {
  const from = { ...source, replication: source.replication ?? FIRST }
  const replica: Replica = {
    ...{ ...ref, group: from.replication.group, kind: "replica", status: "CREATING" },
    overrides: {},
  }
  const made: Table = {
    ...tableOf(tx, from, replica),
    ...ownSettings(tx, input, call),
    settingsReplication: "ENABLED",
  }
  assertShareable(tx, made)
  return made
}

const FIRST = Object.freeze({
  ...{ group: 0, version: "2019.11.21", consistency: "EVENTUAL", multiAccount: true },
  peers: [],
}) as NonNullable<Table["replication"]>

/** The replica, as it was planned: unless what it stands on has changed meanwhile. */
function join(tx: WriteTx, plan: Plan, { input, call }: Omit<New, "ref">): Out<"CreateTable"> {
  const { made, existing } = plan
  const found = sourceOf(tx, input, call)
  const now = membersWith(tx, found, found)
  if (found.id !== plan.sourceId || now.length !== existing.length) throw tableInUse(found)
  if (lookUp(tx, made)) throw tableExists(made.name)
  const source = found.replication ? found : asFirst(tx, found)
  const replication = { ...(source.replication ?? FIRST), peers: [] }
  const { account, region, name } = made
  const { group } = replication
  const member = { group, account, region, name, kind: "replica", status: "CREATING" } as const
  tx.put(replicas, { ...member, overrides: {} })
  const first = memberIn(tx, group, source.region)
  if (first) tx.put(replicas, { ...first, sourceMs: tx.now })
  const table: Table = { ...made, replication }
  tx.insert(tables, table)
  streamsFollow(tx, undefined, table)
  countHours(tx, table)
  tellPeers(tx, group)
  makeRole(tx, made)
  scaleAs(tx, source, table)
  const route = { account: source.account, region: source.region, name, id: source.id, to: region }
  tx.schedule(copyAcrossJob, { ...route, group }, tx.now)
  return { TableDescription: describeTable(tx, lookUp(tx, made) ?? table) }
}

/** The source as the first member: with a stream, where it has none. */
function asFirst(tx: WriteTx, source: Table): Table {
  const group = tx.serial()
  const { account, region, name } = source
  const member = { group, account, region, name, kind: "replica", status: "ACTIVE" } as const
  tx.insert(replicas, { ...member, overrides: {} })
  const first: Table = {
    ...source,
    status: "UPDATING",
    replication: { ...FIRST, group, peers: [] },
    stream: source.stream?.enabled ? source.stream : newStream(tx, STREAM),
  }
  tx.put(tables, first)
  streamsFollow(tx, source, first)
  settleTable(tx, first)
  makeRole(tx, source)
  return sameTable(tx, first) ?? first
}

const makeRole = (tx: WriteTx, { account, region }: TableRef): void =>
  createServiceLinkedRole(tx, {
    ...{ account, partition: partitionOf(region).id, service: SETTINGS_ROLE.service },
  })
