import { createPublicKey, sign, verify, type KeyObject } from "node:crypto"
import { bits, nothing, objectId, sequence } from "./der.ts"
import {
  childrenOf,
  expectTag,
  readBits,
  readObjectId,
  readOne,
  TAG,
  type DerElement,
} from "./der-reader.ts"

/** AWS's names of the ways to sign certificates. */
export type SignatureAlgorithm =
  | "SHA256WITHRSA"
  | "SHA384WITHRSA"
  | "SHA512WITHRSA"
  | "SHA256WITHECDSA"
  | "SHA384WITHECDSA"
  | "SHA512WITHECDSA"
  | "ML_DSA_44"
  | "ML_DSA_65"
  | "ML_DSA_87"

/** A private key, and how it signs. */
export interface Signer {
  readonly key: KeyObject
  readonly algorithm: SignatureAlgorithm
}

interface Scheme {
  readonly id: string
  /** Absent: the key's own. */
  readonly hash?: string
  readonly keyType: string
}

// RFC 8017 appendix A, RFC 5758 section 3.2, RFC 9881 section 2.
const SCHEMES: Readonly<Record<SignatureAlgorithm, Scheme>> = {
  SHA256WITHRSA: { id: "1.2.840.113549.1.1.11", hash: "sha256", keyType: "rsa" },
  SHA384WITHRSA: { id: "1.2.840.113549.1.1.12", hash: "sha384", keyType: "rsa" },
  SHA512WITHRSA: { id: "1.2.840.113549.1.1.13", hash: "sha512", keyType: "rsa" },
  SHA256WITHECDSA: { id: "1.2.840.10045.4.3.2", hash: "sha256", keyType: "ec" },
  SHA384WITHECDSA: { id: "1.2.840.10045.4.3.3", hash: "sha384", keyType: "ec" },
  SHA512WITHECDSA: { id: "1.2.840.10045.4.3.4", hash: "sha512", keyType: "ec" },
  ML_DSA_44: { id: "2.16.840.1.101.3.4.3.17", keyType: "ml-dsa-44" },
  ML_DSA_65: { id: "2.16.840.1.101.3.4.3.18", keyType: "ml-dsa-65" },
  ML_DSA_87: { id: "2.16.840.1.101.3.4.3.19", keyType: "ml-dsa-87" },
}

/** Nobody signs so any more, but requests and certificates from elsewhere are still read. */
const OTHERS: readonly Scheme[] = [
  { id: "1.2.840.113549.1.1.5", hash: "sha1", keyType: "rsa" },
  { id: "1.2.840.10045.4.1", hash: "sha1", keyType: "ec" },
  { id: "1.3.101.112", keyType: "ed25519" },
  { id: "1.3.101.113", keyType: "ed448" },
]

/** An AlgorithmIdentifier. RSA's has NULL for parameters, the others none. */
export function algorithmIdentifier(algorithm: SignatureAlgorithm): Uint8Array {
  const { id, keyType } = SCHEMES[algorithm]
  return keyType === "rsa" ? sequence(objectId(id), nothing()) : sequence(objectId(id))
}

/** A body with its signature behind it. Synchronous: RSA_4096 takes some milliseconds. */
export function writeSigned(body: Uint8Array, { key, algorithm }: Signer): Uint8Array {
  const signature = sign(SCHEMES[algorithm].hash ?? null, body, key)
  return sequence(body, algorithmIdentifier(algorithm), bits(signature))
}

/** Something signed, as certificates, requests and lists are. */
export interface Signed {
  /** What the signature is over. */
  readonly bytes: Uint8Array
  /** AlgorithmIdentifier. */
  readonly algorithm: Uint8Array
  readonly signature: Uint8Array
}

/** Reads what `writeSigned` writes. Throws DerError. The signature is not looked at. */
export function readSigned(der: Uint8Array): {
  readonly body: DerElement
  readonly signed: Signed
} {
  const [first, algorithm, signature] = childrenOf(readOne(der))
  const body = expectTag(first, TAG.sequence)
  const signed = {
    bytes: body.whole,
    algorithm: expectTag(algorithm, TAG.sequence).whole,
    signature: readBits(signature),
  }
  return { body, signed }
}

/** Whether the owner of a public key (SubjectPublicKeyInfo) signed. False for unknown algorithms. */
export function isSignedBy({ bytes, algorithm, signature }: Signed, spki: Uint8Array): boolean {
  try {
    const id = readObjectId(childrenOf(readOne(algorithm))[0])
    const scheme = [...Object.values(SCHEMES), ...OTHERS].find((one) => one.id === id)
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" })
    if (!scheme || key.asymmetricKeyType !== scheme.keyType) return false
    return verify(scheme.hash ?? null, bytes, key, signature)
  } catch {
    return false
  }
}

/** AWS's name of an AlgorithmIdentifier, where it has one. */
export function algorithmName(identifier: Uint8Array): SignatureAlgorithm | undefined {
  const id = readObjectId(childrenOf(readOne(identifier))[0])
  const names = Object.keys(SCHEMES) as SignatureAlgorithm[]
  return names.find((name) => SCHEMES[name].id === id)
}
