/** What a key can be made of ("Key spec reference"). */
export type KeySpec =
  | "SYMMETRIC_DEFAULT"
  | "HMAC_224"
  | "HMAC_256"
  | "HMAC_384"
  | "HMAC_512"
  | "RSA_2048"
  | "RSA_3072"
  | "RSA_4096"
  | "ECC_NIST_P256"
  | "ECC_NIST_P384"
  | "ECC_NIST_P521"
  | "ECC_SECG_P256K1"
  | "ECC_NIST_EDWARDS25519"
  | "ML_DSA_44"
  | "ML_DSA_65"
  | "ML_DSA_87"
  | "SM2"

export type KeyUsage = "ENCRYPT_DECRYPT" | "SIGN_VERIFY" | "GENERATE_VERIFY_MAC" | "KEY_AGREEMENT"

export type EncryptionAlgorithm = "SYMMETRIC_DEFAULT" | "RSAES_OAEP_SHA_1" | "RSAES_OAEP_SHA_256"

export type MacAlgorithm = "HMAC_SHA_224" | "HMAC_SHA_256" | "HMAC_SHA_384" | "HMAC_SHA_512"

export type SigningAlgorithm =
  | "RSASSA_PSS_SHA_256"
  | "RSASSA_PSS_SHA_384"
  | "RSASSA_PSS_SHA_512"
  | "RSASSA_PKCS1_V1_5_SHA_256"
  | "RSASSA_PKCS1_V1_5_SHA_384"
  | "RSASSA_PKCS1_V1_5_SHA_512"
  | "ECDSA_SHA_256"
  | "ECDSA_SHA_384"
  | "ECDSA_SHA_512"
  | "ED25519_SHA_512"
  | "ED25519_PH_SHA_512"
  | "ML_DSA_SHAKE_256"

export interface SpecFacts {
  readonly family: "symmetric" | "hmac" | "rsa" | "ec" | "ed25519" | "ml-dsa" | "sm2"
  readonly usages: readonly KeyUsage[]
  readonly encryption?: readonly EncryptionAlgorithm[]
  readonly signing?: readonly SigningAlgorithm[]
  readonly macs?: readonly MacAlgorithm[]
  readonly agreement?: readonly "ECDH"[]
  /** Of secret keys: bytes of the material that KMS makes. */
  readonly bytes?: number
  /** Bits of an RSA modulus. */
  readonly bits?: number
  /** OpenSSL's name of a curve. */
  readonly curve?: string
}

const RSA_SIGNING: readonly SigningAlgorithm[] = [
  ...(["RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384"] as const),
  ...(["RSASSA_PKCS1_V1_5_SHA_512", "RSASSA_PSS_SHA_256"] as const),
  ...(["RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512"] as const),
]

const rsa = (bits: number): SpecFacts => ({
  family: "rsa",
  usages: ["ENCRYPT_DECRYPT", "SIGN_VERIFY"],
  encryption: ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
  signing: RSA_SIGNING,
  bits,
})

const ec = (curve: string, signing: SigningAlgorithm, agrees: boolean): SpecFacts => ({
  family: "ec",
  usages: agrees ? ["SIGN_VERIFY", "KEY_AGREEMENT"] : ["SIGN_VERIFY"],
  signing: [signing],
  ...(agrees && { agreement: ["ECDH" as const] }),
  curve,
})

/** As long as the digest ("HMAC keys in AWS KMS"). */
const hmac = (algorithm: MacAlgorithm, bytes: number): SpecFacts => ({
  family: "hmac",
  usages: ["GENERATE_VERIFY_MAC"],
  macs: [algorithm],
  bytes,
})

const mlDsa: SpecFacts = {
  family: "ml-dsa",
  usages: ["SIGN_VERIFY"],
  signing: ["ML_DSA_SHAKE_256"],
}

export const SPECS: Readonly<Record<KeySpec, SpecFacts>> = Object.freeze({
  SYMMETRIC_DEFAULT: {
    family: "symmetric",
    usages: ["ENCRYPT_DECRYPT"],
    encryption: ["SYMMETRIC_DEFAULT"],
    bytes: 32,
  },
  HMAC_224: hmac("HMAC_SHA_224", 28),
  HMAC_256: hmac("HMAC_SHA_256", 32),
  HMAC_384: hmac("HMAC_SHA_384", 48),
  HMAC_512: hmac("HMAC_SHA_512", 64),
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ec("prime256v1", "ECDSA_SHA_256", true),
  ECC_NIST_P384: ec("secp384r1", "ECDSA_SHA_384", true),
  ECC_NIST_P521: ec("secp521r1", "ECDSA_SHA_512", true),
  ECC_SECG_P256K1: ec("secp256k1", "ECDSA_SHA_256", false),
  ECC_NIST_EDWARDS25519: {
    family: "ed25519",
    usages: ["SIGN_VERIFY"],
    signing: ["ED25519_SHA_512", "ED25519_PH_SHA_512"],
  },
  ML_DSA_44: mlDsa,
  ML_DSA_65: mlDsa,
  ML_DSA_87: mlDsa,
  SM2: { family: "sm2", usages: ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"] },
})

/** Whether a key has a public half. */
export const isAsymmetric = (spec: KeySpec): boolean => {
  const { family } = SPECS[spec]
  return family !== "symmetric" && family !== "hmac"
}
