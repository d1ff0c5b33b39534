import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { arn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByPlace, resource, tagPairs } from "../../../registry/resource.ts"
import { newId, type Cluster, type ClusterRef, type HsmType } from "../cluster/cluster.ts"
import type { Out } from "../define.ts"
import { noBackup } from "../errors.ts"
import { BACKUPS_READ } from "../limits.ts"
import { tagList } from "../tags.ts"
import { hsmKeys, keysOf, type HsmKey } from "../vault/key.ts"
import { users, usersOf, type HsmUser } from "../vault/user.ts"

export interface Backup {
  readonly account: string
  readonly region: string
  readonly id: string
  readonly state: "READY" | "PENDING_DELETION"
  /** The cluster that was backed up, of whatever Region. */
  readonly clusterId: string
  readonly createdMs: number
  readonly neverExpires: boolean
  readonly deletedMs?: number | undefined
  readonly copied?: {
    readonly atMs: number
    readonly region: string
    readonly backup: string
  }
  readonly hsmType: HsmType
  readonly mode: Cluster["mode"]
  readonly lineage: string
  readonly certificate: string
  readonly trustAnchor: string
  /** Whether its cluster had been activated. */
  readonly active: boolean
  readonly tags: Readonly<Record<string, string>>
  /** JSON. */
  readonly policy?: string | undefined
}

export const backups = table<Backup>("cloudhsmv2/backup", {
  key: ({ account, region, id }) => [account, region, id],
  indexes: { byCluster: ({ account, region, clusterId }) => [account, region, clusterId] },
  cached: true,
})

/** What a backup holds: written once, whole. Passwords and keys are sealed as they are in clusters. */
interface Content {
  readonly account: string
  readonly region: string
  readonly id: string
  readonly users: readonly Pick<HsmUser, "name" | "role" | "password">[]
  readonly keys: readonly Pick<HsmKey, "handle" | "label" | "owner" | "sealed">[]
}

export const backupContents = table<Content>("cloudhsmv2/backup-content", {
  key: ({ account, region, id }) => [account, region, id],
})

type BackupRef = Pick<Backup, "account" | "region" | "id">

const backupArn = ({ account, region, id }: BackupRef): string =>
  arn("cloudhsm", region, account, `backup/${id}`)

export const backupResource = resource<Backup>("AWS::CloudHSM::Backup", {
  table: backups,
  scope: "regional",
  title: "CloudHSM backup",
  arn: backupArn,
  tagsOf: ({ tags }) => tags,
  policyOf: ({ policy }) => policy,
  ...keyedByPlace(backups, "backup/"),
  tags: {
    tag: ({ id }, tags) => ["TagResource", { ResourceId: id, TagList: tagPairs(tags) }],
    untag: ({ id }, keys) => ["UntagResource", { ResourceId: id, TagKeyList: keys }],
  },
})

type Place = Pick<Call, "account" | "region">

/** Where an id or ARN says that a backup is. */
function backupRef(name: string, { account, region }: Place): BackupRef {
  const [, , , ofRegion, ofAccount, path] = name.split(":")
  if (path === undefined) return { account, region, id: name }
  return { account: ofAccount ?? "", region: ofRegion ?? "", id: path.replace(/^backup\//, "") }
}

export function backupOrArn(
  tx: ReadTx,
  { BackupId }: { readonly BackupId: string },
  place: Place,
): Backup | string {
  const ref = backupRef(BackupId, place)
  return tx.get(backups, [ref.account, ref.region, ref.id]) ?? backupArn(ref)
}

/** Throws CloudHsmResourceNotFoundException. */
export function findBackup(tx: ReadTx, id: string, place: Place): Backup {
  const found = backupOrArn(tx, { BackupId: id }, place)
  if (typeof found === "string" || found.region !== place.region) throw noBackup(id)
  return found
}

export function backupEntry(backup: Backup): NonNullable<Out<"DeleteBackup">["Backup"]> {
  const { copied } = backup
  return {
    BackupId: backup.id,
    BackupArn: backupArn(backup),
    BackupState: backup.state,
    ClusterId: backup.clusterId,
    CreateTimestamp: backup.createdMs,
    NeverExpires: backup.neverExpires,
    HsmType: backup.hsmType,
    Mode: backup.mode,
    TagList: tagList(backup.tags),
    ...(copied && {
      CopyTimestamp: copied.atMs,
      ...{ SourceRegion: copied.region, SourceBackup: copied.backup },
      SourceCluster: backup.clusterId,
    }),
    ...(backup.deletedMs !== undefined && { DeleteTimestamp: backup.deletedMs }),
  }
}

/** Writes down all that a cluster holds. Nothing before it is initialized: there is nothing in it. */
export function backUp(tx: WriteTx, cluster: Cluster): void {
  const { account, region, certificate, trustAnchor } = cluster
  if (certificate === undefined || trustAnchor === undefined) return
  const id = newId("backup", tx.random("cloudhsmv2/backup"))
  tx.insert(backups, {
    ...{ account, region, id, state: "READY", clusterId: cluster.id, createdMs: tx.now },
    ...{ neverExpires: false, hsmType: cluster.hsmType, mode: cluster.mode },
    ...{ lineage: cluster.lineage, certificate, trustAnchor, tags: cluster.tags },
    active: cluster.activated,
  })
  tx.insert(backupContents, {
    ...{ account, region, id },
    users: usersOf(tx, cluster).map(({ name, role, password }) => ({ name, role, password })),
    keys: keysOf(tx, cluster).map(({ handle, label, owner, sealed }) => ({
      ...{ handle, label, owner, sealed },
    })),
  })
}

/** Puts what a backup holds into a new cluster. */
export function restoreInto(tx: WriteTx, { account, region, id }: ClusterRef, from: Backup): void {
  const content = tx.get(backupContents, [from.account, from.region, from.id])
  if (!content) throw new Error(`backup ${from.id} has no content`)
  const where = { account, region, clusterId: id }
  for (const user of content.users) tx.put(users, { ...where, ...user })
  for (const key of content.keys) tx.put(hsmKeys, { ...where, ...key })
}

/** The same in another Region. */
export function copyBackup(
  tx: WriteTx,
  backup: Backup,
  { region, tags }: { readonly region: string; readonly tags: Backup["tags"] },
): Backup {
  const id = newId("backup", tx.random("cloudhsmv2/backup"))
  const content = tx.get(backupContents, [backup.account, backup.region, backup.id])
  if (!content) throw new Error(`backup ${backup.id} has no content`)
  const copied = { atMs: tx.now, region: backup.region, backup: backup.id }
  const copy: Backup = {
    ...backup,
    region,
    id,
    tags,
    copied,
    neverExpires: false,
    policy: undefined,
  }
  tx.insert(backups, copy)
  tx.insert(backupContents, { ...content, region, id })
  return copy
}

export function removeBackup(tx: WriteTx, { account, region, id }: BackupRef): void {
  tx.delete(backups, [account, region, id])
  tx.delete(backupContents, [account, region, id])
}

/** Of a cluster, the oldest first. */
export function backupsOf(tx: ReadTx, { account, region, id }: ClusterRef): readonly Backup[] {
  const prefix = [account, region, id]
  const { rows } = tx.scan(backups, { index: "byCluster", prefix, limit: BACKUPS_READ })
  return rows.toSorted((a, b) => a.createdMs - b.createdMs)
}
