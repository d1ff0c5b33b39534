import { createCipheriv, createDecipheriv } from "node:crypto"

const CIPHER = "aes-256-gcm"
const NONCE_BYTES = 12
const TAG_BYTES = 16

export interface AesText {
  readonly key: Uint8Array
  /** Authenticated, not kept. */
  readonly aad: Uint8Array
}

/** Nonce, ciphertext, tag. The nonce has 12 random bytes ("AWS KMS cryptographic details"). */
export function encryptAes(plain: Uint8Array, nonce: Uint8Array, { key, aad }: AesText): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce)
  cipher.setAAD(aad)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Nothing for what was changed, or was made with another key or other data. */
export function decryptAes(sealed: Buffer, { key, aad }: AesText): Buffer | undefined {
  const end = sealed.length - TAG_BYTES
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, end))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    return undefined
  }
}

export const drawNonce = (tx: {
  random(stream: string): { bytes(count: number): Uint8Array }
}): Uint8Array => tx.random("kms/nonce").bytes(NONCE_BYTES)
