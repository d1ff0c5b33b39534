import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { asks, op, type Out } from "../define.ts"
import { badRequest, wrongState } from "../errors.ts"
import { hsms, hsmsOf } from "../hsm/hsm.ts"
import { ROLLBACK_MS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { hsmKeys, keysOf } from "../vault/key.ts"
import { users, usersOf } from "../vault/user.ts"
import {
  clusterOf,
  clusterOrArn,
  clusterResource,
  clusters,
  findCluster,
  refOf,
  type Cluster,
  type ClusterRef,
  type HsmType,
} from "./cluster.ts"
import { hsmTypeOf, retentionOf } from "./create.ts"
import { clusterEntry } from "./entry.ts"

const onCluster = asks.on<Cluster, { readonly ClusterId: string }>(clusterResource, clusterOrArn)

/** More than any quota. */
const CLUSTERS_READ = 1_000

export const DescribeClusters = op.read("DescribeClusters", {
  authorize: asks.anything,
  run(tx, input, { account, region }): Out<"DescribeClusters"> {
    const { clusterIds, vpcIds, states, ...others } = input.Filters ?? {}
    const [unknown] = Object.keys(others)
    if (unknown !== undefined) throw badRequest(`${unknown} is not a valid filter.`)
    const entries = tx
      .scan(clusters, { prefix: [account, region], limit: CLUSTERS_READ })
      .rows.map((cluster) => clusterEntry(tx, cluster))
      .filter(
        ({ ClusterId = "", VpcId = "", State = "" }) =>
          (clusterIds?.includes(ClusterId) ?? true) &&
          (vpcIds?.includes(VpcId) ?? true) &&
          (states?.includes(State) ?? true),
      )
    const { items, more } = pageOf(entries, input, 25)
    return { Clusters: [...items], ...more }
  },
})

export const ModifyCluster = op.write("ModifyCluster", {
  authorize: onCluster,
  run(tx, input, call): Out<"ModifyCluster"> {
    const cluster = findCluster(tx, input.ClusterId, call)
    const { BackupRetentionPolicy: policy, HsmType } = input
    if (policy === undefined && HsmType === undefined)
      throw badRequest("Specify a backup retention policy or an HSM type.")
    const retentionDays = policy === undefined ? cluster.retentionDays : retentionOf(policy)
    const changed: Cluster = {
      ...cluster,
      retentionDays,
      ...(HsmType !== undefined && otherType(tx, cluster, hsmTypeOf(HsmType))),
    }
    tx.replace(clusters, cluster, changed)
    return { Cluster: clusterEntry(tx, changed) }
  },
})

/** From hsm1.medium to hsm2m.medium, and back again for a day ("Migrating to hsm2m.medium"). */
function otherType(tx: WriteTx, cluster: Cluster, type: HsmType): Partial<Cluster> {
  const { hsmType: old, rollback, state } = cluster
  if (state !== "ACTIVE") throw wrongState(cluster.id, state)
  if (type === old) throw badRequest(`The cluster's HSM type is ${type} already.`)
  const back = rollback?.type === type && rollback.untilMs > tx.now
  if (type === "hsm1.medium" && !back)
    throw badRequest("The cluster cannot be rolled back to hsm1.medium.")
  for (const hsm of hsmsOf(tx, cluster)) tx.replace(hsms, hsm, { ...hsm, type })
  return {
    hsmType: type,
    rollback: back ? undefined : { type: old, untilMs: tx.now + ROLLBACK_MS },
  }
}

export const DeleteCluster = op.write("DeleteCluster", {
  authorize: onCluster,
  run(tx, { ClusterId: id }, call): Out<"DeleteCluster"> {
    const cluster = findCluster(tx, id, call)
    if (cluster.state === "DELETE_IN_PROGRESS") throw wrongState(id, cluster.state)
    if (hsmsOf(tx, cluster).length > 0)
      throw badRequest(`Cluster ${id} contains HSMs: delete them first.`)
    const changed: Cluster = { ...cluster, state: "DELETE_IN_PROGRESS" }
    tx.replace(clusters, cluster, changed)
    tx.schedule(deleteCluster, refOf(cluster), tx.now)
    return { Cluster: clusterEntry(tx, changed) }
  },
})

/** Its backups stay. */
export const deleteCluster = job<ClusterRef>("cloudhsmv2/deleteCluster", {
  run(tx, ref) {
    const cluster = clusterOf(tx, ref)
    if (cluster?.state !== "DELETE_IN_PROGRESS") return
    for (const key of keysOf(tx, cluster)) tx.remove(hsmKeys, key)
    for (const user of usersOf(tx, cluster)) tx.remove(users, user)
    tx.remove(clusters, cluster)
  },
})
