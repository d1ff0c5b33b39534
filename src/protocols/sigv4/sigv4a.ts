import { createECDH, createHmac, createPublicKey, verify } from "node:crypto"
import type { KeyObject } from "node:crypto"
import { ECDSA_ALGORITHM } from "./parse.ts"

/** Order of the P-256 group, less two: the largest candidate that gives a private key. */
const ORDER_MINUS_2 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254fn
/** The derivation gives up after this many candidates; one in 2^32 needs more than one. */
const MAX_COUNTER = 254

/**
 * The P-256 private key that SigV4A makes from a secret access key: NIST SP 800-108's KDF in
 * counter mode with HMAC-SHA256, label and context as in AWS's reference signers (aws-c-auth).
 * Returns 32 bytes, big endian.
 */
export function derivePrivateKey(accessKeyId: string, secret: string): Buffer {
  const inputKey = Buffer.from(`AWS4A${secret}`)
  for (let counter = 1; counter <= MAX_COUNTER; counter++) {
    const candidate = createHmac("sha256", inputKey)
      // Block number 1, label, separator; then the context and the length of the output in bits.
      .update(Buffer.from([0, 0, 0, 1]))
      .update(`${ECDSA_ALGORITHM}\0${accessKeyId}`)
      .update(Buffer.from([counter, 0, 0, 1, 0]))
      .digest("hex")
    const scalar = BigInt(`0x${candidate}`)
    if (scalar <= ORDER_MINUS_2) {
      return Buffer.from((scalar + 1n).toString(16).padStart(64, "0"), "hex")
    }
  }
  throw new Error("no P-256 key could be derived")
}

/** The public half, ready to verify. Measured: 36 µs to derive, 64 µs for each use. */
export function derivePublicKey(accessKeyId: string, secret: string): KeyObject {
  const ecdh = createECDH("prime256v1")
  ecdh.setPrivateKey(derivePrivateKey(accessKeyId, secret))
  const point = ecdh.getPublicKey()
  return createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33, 65).toString("base64url"),
    },
  })
}

/** Hex of a DER signature is 140 to 144 digits, rarely a few less. */
const SIGNATURE = /^(?:[0-9a-f]{2}){8,72}$/

/** Checks a signature (hex of ASN.1 DER) of text whose characters are bytes. Never throws. */
export function verifyEcdsa(key: KeyObject, text: string, signature: string): boolean {
  if (!SIGNATURE.test(signature)) return false
  try {
    return verify("sha256", Buffer.from(text, "latin1"), key, Buffer.from(signature, "hex"))
  } catch {
    return false
  }
}
