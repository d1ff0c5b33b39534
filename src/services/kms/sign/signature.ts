import { constants, sign, verify, type KeyObject } from "node:crypto"
import type { SigningAlgorithm } from "../key/spec.ts"
import { ALGORITHMS, HASH_BYTES, type AlgorithmFacts } from "./algorithm.ts"
import { signDigest, verifyDigest } from "./ecdsa.ts"
import { signPkcs1, signPss, verifyPkcs1, verifyPss } from "./rsa-digest.ts"

/** What is to be signed: a message, or the digest of one. */
export interface Signed {
  readonly algorithm: SigningAlgorithm
  readonly message: Uint8Array
  readonly isDigest: boolean
}

export function signWith(
  key: KeyObject,
  { algorithm, message, isDigest }: Signed,
  drawSalt: (bytes: number) => Uint8Array,
): Buffer {
  const { scheme, hash } = ALGORITHMS[algorithm]
  if (!isDigest || !hash) return sign(hash, message, { key, ...paddingOf(scheme) })
  if (scheme === "ecdsa") return signDigest(key, message, hash)
  if (scheme === "pkcs1") return signPkcs1(key, message, hash)
  return signPss(key, { digest: message, salt: drawSalt(HASH_BYTES[hash]) }, hash)
}

export function verifyWith(
  key: KeyObject,
  { algorithm, message, isDigest }: Signed,
  signature: Uint8Array,
): boolean {
  const { scheme, hash } = ALGORITHMS[algorithm]
  if (!isDigest || !hash) return verify(hash, message, { key, ...paddingOf(scheme) }, signature)
  const both = { digest: message, signature }
  if (scheme === "ecdsa") return verifyDigest(key, both)
  return scheme === "pkcs1" ? verifyPkcs1(key, both, hash) : verifyPss(key, both, hash)
}

function paddingOf(scheme: AlgorithmFacts["scheme"]) {
  if (scheme !== "pss") return {}
  return {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  }
}
