import { claimMissing, invalidIdentityToken, tokenExpired, tokenNotYetValid } from "../errors.ts"
import { ISSUER_SKEW_SECONDS } from "../limits.ts"
import type { SessionTag } from "../session.ts"
import { isObject, type Claims } from "./jwt.ts"
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
  readonly email?: string | undefined
  readonly sourceIdentity?: string | undefined
}

const TAGS_CLAIM = "https://aws.amazon.com/tags"
const SOURCE_IDENTITY_CLAIM = "https://aws.amazon.com/source_identity"

/** What a token's claims say. Throws InvalidIdentityToken. */
export function readWebIdentity(claims: Claims): WebIdentity {
  const issuer = textClaim(claims, "iss")
  const subject = textClaim(claims, "sub")
  const audiences = textsClaim(claims, "aud")
  if (audiences.length === 0) throw claimMissing("aud")
  return {
    issuer,
    subject,
    audience: audienceOf(claims, audiences, issuer),
    audiences,
    methods: textsClaim(claims, "amr"),
    email: optionalText(claims, "email"),
    sourceIdentity: tokenSourceIdentity(optionalText(claims, SOURCE_IDENTITY_CLAIM)),
    ...tagsOf(claims),
  }
}

/** "Timestamps … must be formatted as either an integer or a long integer" (STS API). */
export function assertCurrent(claims: Claims, now: number): void {
  const { exp: end, nbf: start } = claims
  if (typeof end !== "number" || !Number.isInteger(end)) throw claimMissing("exp")
  const nowSeconds = Math.floor(now / 1000)
  if (nowSeconds >= end) throw tokenExpired(nowSeconds, end)
  if (typeof start === "number" && start > nowSeconds + ISSUER_SKEW_SECONDS)
    throw tokenNotYetValid()
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

/**
 * `{ principal_tags: { Team: ["Blue"] }, transitive_tag_keys: ["Team"] }`, or the same flattened:
 * `"https://aws.amazon.com/tags/principal_tags/Team": "Blue"` (IAM user guide, "Pass session tags in
 * AWS STS"). What is said in both forms is said twice.
 */
function tagsOf(claims: Claims): TagSet {
  const nested = claims[TAGS_CLAIM] ?? {}
  if (!isObject(nested)) throw badClaim(TAGS_CLAIM)
  const { principal_tags: principalTags = {}, transitive_tag_keys: transitive = [] } = nested
  if (!isObject(principalTags) || !Array.isArray(transitive)) throw badClaim(TAGS_CLAIM)
  const flat = Object.entries(claims).flatMap(([name, value]) =>
    name.startsWith(FLAT_TAG) ? [[name.slice(FLAT_TAG.length), value] as const] : [],
  )
  const tags = [...Object.entries(principalTags), ...flat].map(([Key, value]): SessionTag => {
    const [Value, ...more]: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (typeof Value !== "string" || more.length > 0) throw badClaim(TAGS_CLAIM)
    return { Key, Value }
  })
  const flatKeys = textsClaim(claims, `${TAGS_CLAIM}/transitive_tag_keys`)
  return tokenTags(tags, [...transitive.map(String), ...flatKeys])
}

const FLAT_TAG = `${TAGS_CLAIM}/principal_tags/`

/** Not verified. */
const badClaim = (name: string): Error => invalidIdentityToken(`The claim ${name} is invalid`)
