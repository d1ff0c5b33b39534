import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { AutoScalingSettingsUpdate } from "../../../../models/types/dynamodb.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { manageTable } from "../../access.ts"
import { op, type In, type Out } from "../../define.ts"
import { validation } from "../../errors.ts"
import { tableInUse, type Table } from "../../tables/table.ts"

import type { Replica } from "../replica.ts"
import { assertSettingsReplicated } from "../accounts/settings.ts"
import { applySettings } from "./apply.ts"
import {
  describeScaling,
  findReplicated,
  replicasOf,
} from "./describe-table-replica-auto-scaling.ts"
import type { Setting } from "./setting.ts"
import { assertSetting } from "./validation.ts"

type Input = In<"UpdateTableReplicaAutoScaling">

/** Write capacity is scaled alike in all replicas, read capacity in each as it is told. */
export const UpdateTableReplicaAutoScaling = op.action("UpdateTableReplicaAutoScaling", {
  authorize: manageTable,
  async run(ctx, input, call): Promise<Out<"UpdateTableReplicaAutoScaling">> {
    await assertSettingsReplicated(ctx, input.TableName, call)
    const settings = await ctx.read((tx) => {
      const table = findReplicated(tx, input.TableName, call)
      return settingsOf(tx, table, input)
    })
    await applySettings(ctx, settings, call)
    return ctx.read((tx) => {
      const table = findReplicated(tx, input.TableName, call)
      return { TableAutoScalingDescription: describeScaling(tx, table) }
    })
  },
})

/** An update, and the parameter that has it (as refusals name it). */
interface Given extends Setting {
  readonly parameter: string
}

function settingsOf(tx: ReadTx, table: Table, input: Input): readonly Setting[] {
  const replicas = replicasOf(tx, table)
  assertReplicas(table, { input, replicas })
  assertIndexes(table, input)
  const given = [...writesOf(input, replicas), ...readsOf(input, replicas)]
  if (given.length === 0)
    throw validation(
      `Failed to update settings for global table with name: ‘${table.name}’ because at least one update parameter must be specified.`,
    )
  for (const { update } of given) assertSetting(table.name, update)
  assertProvisioned(table, { given, replicas })
  if (table.status === "CREATING" || table.status === "DELETING") throw tableInUse(table)
  return given
}

function writesOf(input: Input, replicas: readonly Replica[]): readonly Given[] {
  const inAll = (update: AutoScalingSettingsUpdate | undefined, index?: string) =>
    update
      ? replicas.map((table): Given => ({
          place: { table, index, kind: "write" },
          ...{ update, parameter: "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate" },
        }))
      : []
  return [
    ...inAll(input.ProvisionedWriteCapacityAutoScalingUpdate),
    ...(input.GlobalSecondaryIndexUpdates ?? []).flatMap((one) =>
      inAll(one.ProvisionedWriteCapacityAutoScalingUpdate, one.IndexName),
    ),
  ]
}

function readsOf(input: Input, replicas: readonly Replica[]): readonly Given[] {
  const parameter = "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate"
  return (input.ReplicaUpdates ?? []).flatMap((one) => {
    const table = replicas.find(({ region }) => region === one.RegionName)
    if (!table) return []
    const updates = [
      { update: one.ReplicaProvisionedReadCapacityAutoScalingUpdate, index: undefined },
      ...(one.ReplicaGlobalSecondaryIndexUpdates ?? []).map((index) => ({
        update: index.ProvisionedReadCapacityAutoScalingUpdate,
        index: index.IndexName,
      })),
    ]
    return updates.flatMap(({ update, index }): readonly Given[] =>
      update ? [{ place: { table, index, kind: "read" }, update, parameter }] : [],
    )
  })
}

interface Asked {
  readonly input: Input
  readonly replicas: readonly Replica[]
}

/** The third text is recorded; so are the codes of the others. */
function assertReplicas({ name }: Table, { input, replicas }: Asked): void {
  const updates = input.ReplicaUpdates ?? []
  const because = `Failed to update settings for global table with name: ‘${name}’ because`
  const unknown = updates.filter((one) => !replicas.some(({ region }) => region === one.RegionName))
  if (unknown.length > 0) {
    const names = unknown.map(({ RegionName }) => RegionName).join(", ")
    throw new AwsError(
      "ResourceNotFoundException",
      `${because} the replicas with regions: ‘[${names}]’ do not exist.`,
    )
  }
  if (new Set(updates.map(({ RegionName }) => RegionName)).size < updates.length)
    throw validation(`${because} only one update per region can be specified.`)
  for (const one of updates) {
    const indexes = one.ReplicaGlobalSecondaryIndexUpdates ?? []
    if (!one.ReplicaProvisionedReadCapacityAutoScalingUpdate && indexes.length === 0)
      throw validation(
        `${because} at least one update parameter must be specified for region: ‘${one.RegionName}’.`,
      )
  }
}

/** Recorded: also of an index that is being made. */
function assertIndexes({ name, globalIndexes }: Table, input: Input): void {
  const asked = [
    ...(input.GlobalSecondaryIndexUpdates ?? []),
    ...(input.ReplicaUpdates ?? []).flatMap((one) => one.ReplicaGlobalSecondaryIndexUpdates ?? []),
  ].flatMap(({ IndexName }) => IndexName ?? [])
  const unknown = asked.filter(
    (one) => !globalIndexes.some((index) => index.name === one && index.status === "ACTIVE"),
  )
  if (unknown.length > 0)
    throw new AwsError(
      "ResourceNotFoundException",
      `Failed to update settings for global table with name: ‘${name}’ because the global secondary indexes with names: ‘[${[...new Set(unknown)].join(", ")}]’ do not exist.`,
    )
}

/** Recorded, quotation marks and all; of indexes the parameters' names are not verified. */
function assertProvisioned(
  { name, billing }: Table,
  { given, replicas }: { readonly given: readonly Given[]; readonly replicas: readonly Replica[] },
): void {
  if (billing.mode === "PROVISIONED") return
  const enabling = given.filter(({ update }) => update.AutoScalingDisabled !== true)
  if (enabling.length === 0) return
  const regions = replicas.map(({ region }) => `'${region.toUpperCase()}'`).join(", ")
  const parameters = [...new Set(enabling.map(({ parameter }) => `'${parameter}'`))].join(", ")
  throw validation(
    `Failed to update global table with name ‘${name}‘. Replicas ${regions} BillingMode is PayPerRequest. ` +
      `You must convert table's BillingMode to PROVISIONED to set parameters: ${parameters}.`,
  )
}
