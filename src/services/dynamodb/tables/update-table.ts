import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { capacityChanged } from "../capacity/traffic.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidValues, validation } from "../errors.ts"
import { accessToUpdate } from "../global/access.ts"
import {
  assertSettingsReplicated,
  assertShareable,
  isShared,
  modeChanged,
} from "../global/accounts/settings.ts"
import { pinReads } from "../global/scaling/pinning.ts"
import { assertReplicable, membersUpdated, replicasFollow } from "../global/updates.ts"
import { CLASS_CHANGES } from "../limits.ts"
import { billingChanged, throughputChanged } from "./capacity-updates.ts"
import { describeTable } from "./description.ts"
import { encryptionOf } from "./encryption.ts"
import { indexesUpdated } from "./index-updates.ts"
import { settleTable } from "./jobs.ts"
import { streamsFollow } from "../streams/stream.ts"
import { newStream } from "./stream.ts"
import { findTableToManage, tables, type Table } from "./table.ts"
import { changedOnDemandLimits, givenWarm, warmOf } from "./throughput.ts"

type Input = In<"UpdateTable">

/** Each change is its own function from the table as it is to the table as it will be. */
export const UpdateTable = op.action("UpdateTable", {
  authorize: accessToUpdate,
  begin(tx, input, call): Out<"UpdateTable"> | undefined {
    assertAny(input)
    return isShared(tx, input.TableName, call) ? undefined : update(tx, input, call)
  },
  async run(ctx, input, call): Promise<Out<"UpdateTable">> {
    await assertSettingsReplicated(ctx, input.TableName, call)
    return ctx.write((tx) => update(tx, input, call))
  },
})

function update(tx: WriteTx, input: Input, call: Call): Out<"UpdateTable"> {
  const table = findTableToManage(tx, input.TableName, call)
  if (table.status !== "ACTIVE") throw tableInUse(table)
  assertReplicable(tx, table, input)
  let changed = billingChanged(tx, table, input)
  const billingSwitched = changed !== table
  // Another billing mode has taken the capacity that it needs.
  if (!billingSwitched) changed = throughputChanged(tx, changed, input)
  changed = indexesUpdated(tx, changed, { input, billingSwitched })
  changed = streamChanged(tx, changed, input)
  changed = encryptionChanged(tx, changed, { input, call })
  changed = classChanged(tx, changed, input)
  changed = limitsChanged(changed, input)
  changed = modeChanged(changed, input)
  changed = membersUpdated(tx, changed, { input, call })
  const updating: Table = {
    ...changed,
    deletionProtection: input.DeletionProtectionEnabled ?? changed.deletionProtection,
    status: "UPDATING",
  }
  if (updating.replication?.multiAccount) assertShareable(tx, updating)
  tx.put(tables, updating)
  capacityChanged(tx, table, updating)
  streamsFollow(tx, table, updating)
  pinReads(tx, { before: table, after: updating }, call)
  settleTable(tx, updating)
  if (updating.replication) replicasFollow(tx, updating, input)
  return { TableDescription: describeTable(tx, updating) }
}

/** As users quote it. */
export const tableInUse = ({ name, status }: Table): AwsError => {
  const words = { CREATING: "created", DELETING: "deleted" } as const
  const what = status === "CREATING" || status === "DELETING" ? words[status] : "updated"
  return new AwsError(
    "ResourceInUseException",
    `Attempt to change a resource which is still in use: Table is being ${what}: ${name}`,
  )
}

/** Recorded, when there was less to change. */
function assertAny({
  TableName: _name,
  AttributeDefinitions: _attributes,
  ...changes
}: Input): void {
  const some = Object.values(changes).some((one) =>
    Array.isArray(one) ? one.length > 0 : one !== undefined,
  )
  if (!some) {
    throw validation(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    )
  }
}

/** The words are as users quote them. */
function streamChanged(tx: WriteTx, table: Table, { StreamSpecification: given }: Input): Table {
  if (!given) return table
  const enabled = table.stream?.enabled === true
  if (given.StreamEnabled && enabled)
    throw validation(`Table already has an enabled stream: TableName: ${table.name}`)
  if (!given.StreamEnabled && !enabled)
    throw validation(`Table has no stream to disable: TableName: ${table.name}`)
  const stream = newStream(tx, given)
  return { ...table, stream: stream ?? (table.stream && { ...table.stream, enabled: false }) }
}

function encryptionChanged(
  tx: WriteTx,
  table: Table,
  { input, call }: { readonly input: Input; readonly call: Call },
): Table {
  const given = input.SSESpecification
  if (!given) return table
  const encryption = encryptionOf(tx, given, call)
  if (encryption) return { ...table, encryption }
  return table.encryption ? { ...table, encryption: { ...table.encryption, ends: true } } : table
}

const MONTH_MS = 30 * 86_400_000

/** "No more than two table class updates in a 30-day trailing period" (docs: "Table classes"). */
function classChanged(tx: WriteTx, table: Table, { TableClass }: Input): Table {
  if (TableClass === undefined || TableClass === table.tableClass) return table
  const recent = (table.tableClassChangesMs ?? []).filter((at) => tx.now - at < MONTH_MS)
  if (recent.length >= CLASS_CHANGES)
    throw new AwsError(
      "LimitExceededException",
      `Subscriber limit exceeded: Table class updates are limited to ${CLASS_CHANGES} in 30 days`,
    )
  const tableClass = TableClass as Table["tableClass"]
  return { ...table, tableClass, tableClassChangesMs: [...recent, tx.now] }
}

function limitsChanged(table: Table, input: Input): Table {
  const { mode } = table.billing
  const onDemand = changedOnDemandLimits(mode, input.OnDemandThroughput, table.onDemand)
  const least = warmOf(mode, table.throughput, table.warm)
  const warm = givenWarm(input.WarmThroughput, least)
  if (input.WarmThroughput && Object.keys(input.WarmThroughput).length === 0)
    throw invalidValues("WarmThroughput must not be empty")
  return { ...table, onDemand, warm: warm ?? table.warm }
}
