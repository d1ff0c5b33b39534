import type { SigningAlgorithm } from "../key/spec.ts"

export type HashName = "sha256" | "sha384" | "sha512"

export interface AlgorithmFacts {
  readonly scheme: "pss" | "pkcs1" | "ecdsa" | "ed25519" | "ed25519ph" | "ml-dsa"
  readonly hash?: HashName
}

export const ALGORITHMS: Readonly<Record<SigningAlgorithm, AlgorithmFacts>> = Object.freeze({
  RSASSA_PSS_SHA_256: { scheme: "pss", hash: "sha256" },
  RSASSA_PSS_SHA_384: { scheme: "pss", hash: "sha384" },
  RSASSA_PSS_SHA_512: { scheme: "pss", hash: "sha512" },
  RSASSA_PKCS1_V1_5_SHA_256: { scheme: "pkcs1", hash: "sha256" },
  RSASSA_PKCS1_V1_5_SHA_384: { scheme: "pkcs1", hash: "sha384" },
  RSASSA_PKCS1_V1_5_SHA_512: { scheme: "pkcs1", hash: "sha512" },
  ECDSA_SHA_256: { scheme: "ecdsa", hash: "sha256" },
  ECDSA_SHA_384: { scheme: "ecdsa", hash: "sha384" },
  ECDSA_SHA_512: { scheme: "ecdsa", hash: "sha512" },
  ED25519_SHA_512: { scheme: "ed25519" },
  ED25519_PH_SHA_512: { scheme: "ed25519ph" },
  ML_DSA_SHAKE_256: { scheme: "ml-dsa" },
})

export const HASH_BYTES: Readonly<Record<HashName, number>> = Object.freeze({
  sha256: 32,
  sha384: 48,
  sha512: 64,
})
