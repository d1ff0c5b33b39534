import type { WriteTx } from "../../../kernel/transaction.ts"
import { drawInStore } from "../key-store/vault.ts"
import { materials, sealMaterial, type FreshMaterial } from "../material/material.ts"
import { count, inRegion } from "./counts.ts"
import { keys, type Key } from "./key.ts"
import { SPECS } from "./spec.ts"

export type NewKey = Omit<Key, "id" | "createdMs" | "enabled" | "materialId">

/** A key with the material that was made for it, or is made in its cluster; imported material comes later. */
export function createKey(tx: WriteTx, wanted: NewKey, fresh: FreshMaterial | undefined): Key {
  const id = newKeyId(tx, wanted.primaryRegion !== undefined)
  const ref = { account: wanted.account, region: wanted.region, id }
  const inCluster = wanted.origin === "AWS_CLOUDHSM" ? wanted.keyStoreId : undefined
  const material =
    inCluster === undefined
      ? fresh && sealMaterial(tx, ref, fresh)
      : drawInStore(tx, ref, inCluster)
  if (material) tx.insert(materials, material)
  const key: Key = {
    ...wanted,
    ...{ id, createdMs: tx.now, enabled: true, materialId: material?.id },
    pendingImport: material ? undefined : true,
  }
  tx.insert(keys, key)
  if (key.manager === "CUSTOMER") count(tx, inRegion(key), { keys: 1 })
  return key
}

function newKeyId(tx: WriteTx, multiRegion: boolean): string {
  const random = tx.random("kms/key-id")
  return multiRegion ? `mrk-${random.uuid().replaceAll("-", "")}` : random.uuid()
}

/** The material of a secret key. */
export function drawSecret(tx: WriteTx, spec: Key["spec"]): FreshMaterial {
  const { bytes } = SPECS[spec]
  if (bytes === undefined) throw new Error(`${spec} has no secret key`)
  return { secret: tx.random("kms/key-material").bytes(bytes) }
}
