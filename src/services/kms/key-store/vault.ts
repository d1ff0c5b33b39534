import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { clusterFacts, drawHsmKey, openHsmKey, removeHsmKey } from "../../cloudhsmv2/port.ts"
import { limitExceeded } from "../errors.ts"
import type { KeyRef } from "../key/key.ts"
import type { Material } from "../material/material.ts"
import { clusterConfiguration } from "./errors.ts"
import { keyStores, type KeyStore } from "./key-store.ts"

/** The crypto user of a cluster whom KMS is ("Connect an AWS CloudHSM key store"). */
export const KMS_USER = "kmsuser"

/** 256 bits, as SYMMETRIC_DEFAULT has. */
const KEY_BYTES = 32

/** Where the material of a key in a cluster is. */
export interface InCluster {
  readonly store: string
  readonly handle: string
}

const clusterRef = ({ account, region, cluster }: KeyStore) =>
  cluster && { account, region, id: cluster.id }

const storeOf = (tx: ReadTx, { account, region }: Omit<KeyRef, "id">, id: string) =>
  tx.get(keyStores, [account, region, id])

/** "… at least two active HSMs, each in a different Availability Zone". */
export function assertZones(tx: ReadTx, store: KeyStore, least: number): void {
  const ref = clusterRef(store)
  if (ref) assertActiveHsms(ref.id, clusterFacts(tx, ref)?.zones ?? 0, least)
}

export function assertActiveHsms(clusterId: string, zones: number, least: number): void {
  if (zones < least)
    throw clusterConfiguration(
      `Cluster ${clusterId} must have at least ${least} active HSMs, each in a different Availability Zone.`,
    )
}

/** Whether the cluster of a connected store answers; of other stores true. */
export function answers(tx: ReadTx, store: KeyStore): boolean {
  const ref = clusterRef(store)
  return ref === undefined || (clusterFacts(tx, ref)?.zones ?? 0) > 0
}

/** Draws a key's material in the cluster of its store, where it stays. */
export function drawInStore(tx: WriteTx, ref: KeyRef, storeId: string): Material {
  const { account, region, id: keyId } = ref
  const store = storeOf(tx, ref, storeId)
  const cluster = store && clusterRef(store)
  if (!cluster) throw new Error(`${storeId} has no cluster`)
  assertZones(tx, store, 2)
  const key = { label: keyId, owner: KMS_USER, bytes: KEY_BYTES }
  const handle = drawHsmKey(tx, cluster, key)
  // Not verified: the words.
  if (handle === undefined) throw limitExceeded(`Cluster ${cluster.id} has no room for keys.`)
  return {
    ...{ account, region, keyId, id: tx.random("kms/key-material-id").hex(64) },
    ...{ inCluster: { store: storeId, handle }, state: "CURRENT", serial: tx.serial() },
  }
}

/** The bytes for the use of a moment; nothing where the cluster does not answer or has no such key. */
export function openInStore(
  tx: ReadTx,
  place: Omit<KeyRef, "id">,
  { store: storeId, handle }: InCluster,
): Buffer | undefined {
  const store = storeOf(tx, place, storeId)
  const cluster = store?.connection === "CONNECTED" ? clusterRef(store) : undefined
  return cluster && openHsmKey(tx, cluster, handle)
}

/** "… makes a best effort to delete the key material from the associated cluster". */
export function removeFromStore(
  tx: WriteTx,
  place: Omit<KeyRef, "id">,
  { store: storeId, handle }: InCluster,
): void {
  const store = storeOf(tx, place, storeId)
  const cluster = store?.connection === "CONNECTED" ? clusterRef(store) : undefined
  if (cluster) removeHsmKey(tx, cluster, handle)
}
