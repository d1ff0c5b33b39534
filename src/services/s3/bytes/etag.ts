import { hash } from "node:crypto"
import type { WriteKey } from "./write-key.ts"

/**
 * The ETag of what was put at once: its MD5, unless KMS or a customer's key encrypts it: then it
 * must not tell ("Common response headers").
 */
export function etagOf(md5: string, { encryption, plain }: WriteKey): string {
  if (!plain || !encryption || encryption.type === "AES256") return md5
  return hiddenEtag(md5, plain)
}

/** A tag that is of these bytes under this key, and tells nothing of them. */
export const hiddenEtag = (md5: string, key: Uint8Array): string =>
  hash("md5", Buffer.concat([key, Buffer.from(md5)]))
