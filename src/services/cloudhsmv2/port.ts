import type { Table } from "../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import { backupContents, backups } from "./backup/backup.ts"
import { clusterOf, clusters, type Cluster, type ClusterRef } from "./cluster/cluster.ts"
import { activeHsms, hsms } from "./hsm/hsm.ts"
import { drawKey, hasRoom, hsmKeys, openKey, removeKey } from "./vault/key.ts"
import { isPassword, putUser, userOf, users } from "./vault/user.ts"

export { runCommand, type HsmCommand, type HsmContents } from "./vault/client.ts"

/** The tables behind what this port gives. */
export const hsmTables: readonly Table<object>[] = [
  ...[clusters, hsms, users, hsmKeys, backups, backupContents],
]

/** What others know of a cluster. */
export interface ClusterFacts {
  readonly isActive: boolean
  /** PEM: the CA that its owner claimed it with. */
  readonly trustAnchor: string | undefined
  /** The certificate that clusters of one backup history share. */
  readonly certificate: string | undefined
  /** AZs with an HSM that answers now. */
  readonly zones: number
  readonly subnets: number
}

export type { ClusterRef } from "./cluster/cluster.ts"

export function clusterFacts(tx: ReadTx, ref: ClusterRef): ClusterFacts | undefined {
  const cluster = clusterOf(tx, ref)
  if (!cluster || cluster.state === "DELETE_IN_PROGRESS") return undefined
  const { trustAnchor, certificate } = cluster
  return {
    isActive: cluster.state === "ACTIVE",
    ...{ trustAnchor, certificate },
    zones: new Set(activeHsms(tx, cluster).map(({ az }) => az)).size,
    subnets: Object.keys(cluster.subnets).length,
  }
}

/** A user of a cluster who gives a password. */
export interface LogIn {
  readonly cluster: ClusterRef
  readonly name: string
  readonly password: string
}

/** Whether the user may come in. No HSM asks if none answers: the caller looks first. */
export function logIn(tx: ReadTx, { cluster: ref, name, password }: LogIn) {
  const cluster = known(tx, ref)
  const user = userOf(tx, cluster, name)
  if (user?.role !== "crypto-user") return "no-user"
  return isPassword(tx, cluster, user, password) ? "in" : "wrong-password"
}

/** A user changes the password; it has logged in. */
export function changePassword(tx: WriteTx, { cluster: ref, name, password }: LogIn): void {
  putUser(tx, known(tx, ref), { name, role: "crypto-user", password })
}

/** Draws a secret key of a user in the cluster: its handle, or nothing where there is no room. */
export function drawHsmKey(
  tx: WriteTx,
  ref: ClusterRef,
  key: { readonly label: string; readonly owner: string; readonly bytes: number },
): string | undefined {
  const cluster = known(tx, ref)
  return hasRoom(tx, cluster) ? drawKey(tx, cluster, key) : undefined
}

/**
 * The bytes of a key for the use of a moment, as if the HSM did it itself. Nothing where the cluster
 * has no such key, or none of its HSMs answers.
 */
export function openHsmKey(tx: ReadTx, ref: ClusterRef, handle: string): Buffer | undefined {
  const cluster = clusterOf(tx, ref)
  if (cluster?.state !== "ACTIVE" || activeHsms(tx, cluster).length === 0) return undefined
  return openKey(tx, cluster, handle)
}

/** "… makes a best effort": where no HSM answers, the key stays. */
export function removeHsmKey(tx: WriteTx, ref: ClusterRef, handle: string): void {
  const cluster = clusterOf(tx, ref)
  if (cluster && activeHsms(tx, cluster).length > 0) removeKey(tx, ref, handle)
}

function known(tx: ReadTx, ref: ClusterRef): Cluster {
  const cluster = clusterOf(tx, ref)
  if (!cluster) throw new Error(`there is no cluster ${ref.id}`)
  return cluster
}
