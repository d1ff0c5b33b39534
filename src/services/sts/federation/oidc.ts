import { issuerOfUrl } from "../../../engines/oidc/issuer.ts"
import { publicJwk } from "../../../engines/oidc/signing-key.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { oidcProviderOf } from "../../iam/port.ts"
import {
  noOidcProvider,
  ownTokenNotTaken,
  providerOutOfReach,
  signatureInvalid,
  wrongTokenAudience,
} from "../errors.ts"
import type { AssumableRole } from "../role.ts"
import type { Federation } from "../session.ts"
import { knownKeys, type OutsideIssuer } from "./issuer-keys.ts"
import { isSignedBy, type Jwk, type Jwt } from "./jwt.ts"
import type { WebIdentity } from "./web-identity.ts"

/**
 * Issuers that AWS knows without being told ("IAM JSON policy elements: Principal"). Login with
 * Amazon and Facebook, which it knows too, give tokens that only they can read.
 */
const BUILT_IN: ReadonlySet<string> = Object.freeze(
  new Set(["accounts.google.com", "cognito-identity.amazonaws.com"]),
)

/** AWS wants `https`; without it we believe names of this machine only. */
const PLAIN_ISSUER = /^http:\/\/(?:localhost|[\w.-]+\.localhost|127\.0\.0\.1)(?::\d{1,5})?(?:\/|$)/

/** An issuer whose tokens count for a role, and how they are judged. */
export interface TrustedIssuer {
  /** `aws:FederatedProvider`. */
  readonly provider: string
  /** The issuer's name in condition keys. */
  readonly name: string
  /** Whose tokens are taken; undefined: the trust policy alone says it. */
  readonly clientIds: readonly string[] | undefined
  /** The time by which the issuer dates its tokens, epoch milliseconds. */
  readonly now: number
  /** Undefined: `outside` is to be asked for them. */
  readonly keys: readonly Jwk[] | undefined
  readonly outside?: OutsideIssuer | undefined
}

interface Shown {
  readonly jwt: Jwt
  readonly issuer: string
  /** Host time. */
  readonly outsideNow: number
}

/**
 * Finds the issuer of a token among those that the role's account trusts. Issuers of this cloud
 * date their tokens by its clock; outside issuers know nothing of that clock, which may stand or
 * leap, and are judged by host time, as signatures are. Throws InvalidIdentityToken.
 */
export function trustedIssuer(
  tx: ReadTx,
  { jwt, issuer, outsideNow }: Shown,
  { role: { account }, call }: { readonly role: AssumableRole; readonly call: Call },
): TrustedIssuer {
  const name = PLAIN_ISSUER.test(issuer) ? issuer.slice(7) : issuer.replace(/^https:\/\//, "")
  const provider = oidcProviderOf(tx, account, name)
  const builtIn = BUILT_IN.has(name)
  if (!provider && !builtIn) throw noOidcProvider(issuer)
  const trusted = {
    provider: provider ? `arn:${call.partition}:iam::${account}:oidc-provider/${name}` : name,
    name,
    clientIds: provider?.clientIds,
  }
  const hosted = issuerOfUrl(tx, name)
  if (hosted?.account !== undefined) throw ownTokenNotTaken()
  if (hosted) return { ...trusted, now: tx.now, keys: hosted.keys.map(publicJwk) as Jwk[] }
  if (!provider) throw providerOutOfReach(name)
  const outside = { account, issuer, url: provider.url, thumbprints: provider.thumbprints }
  const keys = knownKeys(tx, outside, { jwt, now: outsideNow })
  return { ...trusted, now: outsideNow, keys, outside }
}

/** Throws InvalidIdentityToken unless the issuer signed the token, for one of the provider's clients. */
export function assertGenuine(
  { clientIds, keys = [] }: TrustedIssuer,
  jwt: Jwt,
  { audience }: WebIdentity,
): void {
  if (!isSignedBy(jwt, keys)) throw signatureInvalid()
  if (clientIds && !clientIds.includes(audience)) throw wrongTokenAudience()
}

/** What policies may ask of the bearer ("Available keys for AWS OIDC federation"). */
export function webIdentityFederation(
  { provider, name }: TrustedIssuer,
  identity: WebIdentity,
): Federation {
  const { audience, audiences, subject, methods, email } = identity
  const claims = [
    { key: `${name}:aud`, values: [audience] },
    { key: `${name}:oaud`, values: audiences },
    { key: `${name}:sub`, values: [subject] },
    { key: `${name}:amr`, values: methods },
    { key: `${name}:email`, values: email === undefined ? [] : [email] },
  ]
  return { provider, claims: claims.filter(({ values }) => values.length > 0) }
}
