import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { invalidCiphertext, invalidStateText } from "../errors.ts"
import { keyArn, type Key } from "../key/key.ts"
import { currentMaterial, findMaterial, openMaterial } from "../material/material.ts"
import { decryptAes, drawNonce, encryptAes } from "./aes.ts"
import { blobHeader, type Blob } from "./blob.ts"
import { contextText, type EncryptionContext } from "./context.ts"

/** A ciphertext with the id of the material that made it. */
export interface Encrypted {
  readonly blob: Buffer
  readonly materialId: string
}

/** Encrypts with the key's present material. The key can be used: the caller has looked. */
export function encryptSymmetric(
  tx: WriteTx,
  key: Key,
  { plain, context }: { plain: Uint8Array; context: EncryptionContext | undefined },
): Encrypted {
  const material = currentMaterial(tx, key)
  const secret = material && openMaterial(tx, material)
  if (material?.inCluster && !secret) throw lostInCluster()
  if (!secret) throw new Error(`${keyArn(key)} is enabled without material`)
  const header = blobHeader(key, material.id)
  const aad = aadOf(header, context)
  const sealed = encryptAes(plain, drawNonce(tx), { key: secret, aad })
  return { blob: Buffer.concat([header, sealed]), materialId: material.id }
}

/** Throws InvalidCiphertextException for a changed one, a wrong context, lost material. */
export function decryptSymmetric(
  tx: ReadTx,
  key: Key,
  { blob, context }: { blob: Blob; context: EncryptionContext | undefined },
): Buffer {
  const material = findMaterial(tx, key, blob.materialId)
  const secret = material && openMaterial(tx, material)
  if (material?.inCluster && !secret) throw lostInCluster()
  if (!secret) throw invalidCiphertext()
  const aad = aadOf(blob.header, context)
  const plain = decryptAes(blob.sealed, { key: secret, aad })
  if (!plain) throw invalidCiphertext()
  return plain
}

/** "How to fix a failing KMS key": its material was deleted in the cluster. Not verified: the words. */
const lostInCluster = () =>
  invalidStateText("KMS cannot find the key material of this KMS key in your CloudHSM cluster.")

function aadOf(header: Buffer, context: EncryptionContext | undefined): Buffer {
  const text = contextText(context)
  return text === "" ? header : Buffer.concat([header, Buffer.from(text)])
}
