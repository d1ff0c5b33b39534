import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { StorageLensConfiguration } from "../../../models/types/s3control.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { bucketNamed, placeOf } from "../../s3/port.ts"
import { op, type Out } from "../define.ts"
import { accessDenied, invalidRequest } from "../errors.ts"
import { tagsOf } from "../tagging/tags.ts"
import { onAccount, onDashboard } from "./access.ts"
import {
  DEFAULT_ID,
  dashboards,
  findDashboard,
  lensArn,
  lookUp,
  refOf,
  type Dashboard,
} from "./dashboard.ts"
import { tooManyDashboards } from "./errors.ts"
import { plan, sweepTallies } from "./run.ts"
import { accountsOf } from "./scope.ts"

/** "You can use S3 Storage Lens to create up to 50 dashboards per home Region." */
const DASHBOARDS = 50
/** A page of ListStorageLensConfigurations has them all: the default one, too. */
const MOST = DASHBOARDS + 1

export const PutStorageLensConfiguration = op.write("PutStorageLensConfiguration", {
  authorize: onAccount,
  run(tx, input, call): Out<"PutStorageLensConfiguration"> {
    const ref = refOf(input, call)
    const value = input.StorageLensConfiguration
    assertKnown(value)
    assertFits(tx, { ...ref, value })
    const before = tx.get(dashboards, [ref.account, ref.region, ref.id])
    const { account, region } = ref
    if (!before && tx.count(dashboards, { prefix: [account, region], limit: MOST }) >= MOST)
      throw tooManyDashboards()
    const made: Dashboard = {
      ...ref,
      ...{ serial: before?.serial ?? tx.serial(), value, planned: before?.planned ?? false },
      tags: input.Tags ? tagsOf(input.Tags) : (before?.tags ?? {}),
    }
    tx.put(dashboards, made)
    plan(tx, made)
    return {}
  },
})

export const GetStorageLensConfiguration = op.read("GetStorageLensConfiguration", {
  authorize: onDashboard,
  run(tx, input, call): Out<"GetStorageLensConfiguration"> {
    const found = findDashboard(tx, refOf(input, call))
    return { StorageLensConfiguration: { ...found.value, StorageLensArn: lensArn(found) } }
  },
})

export const ListStorageLensConfigurations = op.read("ListStorageLensConfigurations", {
  authorize: onAccount,
  run(tx, { AccountId: account }, { region }): Out<"ListStorageLensConfigurations"> {
    const { rows } = tx.scan(dashboards, { prefix: [account, region], limit: MOST })
    const byDefault = lookUp(tx, { account, region, id: DEFAULT_ID })
    const all = byDefault?.serial === 0 ? [byDefault, ...rows] : rows
    return {
      StorageLensConfigurationList: all.map((one) => ({
        ...{ Id: one.id, StorageLensArn: lensArn(one), HomeRegion: one.region },
        IsEnabled: one.value.IsEnabled,
      })),
    }
  },
})

/** Its metrics go with it. */
export const DeleteStorageLensConfiguration = op.write("DeleteStorageLensConfiguration", {
  authorize: onDashboard,
  run(tx, input, call): Out<"DeleteStorageLensConfiguration"> {
    const found = findDashboard(tx, refOf(input, call))
    if (found.id === DEFAULT_ID)
      throw invalidRequest("The default dashboard can't be deleted, only disabled.")
    tx.remove(dashboards, found)
    tx.schedule(sweepTallies, { of: found.serial, beforeMs: tx.now }, tx.now)
    return {}
  },
})

/** What is not counted here is refused, not forgotten. */
function assertKnown(value: StorageLensConfiguration): void {
  const { DataExport: target } = value
  if (target?.StorageLensTableDestination?.IsEnabled === true || value.ExpandedPrefixesDataExport)
    throw notImplemented(
      "StorageLensTableDestination and ExpandedPrefixesDataExport of Storage Lens",
    )
}

function assertFits(
  tx: WriteTx,
  { account, region, id, value }: Pick<Dashboard, "account" | "region" | "id" | "value">,
): void {
  if (value.Id !== id) throw invalidRequest("The Id of the configuration is not that of the path.")
  // "You can't modify the configuration scope of the default dashboard."
  if (id === DEFAULT_ID && (value.Include || value.Exclude || value.AwsOrg))
    throw invalidRequest("The scope of the default dashboard can't be changed.")
  if (value.AwsOrg && accountsOf(tx, { account, value }).length === 0) throw accessDenied()
  assertExport(tx, { region, value })
}

/** "The S3 bucket for your metrics export must be in the same Region as your configuration." */
function assertExport(tx: ReadTx, { region, value }: Pick<Dashboard, "region" | "value">): void {
  const target = value.DataExport?.S3BucketDestination
  if (!target) return
  const { partition = "", bucket: name = "" } = placeOf(target.Arn) ?? {}
  const bucket = bucketNamed(tx, partition, name)
  if (!bucket || bucket.account !== target.AccountId || bucket.region !== region)
    throw invalidRequest("The destination is no bucket of that account in the home Region.")
}
