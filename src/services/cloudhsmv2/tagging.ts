import type { ReadTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { backupResource, backups, backupOrArn, findBackup, type Backup } from "./backup/backup.ts"
import {
  clusterOrArn,
  clusterResource,
  clusters,
  findCluster,
  type Cluster,
} from "./cluster/cluster.ts"
import { asks, op, type Out } from "./define.ts"
import { TAGS } from "./limits.ts"
import { pageOf } from "./paging.ts"
import { tagList, withTags, type Tags } from "./tags.ts"

interface OnResource {
  readonly ResourceId: string
}

const isBackup = (id: string): boolean => id.startsWith("backup-")

const onBackup = asks.on<Backup, OnResource>(backupResource, (tx, { ResourceId }, call) =>
  backupOrArn(tx, { BackupId: ResourceId }, call),
)
const onCluster = asks.on<Cluster, OnResource>(clusterResource, (tx, { ResourceId }, call) =>
  clusterOrArn(tx, { ClusterId: ResourceId }, call),
)
const onResource = (tx: ReadTx, input: OnResource, call: Call) =>
  (isBackup(input.ResourceId) ? onBackup : onCluster)(tx, input, call)

const tagsOf = (tx: ReadTx, id: string, call: Call): Tags =>
  isBackup(id) ? findBackup(tx, id, call).tags : findCluster(tx, id, call).tags

export const TagResource = op.write("TagResource", {
  authorize: onResource,
  run(tx, { ResourceId: id, TagList }, call): Out<"TagResource"> {
    const tags = withTags(tagsOf(tx, id, call), TagList)
    if (isBackup(id)) tx.put(backups, { ...findBackup(tx, id, call), tags })
    else tx.put(clusters, { ...findCluster(tx, id, call), tags })
    return {}
  },
})

export const UntagResource = op.write("UntagResource", {
  authorize: onResource,
  run(tx, { ResourceId: id, TagKeyList }, call): Out<"UntagResource"> {
    const kept = Object.entries(tagsOf(tx, id, call)).filter(([key]) => !TagKeyList.includes(key))
    const tags = Object.fromEntries(kept)
    if (isBackup(id)) tx.put(backups, { ...findBackup(tx, id, call), tags })
    else tx.put(clusters, { ...findCluster(tx, id, call), tags })
    return {}
  },
})

export const ListTags = op.read("ListTags", {
  authorize: onResource,
  run(tx, input, call): Out<"ListTags"> {
    const { items, more } = pageOf(tagList(tagsOf(tx, input.ResourceId, call)), input, TAGS)
    return { TagList: [...items], ...more }
  },
})
