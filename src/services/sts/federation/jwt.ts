import { constants, createPublicKey, verify, type webcrypto } from "node:crypto"
import { notAJwt } from "../errors.ts"

export type Claims = Readonly<Record<string, unknown>>

/** A key as issuers publish it (RFC 7517). */
export type Jwk = webcrypto.JsonWebKey & { readonly kid?: string }

/** A JSON Web Token in its compact form, read but not believed. */
export interface Jwt {
  readonly algorithm: string
  readonly keyId: string | undefined
  readonly claims: Claims
  /** What was signed: the first two parts, as they stand. */
  readonly signed: Buffer
  readonly signature: Buffer
}

/** How a signature is made: RFC 7518 section 3. */
interface Algorithm {
  readonly digest: "sha256" | "sha384" | "sha512"
  readonly keyType: "RSA" | "EC"
  readonly curve?: string
}

/**
 * "Tokens must be signed using either RSA keys (RS256, RS384, or RS512) or ECDSA keys (ES256,
 * ES384, or ES512)" (STS API).
 */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = Object.freeze({
  RS256: { digest: "sha256", keyType: "RSA" },
  RS384: { digest: "sha384", keyType: "RSA" },
  RS512: { digest: "sha512", keyType: "RSA" },
  ES256: { digest: "sha256", keyType: "EC", curve: "P-256" },
  ES384: { digest: "sha384", keyType: "EC", curve: "P-384" },
  ES512: { digest: "sha512", keyType: "EC", curve: "P-521" },
})

const PART = /^[A-Za-z0-9_-]+$/

/** Throws InvalidIdentityToken for what is no signed token. */
export function readJwt(token: string): Jwt {
  const [head = "", body = "", signature = "", ...more] = token.split(".")
  const header = objectIn(head)
  const claims = objectIn(body)
  if (!header || !claims || !PART.test(signature) || more.length > 0) throw notAJwt()
  const { alg: algorithm, kid: keyId } = header
  if (typeof algorithm !== "string") throw notAJwt()
  if (keyId !== undefined && typeof keyId !== "string") throw notAJwt()
  return {
    ...{ algorithm, keyId, claims },
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, "base64url"),
  }
}

/** The JSON object in base 64 for URLs; nothing for all else. */
function objectIn(part: string): Claims | undefined {
  if (!PART.test(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * The keys that may have signed the token: of the algorithm's kind, and of the id that the token
 * names. The token's word for its algorithm is taken only as far as the key agrees with it.
 */
export function candidates({ algorithm, keyId }: Jwt, keys: readonly Jwk[]): readonly Jwk[] {
  const wanted = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined
  if (!wanted) return []
  return keys.filter(
    ({ kid, kty, crv, alg, use }) =>
      kty === wanted.keyType &&
      (wanted.curve === undefined || crv === wanted.curve) &&
      (alg === undefined || alg === algorithm) &&
      (use === undefined || use === "sig") &&
      (keyId === undefined || kid === keyId),
  )
}

/** Whether one of the keys made the token's signature. */
export function isSignedBy(jwt: Jwt, keys: readonly Jwk[]): boolean {
  const algorithm = Object.hasOwn(ALGORITHMS, jwt.algorithm) ? ALGORITHMS[jwt.algorithm] : undefined
  if (!algorithm) return false
  return candidates(jwt, keys).some((jwk) => {
    const how =
      algorithm.keyType === "EC"
        ? { dsaEncoding: "ieee-p1363" as const }
        : { padding: constants.RSA_PKCS1_PADDING }
    try {
      const key = createPublicKey({ key: jwk, format: "jwk" })
      return verify(algorithm.digest, jwt.signed, { key, ...how }, jwt.signature)
    } catch {
      // An issuer may publish what is no key, or one that is too small for the digest.
      return false
    }
  })
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
