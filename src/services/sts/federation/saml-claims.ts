import {
  redeemedTooLate,
  responseExpired,
  roleNotInAssertion,
  sessionNameInvalid,
  sessionNameMissing,
  subjectUnconfirmed,
  wrongAudience,
} from "../errors.ts"
import { SAML_REDEEM_MS } from "../limits.ts"
import { ATTRIBUTES, type SamlResponse } from "./saml.ts"
import type { SessionTag } from "../session.ts"
import { isSessionName, tokenSourceIdentity, tokenTags, type TagSet } from "./token-claims.ts"

/** Attributes: "Configure SAML assertions for the authentication response" (IAM user guide). */
const PRINCIPAL_TAG = `${ATTRIBUTES}PrincipalTag:`
/** The address behind `acs` is the one of providers whose assertions are encrypted. */
const AUDIENCE =
  /^(?:urn:amazon:webservices|https:\/\/(?:[a-z0-9-]+\.)?signin\.aws\.amazon\.com\/saml(?:\/acs\/[A-Z0-9]+)?)$/
const FORMAT_PREFIX = "urn:oasis:names:tc:SAML:2.0:nameid-format:"

/** Throws unless the response is for AWS and for this moment (`now`, host time). */
export function assertUsable(response: SamlResponse, now: number): void {
  const { confirmation, notBefore, notOnOrAfter, issuedAt } = response
  if (!confirmation) throw subjectUnconfirmed()
  if (!response.audiences.some((audience) => AUDIENCE.test(audience))) throw wrongAudience()
  const end = Math.min(confirmation.notOnOrAfter, notOnOrAfter ?? Infinity)
  // The words for a response that is not valid yet are not known.
  if (now >= end || now < (notBefore ?? 0)) throw responseExpired()
  if (now - issuedAt > SAML_REDEEM_MS) throw redeemedTooLate()
}

/** Throws unless the response pairs the role with the provider, in either order. */
export function assertRole(
  { attributes }: SamlResponse,
  roleArn: string,
  providerArn: string,
): void {
  const pairs = attributes.get(`${ATTRIBUTES}Role`) ?? []
  const found = pairs.some((pair) => {
    const [first, second, more] = pair.split(",").map((part) => part.trim())
    if (more !== undefined) return false
    return (
      (first === roleArn && second === providerArn) || (first === providerArn && second === roleArn)
    )
  })
  if (!found) throw roleNotInAssertion()
}

export function sessionNameOf({ attributes }: SamlResponse): string {
  const [name] = attributes.get(`${ATTRIBUTES}RoleSessionName`) ?? []
  if (name === undefined || name === "") throw sessionNameMissing()
  if (!isSessionName(name)) throw sessionNameInvalid()
  return name
}

/**
 * "If it is present in an AssumeRoleWithSAML API call, it can be used to shorten the duration of the
 * session": seconds from 900 to 43200. How AWS takes other values is not documented: not at all here.
 */
export function sessionSecondsOf({ attributes }: SamlResponse): number | undefined {
  const [text] = attributes.get(`${ATTRIBUTES}SessionDuration`) ?? []
  const seconds = text !== undefined && /^\d{3,5}$/.test(text) ? Number(text) : 0
  return seconds >= 900 && seconds <= 43_200 ? seconds : undefined
}

export function sourceIdentityOf({ attributes }: SamlResponse): string | undefined {
  return tokenSourceIdentity(attributes.get(`${ATTRIBUTES}SourceIdentity`)?.[0])
}

export function tagsOf({ attributes }: SamlResponse): TagSet {
  const tags: SessionTag[] = []
  for (const [name, [Value = ""]] of attributes)
    if (name.startsWith(PRINCIPAL_TAG)) tags.push({ Key: name.slice(PRINCIPAL_TAG.length), Value })
  return tokenTags(tags, attributes.get(`${ATTRIBUTES}TransitiveTagKeys`) ?? [])
}

/** `persistent`, `transient` …, or the whole URI of a format that SAML 2.0 does not define. */
export const subjectTypeOf = ({ subjectFormat }: SamlResponse): string =>
  subjectFormat.startsWith(FORMAT_PREFIX)
    ? subjectFormat.slice(FORMAT_PREFIX.length)
    : subjectFormat
