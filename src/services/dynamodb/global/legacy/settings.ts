import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import type { ReplicaSettingsDescription } from "../../../../models/types/dynamodb.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { Call } from "../../../../registry/call.ts"
import { capacityChanged } from "../../capacity/traffic.ts"
import { op, type In, type Out } from "../../define.ts"
import { validation } from "../../errors.ts"
import { settleTable } from "../../tables/jobs.ts"
import {
  lookUp,
  tables,
  type GlobalIndex,
  type Table,
  type Throughput,
  tableInUse,
} from "../../tables/table.ts"

import { membersOf } from "../replica.ts"
import { applySettings } from "../scaling/apply.ts"
import { describeSetting, type Setting } from "../scaling/setting.ts"
import { accessToGlobal, accessToLook, findGlobal, type GlobalTable } from "./global-table.ts"
import { scalingAsked } from "./scaling.ts"

type Input = In<"UpdateGlobalTableSettings">
type ReplicaUpdate = NonNullable<Input["ReplicaSettingsUpdate"]>[number]

export const DescribeGlobalTableSettings = op.read("DescribeGlobalTableSettings", {
  authorize: accessToLook,
  run(tx, { GlobalTableName: name }, { account }): Out<"DescribeGlobalTableSettings"> {
    const of = findGlobal(tx, { account, name })
    return { GlobalTableName: name, ReplicaSettings: settingsOf(tx, of) }
  },
})

/**
 * Write capacity for all replicas, read capacity and table class for each: one commit. Auto scaling is
 * set behind it, by calls to Application Auto Scaling.
 */
export const UpdateGlobalTableSettings = op.action("UpdateGlobalTableSettings", {
  authorize: (tx, { GlobalTableName: name }, call) =>
    accessToGlobal(tx, { name, regions: [] }, call),
  async run(ctx, input, call): Promise<Out<"UpdateGlobalTableSettings">> {
    const name = input.GlobalTableName
    const settings = await ctx.write((tx) => changeAll(tx, input, call))
    await applySettings(ctx, settings, call)
    return ctx.read((tx) => {
      const of = findGlobal(tx, { account: call.account, name })
      return { GlobalTableName: name, ReplicaSettings: settingsOf(tx, of) }
    })
  },
})

/** Changes capacity, and answers what is to be scaled. */
function changeAll(tx: WriteTx, input: Input, { account }: Call): readonly Setting[] {
  const of = findGlobal(tx, { account, name: input.GlobalTableName })
  const all = membersOf(tx, of.group).flatMap((one) => lookUp(tx, one) ?? [])
  const updates = input.ReplicaSettingsUpdate ?? []
  for (const { RegionName } of updates)
    if (!all.some(({ region }) => region === RegionName))
      throw new AwsError("ReplicaNotFoundException", `Replica not found in Region ${RegionName}`)
  const settings = scalingAsked(input, all)
  for (const table of all) {
    if (table.status !== "ACTIVE") throw tableInUse(table)
    const own = updates.find(({ RegionName }) => RegionName === table.region)
    change(tx, table, { input, own })
  }
  return settings
}

interface Asked {
  readonly input: Input
  readonly own: ReplicaUpdate | undefined
}

function change(tx: WriteTx, table: Table, { input, own }: Asked): void {
  const mode = (input.GlobalTableBillingMode ?? table.billing.mode) as Table["billing"]["mode"]
  const units = {
    write: input.GlobalTableProvisionedWriteCapacityUnits,
    read: own?.ReplicaProvisionedReadCapacityUnits,
  }
  const switched = mode !== table.billing.mode
  const next: Table = {
    ...table,
    status: "UPDATING",
    billing:
      switched && mode === "PAY_PER_REQUEST"
        ? { mode, onDemandSinceMs: [...(table.billing.onDemandSinceMs ?? []), tx.now] }
        : { ...table.billing, mode },
    throughput: throughputOf(mode, table.throughput, units),
    globalIndexes: indexesOf(table, { mode, input, own }),
    tableClass: (own?.ReplicaTableClass as Table["tableClass"] | undefined) ?? table.tableClass,
  }
  tx.put(tables, next)
  capacityChanged(tx, table, next)
  settleTable(tx, next)
}

interface Units {
  readonly read: number | undefined
  readonly write: number | undefined
}

/** The words are not verified. */
function throughputOf(mode: Table["billing"]["mode"], old: Throughput, units: Units): Throughput {
  if (mode === "PAY_PER_REQUEST") {
    if (units.read !== undefined || units.write !== undefined)
      throw validation("Capacity units cannot be specified when BillingMode is PAY_PER_REQUEST")
    return old.write === 0 ? old : { read: 0, write: 0 }
  }
  const [read, write] = [units.read ?? old.read, units.write ?? old.write]
  if (read === 0 || write === 0)
    throw validation(
      "Read and write capacity units must be specified when BillingMode is PROVISIONED",
    )
  return { ...old, read, write }
}

function indexesOf(
  { globalIndexes }: Table,
  { mode, input, own }: Asked & { readonly mode: Table["billing"]["mode"] },
): readonly GlobalIndex[] {
  const writes = input.GlobalTableGlobalSecondaryIndexSettingsUpdate ?? []
  const reads = own?.ReplicaGlobalSecondaryIndexSettingsUpdate ?? []
  for (const { IndexName } of [...writes, ...reads])
    if (!globalIndexes.some(({ name }) => name === IndexName))
      throw new AwsError("IndexNotFoundException", `Index not found: ${IndexName}`)
  return globalIndexes.map((index) => {
    const write = writes.find((one) => one.IndexName === index.name)?.ProvisionedWriteCapacityUnits
    const read = reads.find((one) => one.IndexName === index.name)?.ProvisionedReadCapacityUnits
    return { ...index, throughput: throughputOf(mode, index.throughput, { read, write }) }
  })
}

const settingsOf = (tx: ReadTx, { group }: GlobalTable): readonly ReplicaSettingsDescription[] =>
  membersOf(tx, group).flatMap((member) => {
    const table = lookUp(tx, member)
    return table ? [settingsIn(tx, table)] : []
  })

function settingsIn(tx: ReadTx, table: Table): ReplicaSettingsDescription {
  const isOnDemand = table.billing.mode === "PAY_PER_REQUEST"
  const scaling = (kind: "read" | "write", index?: string) =>
    describeSetting(tx, { table, index, kind }, isOnDemand)
  return {
    RegionName: table.region,
    ReplicaStatus: table.status,
    ReplicaBillingModeSummary: {
      BillingMode: table.billing.mode,
      LastUpdateToPayPerRequestDateTime: table.billing.onDemandSinceMs?.at(-1),
    },
    ReplicaProvisionedReadCapacityUnits: table.throughput.read,
    ReplicaProvisionedReadCapacityAutoScalingSettings: scaling("read"),
    ReplicaProvisionedWriteCapacityUnits: table.throughput.write,
    ReplicaProvisionedWriteCapacityAutoScalingSettings: scaling("write"),
    ReplicaGlobalSecondaryIndexSettings:
      table.globalIndexes.length > 0
        ? table.globalIndexes.map(({ name, status, throughput }) => ({
            IndexName: name,
            IndexStatus: status,
            ProvisionedReadCapacityUnits: throughput.read,
            ProvisionedReadCapacityAutoScalingSettings: scaling("read", name),
            ProvisionedWriteCapacityUnits: throughput.write,
            ProvisionedWriteCapacityAutoScalingSettings: scaling("write", name),
          }))
        : undefined,
    ReplicaTableClassSummary: { TableClass: table.tableClass },
  }
}
