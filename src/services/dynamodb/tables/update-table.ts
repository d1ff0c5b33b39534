import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { capacityChanged } from "../capacity/traffic.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
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
import { encryptionChanged } from "./encryption.ts"
import { indexesUpdated } from "./index-updates.ts"
import { settleTable } from "./jobs.ts"
import { streamsFollow } from "../streams/stream.ts"
import { newStream } from "./stream.ts"
import { checkedClass } from "./own-settings.ts"
import { assertQuotas } from "./quotas.ts"
import { findTableToManage, tableInUse, tables, type Table } from "./table.ts"
import { changedOnDemandLimits, givenWarm, keptWarm, warmOf } from "./throughput.ts"
import { assertOneChange } from "./update-rules.ts"

type Input = In<"UpdateTable">

/** Each change is its own function from the table as it is to the table as it will be. */
export const UpdateTable = op.action("UpdateTable", {
  authorize: accessToUpdate,
  begin(tx, input, call): Out<"UpdateTable"> | undefined {
    assertOneChange(input)
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
  changed = encryptionChanged(tx, changed, { given: input.SSESpecification, call })
  changed = classChanged(tx, changed, input)
  changed = limitsChanged(table, changed, input)
  changed = modeChanged(changed, input)
  changed = membersUpdated(tx, changed, { input, call })
  const updating: Table = {
    ...changed,
    deletionProtection: input.DeletionProtectionEnabled ?? changed.deletionProtection,
    status: "UPDATING",
  }
  assertQuotas(tx, table, updating)
  if (updating.replication?.multiAccount) assertShareable(tx, updating)
  tx.put(tables, updating)
  capacityChanged(tx, table, updating)
  streamsFollow(tx, table, updating)
  pinReads(tx, { before: table, after: updating }, call)
  settleTable(tx, updating)
  if (updating.replication) replicasFollow(tx, updating, input)
  return { TableDescription: describeTable(tx, updating) }
}

/** Recorded. */
function streamChanged(tx: WriteTx, table: Table, { StreamSpecification: given }: Input): Table {
  if (!given) return table
  const enabled = table.stream?.enabled === true
  if (given.StreamEnabled && enabled)
    throw validation(`Table already has an enabled stream: TableName: ${table.name}`)
  if (!given.StreamEnabled && !enabled)
    throw validation(`Table has no stream to disable: TableName: ${table.name}`)
  const stream = newStream(tx, given, "changed")
  return { ...table, stream: stream ?? (table.stream && { ...table.stream, enabled: false }) }
}

const MONTH_MS = 30 * 86_400_000

/** "No more than two table class updates in a 30-day trailing period" (docs: "Table classes"). */
function classChanged(tx: WriteTx, table: Table, { TableClass }: Input): Table {
  if (TableClass === undefined) return table
  const tableClass = checkedClass(TableClass)
  const recent = (table.tableClassChangesMs ?? []).filter((at) => tx.now - at < MONTH_MS)
  // Recorded, of the same class again, too.
  if (recent.length >= CLASS_CHANGES)
    throw new AwsError(
      "LimitExceededException",
      `Subscriber limit exceeded: Updates to TableClass are limited to ${CLASS_CHANGES} times in 30 day(s).`,
    )
  if (tableClass === table.tableClass) return table
  return { ...table, tableClass, tableClassChangesMs: [...recent, tx.now] }
}

function limitsChanged(before: Table, table: Table, input: Input): Table {
  const { mode } = table.billing
  const onDemand = changedOnDemandLimits(mode, input.OnDemandThroughput, {
    former: table.onDemand,
  })
  const former = warmOf(before.billing.mode, before.throughput, before.warm)
  const asked = givenWarm(input.WarmThroughput, { least: former, why: "former" })
  const warm = asked ?? keptWarm(former, { mode, throughput: table.throughput, warm: table.warm })
  return { ...table, onDemand, warm, globalIndexes: keptWarmIndexes(before, table) }
}

const keptWarmIndexes = (before: Table, after: Table): Table["globalIndexes"] =>
  after.globalIndexes.map((index) => {
    const former = before.globalIndexes.find(({ id }) => id === index.id)
    if (!former) return index
    const { mode } = before.billing
    const warm = keptWarm(warmOf(mode, former.throughput, former.warm), {
      ...{ mode: after.billing.mode, throughput: index.throughput, warm: index.warm },
    })
    return { ...index, warm }
  })
