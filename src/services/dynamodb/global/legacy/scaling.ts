import type { AutoScalingSettingsUpdate } from "../../../../models/types/dynamodb.ts"
import type { In } from "../../define.ts"
import type { Table } from "../../tables/table.ts"
import type { Setting } from "../scaling/setting.ts"
import { assertSetting } from "../scaling/validation.ts"

type Input = In<"UpdateGlobalTableSettings">

interface Given {
  readonly index?: string | undefined
  readonly update: AutoScalingSettingsUpdate | undefined
}

/** Auto scaling that a request sets: of writes for all replicas, of reads for each. */
export function scalingAsked(input: Input, all: readonly Table[]): readonly Setting[] {
  const settings = all.flatMap((table): readonly Setting[] => [
    ...settingsAt(table, "write", writesIn(input)),
    ...settingsAt(table, "read", readsIn(input, table.region)),
  ])
  for (const { update } of settings) assertSetting(input.GlobalTableName, update)
  return settings
}

const settingsAt = (
  table: Table,
  kind: "read" | "write",
  given: readonly Given[],
): readonly Setting[] =>
  given.flatMap(({ index, update }) => (update ? [{ place: { table, index, kind }, update }] : []))

const writesIn = (input: Input): readonly Given[] => [
  { update: input.GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate },
  ...(input.GlobalTableGlobalSecondaryIndexSettingsUpdate ?? []).map((one) => ({
    ...{ index: one.IndexName, update: one.ProvisionedWriteCapacityAutoScalingSettingsUpdate },
  })),
]

function readsIn(input: Input, region: string): readonly Given[] {
  const own = input.ReplicaSettingsUpdate?.find(({ RegionName }) => RegionName === region)
  return [
    { update: own?.ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate },
    ...(own?.ReplicaGlobalSecondaryIndexSettingsUpdate ?? []).map((one) => ({
      ...{ index: one.IndexName, update: one.ProvisionedReadCapacityAutoScalingSettingsUpdate },
    })),
  ]
}
