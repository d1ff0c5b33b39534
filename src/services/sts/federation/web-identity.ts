import { claimMissing, invalidIdentityToken, notAJwt, tokenExpired } from "../errors.ts"
import type { SessionTag } from "../session.ts"
import { tokenSourceIdentity, tokenTags, type TagSet } from "./token-claims.ts"

/** What an OpenID Connect token says of its bearer. */
export interface WebIdentity extends TagSet {
  /** `iss`, as written. */
  readonly issuer: string
  readonly subject: string
  /** The audience that policies see: `azp` counts more than several audiences do. */
  readonly audience: string
  /** `aud`, all of it. */
  readonly audiences: readonly string[]
  readonly methods: readonly string[]
  readonly sourceIdentity?: string | undefined
}

const TAGS_CLAIM = "https://aws.amazon.com/tags"
const SOURCE_IDENTITY_CLAIM = "https://aws.amazon.com/source_identity"

/**
 * Reads a JSON Web Token at cloud time `now`. Its signature is the provider's matter; see
 * providers.ts. Throws InvalidIdentityToken or ExpiredTokenException.
 */
export function readWebIdentity(token: string, now: number): WebIdentity {
  const claims = claimsOf(token)
  const issuer = textClaim(claims, "iss")
  const subject = textClaim(claims, "sub")
  const audiences = textsClaim(claims, "aud")
  if (audiences.length === 0) throw claimMissing("aud")
  const end = claims["exp"]
  if (typeof end !== "number") throw claimMissing("exp")
  const nowSeconds = Math.floor(now / 1000)
  if (nowSeconds >= end) throw tokenExpired(nowSeconds, Math.floor(end))
  return {
    issuer,
    subject,
    audience: audienceOf(claims, audiences, issuer),
    audiences,
    methods: textsClaim(claims, "amr"),
    sourceIdentity: tokenSourceIdentity(optionalText(claims, SOURCE_IDENTITY_CLAIM)),
    ...tagsOf(claims[TAGS_CLAIM]),
  }
}

type Claims = Readonly<Record<string, unknown>>

function claimsOf(token: string): Claims {
  const parts = token.split(".")
  if (parts.length !== 3) throw notAJwt()
  const [header, claims] = parts.map(jsonOf)
  if (!header || !claims || typeof header["alg"] !== "string") throw notAJwt()
  return claims
}

/** The JSON object in base 64 for URLs; nothing for all else. */
function jsonOf(part: string): Claims | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function textClaim(claims: Claims, name: string): string {
  const value = optionalText(claims, name)
  if (value === undefined || value === "") throw claimMissing(name)
  return value
}

function optionalText(claims: Claims, name: string): string | undefined {
  const value = claims[name]
  if (value !== undefined && typeof value !== "string") throw badClaim(name)
  return value
}

/** A claim that is one text or a list of them. */
function textsClaim(claims: Claims, name: string): readonly string[] {
  const value = claims[name] ?? []
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (!texts.every((text) => typeof text === "string")) throw badClaim(name)
  return texts
}

/** "Available keys for AWS OIDC federation": Google's `aud` is `azp` where the token has one. */
function audienceOf(claims: Claims, audiences: readonly string[], issuer: string): string {
  const party = optionalText(claims, "azp")
  const google = /^(?:https:\/\/)?accounts\.google\.com$/.test(issuer)
  if (party !== undefined && (google || audiences.length > 1)) return party
  return audiences[0] as string
}

/** `{ principal_tags: { Team: ["Blue"] }, transitive_tag_keys: ["Team"] }` (IAM user guide). */
function tagsOf(claim: unknown): TagSet {
  if (claim === undefined) return tokenTags([], [])
  if (!isObject(claim)) throw badClaim(TAGS_CLAIM)
  const { principal_tags: principalTags = {}, transitive_tag_keys: transitive = [] } = claim
  if (!isObject(principalTags) || !Array.isArray(transitive)) throw badClaim(TAGS_CLAIM)
  const tags = Object.entries(principalTags).map(([Key, value]): SessionTag => {
    const [Value, ...more]: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (typeof Value !== "string" || more.length > 0) throw badClaim(TAGS_CLAIM)
    return { Key, Value }
  })
  return tokenTags(tags, transitive.map(String))
}

/** Not verified. */
const badClaim = (name: string): Error => invalidIdentityToken(`The claim ${name} is invalid`)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
