import { createCipheriv, createDecipheriv } from "node:crypto"
import { table } from "../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"

/** A key of this cloud for what only this cloud reads. */
interface SealingKey {
  readonly purpose: SealPurpose
  /** 32 bytes. */
  readonly base64: string
}

export type SealPurpose = "authorization-message" | "session-token"

export const sealingKeys = table<SealingKey>("sts/sealing-key", {
  key: (key) => [key.purpose],
  cached: true,
})

const CIPHER = "aes-256-gcm"
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts so that nobody else can read, make or change it: a nonce, the text, a tag. */
export function seal(tx: WriteTx, purpose: SealPurpose, plain: Uint8Array): Buffer {
  const nonce = tx.random("sts/sealing-nonce").bytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, keyFor(tx, purpose), nonce)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** What was sealed here for this purpose; nothing for all else. */
export function unseal(tx: ReadTx, purpose: SealPurpose, sealed: Uint8Array): Buffer | undefined {
  const key = tx.get(sealingKeys, [purpose])
  const textEnd = sealed.length - TAG_BYTES
  if (!key || textEnd < NONCE_BYTES) return undefined
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, bytesOf(key), nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(textEnd))
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, textEnd))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    return undefined
  }
}

function keyFor(tx: WriteTx, purpose: SealPurpose): Buffer {
  const known = tx.get(sealingKeys, [purpose])
  if (known) return bytesOf(known)
  const bytes = Buffer.from(tx.random("sts/sealing-key").bytes(32))
  tx.insert(sealingKeys, { purpose, base64: bytes.toString("base64") })
  return bytes
}

const bytesOf = (key: SealingKey): Buffer => Buffer.from(key.base64, "base64")
