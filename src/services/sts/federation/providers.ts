import { hash } from "node:crypto"
import type { Call } from "../../../registry/call.ts"
import { malformedArn, noOidcProvider, noSamlProvider, notARole } from "../errors.ts"
import { iamArn } from "../iam-arn.ts"
import type { AssumableRole } from "../role.ts"
import type { SamlResponse } from "./saml.ts"
import type { Federation } from "../session.ts"
import type { WebIdentity } from "./web-identity.ts"

/**
 * Who vouches for callers without AWS credentials. Providers come with IAM: then they are looked
 * up here and check issuer, audience and signature. Until then a strict cloud has none and
 * believes nobody; an open one, where every dummy key is root, believes what it is told.
 */

/** Providers that AWS knows without being told. */
const KNOWN_PROVIDERS: ReadonlySet<string> = new Set([
  "accounts.google.com",
  "cognito-identity.amazonaws.com",
])

const PROVIDER_NAME = /^[\w.-]{1,128}$/

export function webIdentityFederation(
  identity: WebIdentity,
  { account }: AssumableRole,
  { strict, partition }: Call,
): Federation {
  if (strict) throw noOidcProvider(identity.issuer)
  const name = identity.issuer.replace(/^https?:\/\//, "")
  const provider = KNOWN_PROVIDERS.has(name)
    ? name
    : `arn:${partition}:iam::${account}:oidc-provider/${name}`
  return {
    provider,
    claims: [
      { key: `${name}:aud`, values: [identity.audience] },
      { key: `${name}:oaud`, values: identity.audiences },
      { key: `${name}:sub`, values: [identity.subject] },
      { key: `${name}:amr`, values: identity.methods },
    ],
  }
}

export interface SamlProvider {
  readonly arn: string
  readonly name: string
}

/** The provider that a request names; it is of the role's account. */
export function samlProvider(arn: string, { account }: AssumableRole, call: Call): SamlProvider {
  const named = iamArn(arn, "saml-provider")
  if (!named || !PROVIDER_NAME.test(named.rest)) throw malformedArn(arn)
  if (named.account !== account || named.partition !== call.partition) throw notARole()
  if (call.strict) throw noSamlProvider(call.requestId)
  return { arn, name: named.rest }
}

/** "A hash value based on the concatenation of" issuer, account and provider name (STS API). */
export const nameQualifier = (
  issuer: string,
  { account }: AssumableRole,
  { name }: SamlProvider,
): string => hash("sha1", `${issuer}${account}/${name}`, "base64")

export function samlFederation(
  response: SamlResponse,
  provider: SamlProvider,
  said: { readonly subjectType: string; readonly nameQualifier: string },
): Federation {
  return {
    provider: provider.arn,
    claims: [
      { key: "saml:iss", values: [response.issuer] },
      { key: "saml:aud", values: [response.confirmation?.recipient ?? ""] },
      { key: "saml:sub", values: [response.subject] },
      { key: "saml:sub_type", values: [said.subjectType] },
      { key: "saml:namequalifier", values: [said.nameQualifier] },
    ],
  }
}
