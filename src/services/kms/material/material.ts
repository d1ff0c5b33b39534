import { createHmac } from "node:crypto"
import { table } from "../../../kernel/table.ts"
import type { TimerId } from "../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Key, KeyRef } from "../key/key.ts"
import { openInStore, type InCluster } from "../key-store/vault.ts"

/**
 * Backing material of a key: of symmetric keys one more with each rotation, of which all but the
 * last only decrypt. Secret bytes are kept sealed and nowhere else.
 */
export interface Material {
  readonly account: string
  readonly region: string
  readonly keyId: string
  /** 64 hexadecimal digits, the same in all Regions of a multi-Region key. */
  readonly id: string
  /** Base64: a secret key, or a private one as PKCS #8. Absent: imported, and gone since. */
  readonly sealed?: string | undefined
  /** In its place: of a key that lives in a cluster of HSMs. */
  readonly inCluster?: InCluster | undefined
  /** Base64 of SubjectPublicKeyInfo. */
  readonly publicKey?: string | undefined
  readonly state: "CURRENT" | "NON_CURRENT" | "PENDING_ROTATION"
  /** Order of arrival. */
  readonly serial: number
  /** When it became the current one by a rotation. */
  readonly rotatedMs?: number | undefined
  readonly rotationType?: "AUTOMATIC" | "ON_DEMAND" | undefined
  /** Of imported material. */
  readonly description?: string | undefined
  readonly validToMs?: number | undefined
  readonly expiry?: TimerId | undefined
}

export const materials = table<Material>("kms/material", {
  key: ({ account, region, keyId, id }) => [account, region, keyId, id],
  cached: true,
})

const PURPOSE = "kms/backing-key"

const sealOf = (account: string, keyId: string, id: string) => ({
  purpose: PURPOSE,
  context: `${account}/${keyId}/${id}`,
})

/** What AWS calls KeyMaterialId: tells equal material of one key, and nothing else of it. */
function materialIdOf({ account, id }: KeyRef, plain: Uint8Array): string {
  return createHmac("sha256", plain).update(`kms/key-material-id ${account}/${id}`).digest("hex")
}

/** Secret bytes with the public half, if there is one. */
export interface FreshMaterial {
  readonly secret: Uint8Array
  readonly publicKey?: Uint8Array | undefined
}

export function sealMaterial(tx: WriteTx, ref: KeyRef, fresh: FreshMaterial): Material {
  const { account, region, id: keyId } = ref
  const id = materialIdOf(ref, fresh.secret)
  const sealed = tx.seal(fresh.secret, sealOf(account, keyId, id)).toString("base64")
  return {
    ...{ account, region, keyId, id, sealed, state: "CURRENT", serial: tx.serial() },
    publicKey: fresh.publicKey && Buffer.from(fresh.publicKey).toString("base64"),
  }
}

/** The secret bytes; nothing where they are gone. */
export function openMaterial(tx: ReadTx, material: Material): Buffer | undefined {
  const { account, keyId, id, sealed, inCluster } = material
  if (inCluster) return openInStore(tx, material, inCluster)
  if (sealed === undefined) return undefined
  return tx.unseal(Buffer.from(sealed, "base64"), sealOf(account, keyId, id))
}

export const findMaterial = (tx: ReadTx, key: KeyRef, id: string): Material | undefined =>
  tx.get(materials, [key.account, key.region, key.id, id])

export const currentMaterial = (tx: ReadTx, key: Key): Material | undefined =>
  key.materialId === undefined ? undefined : findMaterial(tx, key, key.materialId)

/** More than any key can have: 25 on demand, and one every 90 days for centuries. */
const MATERIALS_MOST = 2_000

/** All of a key, in the order of arrival. */
export function materialsOf(tx: ReadTx, { account, region, id }: KeyRef): readonly Material[] {
  const { rows } = tx.scan(materials, { prefix: [account, region, id], limit: MATERIALS_MOST })
  return rows.toSorted((a, b) => a.serial - b.serial)
}
