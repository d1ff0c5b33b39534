import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { drawSecret } from "../key/create.ts"
import { keys, refOf, type Key, type KeyRef, type Rotation } from "../key/key.ts"
import { keyState } from "../key/state.ts"
import { DAY_MS } from "../limits.ts"
import { currentMaterial, materials, sealMaterial, type Material } from "../material/material.ts"
import { relatedKeys } from "../multi-region/related.ts"

/** When the time of an automatic rotation has come. */
export const rotateKey = job<KeyRef>("kms/rotateKey", {
  run(tx, { account, region, id }) {
    const key = tx.get(keys, [account, region, id])
    if (!key?.rotation || key.rotation.nextMs > tx.now) return
    // "AWS KMS does not rotate … while the key is disabled": it catches up when that ends.
    if (keyState(tx, key) === "Enabled") rotateOnTime(tx, key, key.rotation)
  },
})

/** Rotates now what was due while the key could not be used. */
export function resumeRotation(tx: WriteTx, key: Key): void {
  if (key.rotation && key.rotation.nextMs <= tx.now && keyState(tx, key) === "Enabled")
    rotateOnTime(tx, key, key.rotation)
}

function rotateOnTime(tx: WriteTx, key: Key, { periodDays }: Rotation): void {
  const rotated = rotate(tx, key, "AUTOMATIC")
  tx.replace(keys, rotated, { ...rotated, rotation: planRotation(tx, key, periodDays) })
}

export function planRotation(tx: WriteTx, key: Key, periodDays: number): Rotation {
  const nextMs = tx.now + periodDays * DAY_MS
  return { periodDays, nextMs, timer: tx.schedule(rotateKey, refOf(key), nextMs) }
}

/** New material for a key of KMS's own, in all its Regions; the old one goes on decrypting. */
export function rotate(tx: WriteTx, key: Key, type: "AUTOMATIC" | "ON_DEMAND"): Key {
  const fresh = sealMaterial(tx, key, drawSecret(tx, key.spec))
  const next: Material = { ...fresh, rotatedMs: tx.now, rotationType: type }
  return makeCurrent(tx, key, next)
}

/** In one commit: at no moment a Region has other material than the others. */
export function makeCurrent(tx: WriteTx, key: Key, next: Material): Key {
  const all = key.primaryRegion === undefined ? [key] : relatedKeys(tx, key)
  let rotated = key
  for (const one of all) {
    const old = currentMaterial(tx, one)
    if (old) tx.replace(materials, old, { ...old, state: "NON_CURRENT" })
    tx.put(materials, { ...next, region: one.region, state: "CURRENT" })
    const changed = { ...one, materialId: next.id }
    tx.replace(keys, one, changed)
    if (one.region === key.region) rotated = changed
  }
  return rotated
}
