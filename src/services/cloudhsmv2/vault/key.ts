import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Cluster, ClusterRef } from "../cluster/cluster.ts"
import { KEYS } from "../limits.ts"

/** A secret key in a cluster. It is opened nowhere but in the cluster. */
export interface HsmKey {
  readonly account: string
  readonly region: string
  readonly clusterId: string
  /** 16 hexadecimal digits. */
  readonly handle: string
  readonly label: string
  /** The user whose key it is. */
  readonly owner: string
  /** Base64. */
  readonly sealed: string
}

export const hsmKeys = table<HsmKey>("cloudhsmv2/key", {
  key: ({ account, region, clusterId, handle }) => [account, region, clusterId, handle],
})

const sealOf = (lineage: string, handle: string) => ({
  purpose: "cloudhsmv2/key",
  context: `${lineage}/${handle}`,
})

export function keysOf(tx: ReadTx, { account, region, id }: ClusterRef): readonly HsmKey[] {
  return tx.scan(hsmKeys, { prefix: [account, region, id], limit: KEYS["hsm2m.medium"] + 1 }).rows
}

/** Whether the cluster can hold one more. */
export function hasRoom(tx: ReadTx, { account, region, id, hsmType }: Cluster): boolean {
  const most = KEYS[hsmType]
  return tx.count(hsmKeys, { prefix: [account, region, id], limit: most }) < most
}

/** Draws a secret key in the cluster; gives its handle. */
export function drawKey(
  tx: WriteTx,
  { account, region, id, lineage }: Cluster,
  {
    label,
    owner,
    bytes,
  }: { readonly label: string; readonly owner: string; readonly bytes: number },
): string {
  const handle = tx.random("cloudhsmv2/handle").hex(16)
  const plain = tx.random("cloudhsmv2/key").bytes(bytes)
  const sealed = tx.seal(plain, sealOf(lineage, handle)).toString("base64")
  tx.insert(hsmKeys, { account, region, clusterId: id, handle, label, owner, sealed })
  return handle
}

/** The key's bytes, or nothing where the cluster does not have it. */
export function openKey(tx: ReadTx, cluster: Cluster, handle: string): Buffer | undefined {
  const { account, region, id, lineage } = cluster
  const row = tx.get(hsmKeys, [account, region, id, handle])
  return row && tx.unseal(Buffer.from(row.sealed, "base64"), sealOf(lineage, handle))
}

export const removeKey = (tx: WriteTx, { account, region, id }: ClusterRef, handle: string) =>
  tx.delete(hsmKeys, [account, region, id, handle])
