import { constants, createDecipheriv, createPrivateKey, privateDecrypt } from "node:crypto"
import { invalidCiphertext } from "../errors.ts"
import type { WrappingAlgorithm } from "./token.ts"

/** The first four bytes of AES key wrap with padding (RFC 5649). */
const WRAP_IV = Buffer.from("a65959a6", "hex")

/** The material that was wrapped for this private key. Throws InvalidCiphertextException. */
export function unwrap(
  wrapped: Uint8Array,
  { privateKey: text, algorithm }: { privateKey: string; algorithm: WrappingAlgorithm },
): Buffer {
  const der = Buffer.from(text, "base64")
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" })
  const oaepHash = algorithm.endsWith("SHA_1") ? "sha1" : "sha256"
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const open = (bytes: Uint8Array): Buffer => privateDecrypt({ key, padding, oaepHash }, bytes)
  try {
    if (!algorithm.startsWith("RSA_AES_KEY_WRAP")) return open(wrapped)
    // "RSA_AES_KEY_WRAP": an AES key under RSA, then the material under the AES key.
    const keyBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
    const aes = open(wrapped.subarray(0, keyBytes))
    const decipher = createDecipheriv("id-aes256-wrap-pad", aes, WRAP_IV)
    return Buffer.concat([decipher.update(wrapped.subarray(keyBytes)), decipher.final()])
  } catch {
    throw invalidCiphertext()
  }
}
