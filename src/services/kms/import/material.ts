import type { WriteTx } from "../../../kernel/transaction.ts"
import { job } from "../../../kernel/later/later.ts"
import { keys, type Key } from "../key/key.ts"
import { materials, materialsOf, type Material } from "../material/material.ts"

export interface Expiry {
  readonly account: string
  readonly region: string
  readonly keyId: string
  readonly materialId: string
}

/** Imported material whose time has come: "AWS KMS deletes the key material". */
export const expireMaterial = job<Expiry>("kms/expireMaterial", {
  run(tx, { account, region, keyId, materialId }) {
    const material = tx.get(materials, [account, region, keyId, materialId])
    if (material?.validToMs !== undefined && material.validToMs <= tx.now) forget(tx, material)
  },
})

/** Takes the bytes away; that the key has had them stays known. */
export function forget(tx: WriteTx, material: Material): void {
  if (material.expiry) tx.cancel(material.expiry)
  if (material.state === "PENDING_ROTATION") tx.remove(materials, material)
  else {
    const { sealed: _sealed, validToMs: _at, expiry: _timer, ...rest } = material
    tx.replace(materials, material, rest)
  }
  const { account, region, keyId } = material
  const key = tx.get(keys, [account, region, keyId])
  if (key) noteMissing(tx, key)
}

/** "When any key material for an imported key is deleted or it expires", the key waits for it. */
export function noteMissing(tx: WriteTx, key: Key): Key {
  const needed = materialsOf(tx, key).filter(({ state }) => state !== "PENDING_ROTATION")
  const complete = needed.length > 0 && needed.every(({ sealed }) => sealed !== undefined)
  const pendingImport = complete ? undefined : true
  if (key.pendingImport === pendingImport) return key
  const changed = { ...key, pendingImport }
  tx.replace(keys, key, changed)
  return changed
}
