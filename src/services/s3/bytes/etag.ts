import { hash } from "node:crypto"
import type { WriteKey } from "./write-key.ts"

/**
 * The ETag of what was put at once: its MD5, unless KMS or a customer's key encrypts it: then it
 * must not tell ("Common response headers").
 */
export function etagOf(md5: string, { encryption, plain }: WriteKey): string {
  if (!plain || !encryption || encryption.type === "AES256") return md5
  return hash("md5", Buffer.concat([plain, Buffer.from(md5)]))
}
