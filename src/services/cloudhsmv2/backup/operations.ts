import { job } from "../../../kernel/later/later.ts"
import { isRegion, partitionOf } from "../../../kernel/places.ts"
import { clusterOf, type ClusterRef } from "../cluster/cluster.ts"
import { asks, op, type In, type Out } from "../define.ts"
import { badRequest, wrongState } from "../errors.ts"
import { activeHsms } from "../hsm/hsm.ts"
import { BACKUP_ROUND_MS, BACKUPS_READ, DAY_MS, PENDING_DELETION_MS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { tagList, withTags } from "../tags.ts"
import {
  backUp,
  backupEntry,
  backupOrArn,
  backupResource,
  backups,
  backupsOf,
  copyBackup,
  findBackup,
  removeBackup,
  type Backup,
} from "./backup.ts"

const onBackup = asks.on<Backup, { readonly BackupId: string }>(backupResource, backupOrArn)

/** Every day a backup of what still answers; those that are too old go, but never the last. */
export const backUpCluster = job<ClusterRef>("cloudhsmv2/backUpCluster", {
  run(tx, ref) {
    const cluster = clusterOf(tx, ref)
    if (!cluster) return
    if (activeHsms(tx, cluster).length > 0) backUp(tx, cluster)
    const oldest = tx.now - cluster.retentionDays * DAY_MS
    for (const backup of backupsOf(tx, cluster).slice(0, -1))
      if (!backup.neverExpires && backup.state === "READY" && backup.createdMs < oldest)
        removeBackup(tx, backup)
    tx.schedule(backUpCluster, ref, tx.now + BACKUP_ROUND_MS)
  },
})

type BackupRef = Pick<Backup, "account" | "region" | "id">

export const forgetBackup = job<BackupRef>("cloudhsmv2/forgetBackup", {
  run(tx, { account, region, id }) {
    const backup = tx.get(backups, [account, region, id])
    if (backup?.deletedMs !== undefined && backup.deletedMs <= tx.now) removeBackup(tx, backup)
  },
})

const FILTERS = ["backupIds", "sourceBackupIds", "clusterIds", "states", "neverExpires"]

function matches(backup: Backup, [name, values]: readonly [string, readonly string[]]): boolean {
  const { id, copied, clusterId, state, neverExpires } = backup
  if (name === "backupIds") return values.includes(id)
  if (name === "sourceBackupIds") return values.includes(copied?.backup ?? "")
  if (name === "clusterIds") return values.includes(clusterId)
  if (name === "states") return values.includes(state)
  return values.includes(String(neverExpires))
}

export const DescribeBackups = op.read("DescribeBackups", {
  authorize: asks.anything,
  run(tx, input, { account, region }): Out<"DescribeBackups"> {
    const filters = Object.entries(input.Filters ?? {})
    const unknown = filters.find(([name]) => !FILTERS.includes(name))
    if (unknown) throw badRequest(`${unknown[0]} is not a valid filter.`)
    // Shared are those that Resource Access Manager has promoted to shares: there are none.
    const { rows } = input.Shared
      ? { rows: [] }
      : tx.scan(backups, { prefix: [account, region], limit: BACKUPS_READ })
    const wanted = rows.filter((row) => filters.every((filter) => matches(row, filter)))
    const order = input.SortAscending === true ? 1 : -1
    const sorted = wanted.toSorted((a, b) => order * (a.createdMs - b.createdMs))
    const { items, more } = pageOf(sorted, input, 50)
    return { Backups: items.map(backupEntry), ...more }
  },
})

export const DeleteBackup = op.write("DeleteBackup", {
  authorize: onBackup,
  run(tx, { BackupId }, call): Out<"DeleteBackup"> {
    const backup = findBackup(tx, BackupId, call)
    if (backup.state !== "READY") throw wrongState(BackupId, backup.state)
    const deletedMs = tx.now + PENDING_DELETION_MS
    const changed: Backup = { ...backup, state: "PENDING_DELETION", deletedMs }
    tx.replace(backups, backup, changed)
    const { account, region, id } = backup
    tx.schedule(forgetBackup, { account, region, id }, deletedMs)
    return { Backup: backupEntry(changed) }
  },
})

export const RestoreBackup = op.write("RestoreBackup", {
  authorize: onBackup,
  run(tx, { BackupId }, call): Out<"RestoreBackup"> {
    const backup = findBackup(tx, BackupId, call)
    if (backup.state !== "PENDING_DELETION") throw wrongState(BackupId, backup.state)
    const changed: Backup = { ...backup, state: "READY", deletedMs: undefined }
    tx.replace(backups, backup, changed)
    return { Backup: backupEntry(changed) }
  },
})

export const ModifyBackupAttributes = op.write("ModifyBackupAttributes", {
  authorize: onBackup,
  run(tx, { BackupId, NeverExpires }, call): Out<"ModifyBackupAttributes"> {
    const backup = findBackup(tx, BackupId, call)
    if (backup.state !== "READY") throw wrongState(BackupId, backup.state)
    const changed: Backup = { ...backup, neverExpires: NeverExpires }
    tx.replace(backups, backup, changed)
    return { Backup: backupEntry(changed) }
  },
})

export const CopyBackupToRegion = op.write("CopyBackupToRegion", {
  authorize: onBackup,
  run(tx, input, call): Out<"CopyBackupToRegion"> {
    const backup = findBackup(tx, input.BackupId, call)
    if (backup.state !== "READY") throw wrongState(backup.id, backup.state)
    const copy = copyBackup(tx, backup, {
      region: regionOf(input, call),
      tags: tagsFor(input, backup),
    })
    return {
      DestinationBackup: {
        CreateTimestamp: copy.createdMs,
        ...{ SourceRegion: backup.region, SourceBackup: backup.id },
        SourceCluster: backup.clusterId,
      },
    }
  },
})

function regionOf(
  { DestinationRegion: region }: In<"CopyBackupToRegion">,
  call: { readonly region: string; readonly partition: string },
): string {
  if (!isRegion(region) || partitionOf(region).id !== call.partition || region === call.region)
    throw badRequest(`${region} is not a valid destination Region.`)
  return region
}

/** "If you do not specify tags, the service copies tags from the source backup". */
const tagsFor = ({ TagList }: In<"CopyBackupToRegion">, { tags }: Backup) =>
  withTags({}, TagList ?? tagList(tags))
