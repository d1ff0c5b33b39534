import { hash } from "node:crypto"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { XmlError } from "../../../protocols/xml/scanner.ts"
import type { Call } from "../../../registry/call.ts"
import { readSamlMetadata, samlProviderOf } from "../../iam/port.ts"
import {
  issuerNotOfProvider,
  malformedArn,
  noSamlProvider,
  notARole,
  responseSignatureInvalid,
  unreadableResponse,
} from "../errors.ts"
import { iamArn } from "../iam-arn.ts"
import type { AssumableRole } from "../role.ts"
import { SignatureError, signedPart, type Encrypted } from "../saml/signature.ts"
import type { Federation } from "../session.ts"
import { attributeClaims } from "./saml-attributes.ts"
import { readSamlResponse, type SamlResponse } from "./saml.ts"

const PROVIDER_NAME = /^[\w.-]{1,128}$/

/** A SAML provider that a role's account trusts. */
export interface TrustedSamlProvider {
  readonly arn: string
  readonly name: string
  readonly account: string
  /** The issuer of its assertions. */
  readonly entityId: string
  /** Base 64 of DER. */
  readonly certificates: readonly string[]
  readonly encrypted: Encrypted
}

/** The provider that a request names; it is of the role's account. Throws what AWS says of others. */
export function trustedSamlProvider(
  tx: ReadTx,
  arn: string,
  { role: { account }, call }: { readonly role: AssumableRole; readonly call: Call },
): TrustedSamlProvider {
  const named = iamArn(arn, "saml-provider")
  if (!named || !PROVIDER_NAME.test(named.rest)) throw malformedArn(arn)
  if (named.account !== account || named.partition !== call.partition) throw notARole()
  const provider = samlProviderOf(tx, account, named.rest)
  if (provider?.name !== named.rest) throw noSamlProvider(call.requestId)
  const { entityId, certificates } = readSamlMetadata(provider.metadata)
  const { encrypted } = provider
  return { arn, name: named.rest, account, entityId, certificates, encrypted }
}

export interface ProvenResponse extends SamlResponse {
  /** What it says of its subject, as condition keys. */
  readonly claims: Federation["claims"]
}

/** What a response says, as far as the provider has signed it. Throws InvalidIdentityToken. */
export function provenResponse(
  xml: string,
  provider: TrustedSamlProvider,
  { requestId }: Call,
): ProvenResponse {
  const text = provenText(xml, provider, requestId)
  const response = readSamlResponse(text)
  if (response.issuer !== provider.entityId) throw issuerNotOfProvider(requestId)
  return { ...response, claims: attributeClaims(text) }
}

function provenText(
  xml: string,
  { certificates, encrypted }: TrustedSamlProvider,
  requestId: string,
): string {
  try {
    return signedPart(xml, certificates, encrypted)
  } catch (error) {
    if (error instanceof SignatureError) throw responseSignatureInvalid(requestId)
    if (error instanceof XmlError) throw unreadableResponse(error.message)
    throw error
  }
}

/** "A hash value based on the concatenation of" issuer, account and provider name (STS API). */
export const nameQualifier = (issuer: string, { account, name }: TrustedSamlProvider): string =>
  hash("sha1", `${issuer}${account}/${name}`, "base64")

/** ("Available keys for SAML-based AWS STS federation") */
export function samlFederation(
  response: ProvenResponse,
  provider: TrustedSamlProvider,
  said: { readonly subjectType: string; readonly nameQualifier: string },
): Federation {
  return {
    provider: provider.arn,
    claims: [
      { key: "saml:iss", values: [response.issuer] },
      { key: "saml:aud", values: [response.confirmation?.recipient ?? ""] },
      { key: "saml:doc", values: [`${provider.account}/${provider.name}`] },
      { key: "saml:sub", values: [response.subject] },
      { key: "saml:sub_type", values: [said.subjectType] },
      { key: "saml:namequalifier", values: [said.nameQualifier] },
      ...response.claims,
    ],
  }
}
