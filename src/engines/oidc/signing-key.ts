import {
  checkPrimeSync,
  createECDH,
  createPrivateKey,
  createPublicKey,
  hash,
  sign,
} from "node:crypto"
import type { webcrypto } from "node:crypto"
import type { RandomStream } from "../../kernel/random.ts"

/** The algorithms that AWS's own tokens are signed with (STS API, GetWebIdentityToken). */
export type TokenAlgorithm = "RS256" | "ES384"

/** A key of an issuer, with its secret part. */
export interface SigningKey {
  readonly id: string
  readonly algorithm: TokenAlgorithm
  /** RFC 7517. */
  readonly jwk: webcrypto.JsonWebKey
}

const HASHES: Readonly<Record<TokenAlgorithm, string>> = { RS256: "sha256", ES384: "sha384" }

const MODULUS_BITS = 2_048
const EXPONENT = 65_537n
/** Of numbers of 1,024 bits one in 355 odd ones is prime; the chance to find none is nil. */
const PRIME_TRIES = 50_000
const KEY_ID_LENGTH = 22

/** A new key, drawn from the world's randomness: a seeded world has the same keys each time. */
export function newSigningKey(algorithm: TokenAlgorithm, random: RandomStream): SigningKey {
  const jwk = algorithm === "RS256" ? rsaKey(random) : ecKey(random)
  const spki = createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "der" })
  return { id: hash("sha256", spki, "base64url").slice(0, KEY_ID_LENGTH), algorithm, jwk }
}

/** What everybody may know of a key, as a JWKS has it. */
export function publicJwk({ id, algorithm, jwk }: SigningKey): Record<string, unknown> {
  const { kty, n, e, crv, x, y } = jwk
  const open = kty === "RSA" ? { n, e } : { crv, x, y }
  return { kty, use: "sig", alg: algorithm, kid: id, ...open }
}

/** A JSON Web Token (RFC 7515, compact form). Signatures on curves have chance of their own. */
export function signToken({ id, algorithm, jwk }: SigningKey, claims: object): string {
  const text = `${part({ alg: algorithm, kid: id, typ: "JWT" })}.${part(claims)}`
  const key = createPrivateKey({ key: jwk, format: "jwk" })
  const signature = sign(HASHES[algorithm], Buffer.from(text), { key, dsaEncoding: "ieee-p1363" })
  return `${text}.${signature.toString("base64url")}`
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")

function ecKey(random: RandomStream): webcrypto.JsonWebKey {
  const pair = createECDH("secp384r1")
  // 48 bytes above the order of the curve are one in 2^190.
  const secret = Buffer.from(random.bytes(48))
  pair.setPrivateKey(secret)
  const point = pair.getPublicKey()
  return {
    kty: "EC",
    crv: "P-384",
    x: point.subarray(1, 49).toString("base64url"),
    y: point.subarray(49).toString("base64url"),
    d: secret.toString("base64url"),
  }
}

/** RFC 8017 section 3, with two primes. Node's own maker of keys cannot be given the randomness. */
function rsaKey(random: RandomStream): webcrypto.JsonWebKey {
  const p = prime(random)
  let q = prime(random)
  while (q === p) q = prime(random)
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n))
  return {
    kty: "RSA",
    n: base64url(p * q),
    e: base64url(EXPONENT),
    d: base64url(d),
    p: base64url(p),
    q: base64url(q),
    dp: base64url(d % (p - 1n)),
    dq: base64url(d % (q - 1n)),
    qi: base64url(inverse(q, p)),
  }
}

/** A prime of half the modulus, its two highest bits set: the product has all bits. */
function prime(random: RandomStream): bigint {
  for (let tries = 0; tries < PRIME_TRIES; tries += 1) {
    const bytes = Uint8Array.from(random.bytes(MODULUS_BITS / 16))
    bytes[0] = (bytes[0] as number) | 0xc0
    bytes[bytes.length - 1] = (bytes.at(-1) as number) | 1
    const candidate = BigInt(`0x${Buffer.from(bytes).toString("hex")}`)
    if (candidate % EXPONENT !== 1n && checkPrimeSync(candidate)) return candidate
  }
  throw new Error("no prime was found")
}

/** The number that `value` times gives 1 modulo `modulus`: Euclid's way. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, rest] = [modulus, value % modulus]
  let [before, factor] = [0n, 1n]
  while (rest !== 0n) {
    const times = previous / rest
    ;[previous, rest] = [rest, previous - times * rest]
    ;[before, factor] = [factor, before - times * factor]
  }
  return before < 0n ? before + modulus : before
}

function base64url(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url")
}
