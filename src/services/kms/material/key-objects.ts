import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { keyArn, type Key } from "../key/key.ts"
import { currentMaterial, openMaterial } from "./material.ts"

/** SubjectPublicKeyInfo. */
export function publicDer(tx: ReadTx, key: Key): Buffer {
  const text = currentMaterial(tx, key)?.publicKey
  if (text === undefined) throw new Error(`${keyArn(key)} has no public key`)
  return Buffer.from(text, "base64")
}

export const publicKeyOf = (tx: ReadTx, key: Key): KeyObject =>
  createPublicKey({ key: publicDer(tx, key), format: "der", type: "spki" })

export function privateKeyOf(tx: ReadTx, key: Key): KeyObject {
  return createPrivateKey({ key: secretOf(tx, key), format: "der", type: "pkcs8" })
}

/** The bytes of a secret key, or a private one as PKCS #8. */
export function secretOf(tx: ReadTx, key: Key): Buffer {
  const material = currentMaterial(tx, key)
  const secret = material && openMaterial(tx, material)
  if (!secret) throw new Error(`${keyArn(key)} is enabled without material`)
  return secret
}
