import { constants, privateDecrypt, publicEncrypt } from "node:crypto"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { invalid, invalidCiphertext } from "../errors.ts"
import type { Key } from "../key/key.ts"
import { SPECS, type EncryptionAlgorithm } from "../key/spec.ts"
import { privateKeyOf, publicKeyOf } from "../material/key-objects.ts"

type Oaep = Exclude<EncryptionAlgorithm, "SYMMETRIC_DEFAULT">

const HASHES: Readonly<Record<Oaep, { readonly name: string; readonly bytes: number }>> = {
  RSAES_OAEP_SHA_1: { name: "sha1", bytes: 20 },
  RSAES_OAEP_SHA_256: { name: "sha256", bytes: 32 },
}

const oaep = (algorithm: Oaep) => ({
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: HASHES[algorithm].name,
})

export function encryptRsa(tx: ReadTx, key: Key, asked: { plain: Uint8Array; algorithm: Oaep }) {
  const { plain, algorithm } = asked
  const most = (SPECS[key.spec].bits ?? 0) / 8 - 2 * HASHES[algorithm].bytes - 2
  if (plain.length > most) {
    // Recorded.
    throw invalid(
      `Algorithm ${algorithm} and key spec ${key.spec} cannot encrypt data larger than ${most} bytes.`,
    )
  }
  return publicEncrypt({ key: publicKeyOf(tx, key), ...oaep(algorithm) }, plain)
}

/** Throws InvalidCiphertextException. */
export function decryptRsa(tx: ReadTx, key: Key, asked: { blob: Uint8Array; algorithm: Oaep }) {
  const { blob, algorithm } = asked
  const privateKey = privateKeyOf(tx, key)
  try {
    return privateDecrypt({ key: privateKey, ...oaep(algorithm) }, blob)
  } catch {
    throw invalidCiphertext()
  }
}
