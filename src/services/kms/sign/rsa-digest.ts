import { constants, hash, privateEncrypt, publicDecrypt, type KeyObject } from "node:crypto"
import { HASH_BYTES, type HashName } from "./algorithm.ts"

/*
 * RSA signatures of digests that the caller has made: Node signs whole messages only, so the
 * encodings of RFC 8017 stand here, and OpenSSL does the arithmetic.
 */

/** DER in front of a digest (RFC 8017, 9.2, note 1). */
const DIGEST_INFO: Readonly<Record<HashName, string>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
}

const digestInfo = (digest: Uint8Array, name: HashName): Buffer =>
  Buffer.concat([Buffer.from(DIGEST_INFO[name], "hex"), digest])

/** RSASSA-PKCS1-v1_5. */
export const signPkcs1 = (key: KeyObject, digest: Uint8Array, name: HashName): Buffer =>
  privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(digest, name))

export function verifyPkcs1(
  key: KeyObject,
  { digest, signature }: { digest: Uint8Array; signature: Uint8Array },
  name: HashName,
): boolean {
  if (signature.length !== bytesOf(key)) return false
  try {
    const found = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature)
    return found.equals(digestInfo(digest, name))
  } catch {
    return false
  }
}

/** RSASSA-PSS with a salt as long as the digest, as KMS has it (RFC 8017, 9.1.1). */
export function signPss(
  key: KeyObject,
  { digest, salt }: { digest: Uint8Array; salt: Uint8Array },
  name: HashName,
): Buffer {
  const size = bytesOf(key)
  const h = hash(name, Buffer.concat([ZEROS, digest, salt]), "buffer")
  const block = Buffer.alloc(size - h.length - 1)
  block[block.length - salt.length - 1] = 1
  block.set(salt, block.length - salt.length)
  mask(block, h, name)
  // The modulus is a whole number of bytes: one bit more than what is encoded.
  block[0] = (block[0] as number) & 0x7f
  const encoded = Buffer.concat([block, h, TRAILER])
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded)
}

/** (RFC 8017, 9.1.2) */
export function verifyPss(
  key: KeyObject,
  { digest, signature }: { digest: Uint8Array; signature: Uint8Array },
  name: HashName,
): boolean {
  const encoded = openRaw(key, signature)
  const bytes = HASH_BYTES[name]
  if (!encoded || encoded.at(-1) !== TRAILER[0] || ((encoded[0] as number) & 0x80) !== 0)
    return false
  const block = Buffer.from(encoded.subarray(0, encoded.length - bytes - 1))
  const h = encoded.subarray(block.length, -1)
  mask(block, h, name)
  block[0] = (block[0] as number) & 0x7f
  const saltAt = block.length - bytes
  if (block[saltAt - 1] !== 1 || block.subarray(0, saltAt - 1).some((byte) => byte !== 0))
    return false
  const salt = block.subarray(saltAt)
  return hash(name, Buffer.concat([ZEROS, digest, salt]), "buffer").equals(h)
}

function openRaw(key: KeyObject, signature: Uint8Array): Buffer | undefined {
  if (signature.length !== bytesOf(key)) return undefined
  try {
    return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature)
  } catch {
    return undefined
  }
}

/** A signature has as many bytes as the modulus: OpenSSL would take one whose zeros were cut off. */
const bytesOf = (key: KeyObject): number => (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8

const ZEROS = Buffer.alloc(8)
const TRAILER = Buffer.from([0xbc])

/** MGF1 of the seed, laid over the block. */
function mask(block: Buffer, seed: Uint8Array, name: HashName): void {
  const counter = Buffer.alloc(4)
  for (let at = 0, part = 0; at < block.length; part++) {
    counter.writeUInt32BE(part)
    for (const byte of hash(name, Buffer.concat([seed, counter]), "buffer")) {
      if (at >= block.length) return
      block[at] = (block[at] as number) ^ byte
      at++
    }
  }
}
