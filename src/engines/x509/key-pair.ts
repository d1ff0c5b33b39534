import { generateKeyPair, type KeyObject } from "node:crypto"
import { promisify } from "node:util"

/** AWS's names of the kinds of keys that certificates are for. */
export type KeyAlgorithm =
  | "RSA_1024"
  | "RSA_2048"
  | "RSA_3072"
  | "RSA_4096"
  | "EC_prime256v1"
  | "EC_secp384r1"
  | "EC_secp521r1"
  | "ML_DSA_44"
  | "ML_DSA_65"
  | "ML_DSA_87"

/** A pair of keys in DER. */
export interface KeyPair {
  /** PKCS #8. */
  readonly privateKey: Uint8Array
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
}

const CURVES: Readonly<Record<string, string>> = {
  EC_prime256v1: "P-256",
  EC_secp384r1: "P-384",
  EC_secp521r1: "P-521",
}

/** Node's types do not know all kinds that its OpenSSL has. */
const make = promisify(generateKeyPair) as unknown as (
  type: string,
  options: object,
) => Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }>

/**
 * A new pair of keys, made beside the event loop. OpenSSL draws it: it does not follow from a
 * world's seed. Rejects where this version of Node.js does not have the kind.
 */
export async function generateKeys(algorithm: KeyAlgorithm): Promise<KeyPair> {
  const curve = CURVES[algorithm]
  const bits = /^RSA_(\d+)$/.exec(algorithm)?.[1]
  const { privateKey, publicKey } = curve
    ? await make("ec", { namedCurve: curve })
    : bits !== undefined
      ? await make("rsa", { modulusLength: Number(bits) })
      : await make(algorithm.toLowerCase().replaceAll("_", "-"), {})
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "der" }),
    publicKey: publicKey.export({ type: "spki", format: "der" }),
  }
}

const EC_NAMES: Readonly<Record<string, KeyAlgorithm>> = {
  prime256v1: "EC_prime256v1",
  secp384r1: "EC_secp384r1",
  secp521r1: "EC_secp521r1",
}

/** AWS's name of a key's kind; undefined for others. */
export function keyAlgorithmOf(key: KeyObject): KeyAlgorithm | undefined {
  const type = key.asymmetricKeyType as string | undefined
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {}
  if (type === "ec") return EC_NAMES[namedCurve]
  if (type === "rsa") {
    const bits = [1024, 2048, 3072, 4096].find((one) => one === modulusLength)
    return bits === undefined ? undefined : (`RSA_${bits}` as KeyAlgorithm)
  }
  return type?.startsWith("ml-dsa-")
    ? (type.toUpperCase().replaceAll("-", "_") as KeyAlgorithm)
    : undefined
}
