import type { WriteTx } from "../../../kernel/transaction.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { assumeRole } from "../assume.ts"
import { op, type In, type Out } from "../define.ts"
import { providerOutOfReach } from "../errors.ts"
import { fetchKeys, issuerKeys } from "../federation/issuer-keys.ts"
import { readJwt, type Jwt } from "../federation/jwt.ts"
import { assertGenuine, trustedIssuer, webIdentityFederation } from "../federation/oidc.ts"
import { assertCurrent, readWebIdentity, type WebIdentity } from "../federation/web-identity.ts"
import { findRole } from "../role.ts"
import { sessionPolicies } from "../session-policy.ts"
import { assertTrusts } from "../trust.ts"

type Input = In<"AssumeRoleWithWebIdentity">

/** A token that somebody shows. */
interface Shown {
  readonly jwt: Jwt
  readonly identity: WebIdentity
  readonly issuer: string
  readonly outsideNow: number
}

/** Awaits only issuers outside whose keys are not known yet. */
export const AssumeRoleWithWebIdentity = op.action("AssumeRoleWithWebIdentity", {
  anonymous: true,
  authorize: unchecked("only the role's trust policy decides, of the identity that is shown"),
  async run(ctx, input, call) {
    // Only for tokens of OAuth 2.0, which its provider alone can read.
    if (input.ProviderId !== undefined) throw providerOutOfReach(input.ProviderId)
    const jwt = readJwt(input.WebIdentityToken)
    const identity = readWebIdentity(jwt.claims)
    const { issuer } = identity
    const shown = { jwt, identity, issuer, outsideNow: ctx.outside.now() }
    const found = await ctx.read((tx) => {
      const role = findRole(tx, input.RoleArn, call)
      const trusted = trustedIssuer(tx, shown, { role, call })
      assertCurrent(jwt.claims, trusted.now)
      return trusted
    })
    const fetched = found.outside && !found.keys && (await fetchKeys(ctx.outside, found.outside))
    return ctx.write((tx) => {
      if (fetched) tx.put(issuerKeys, fetched)
      return assume(tx, input, { call, shown })
    })
  },
})

function assume(
  tx: WriteTx,
  input: Input,
  { call, shown }: { readonly call: Call; readonly shown: Shown },
): Out<"AssumeRoleWithWebIdentity"> {
  const { jwt, identity } = shown
  const role = findRole(tx, input.RoleArn, call)
  const trusted = trustedIssuer(tx, shown, { role, call })
  assertCurrent(jwt.claims, trusted.now)
  assertGenuine(trusted, jwt, identity)
  const federation = webIdentityFederation(trusted, identity)
  const { tags, transitiveTagKeys, sourceIdentity } = identity
  const { RoleSessionName: sessionName, DurationSeconds: durationSeconds } = input
  const vouched = { federation, tags, transitiveTagKeys, sourceIdentity, sessionName }
  assertTrusts(tx, { role, call }, vouched)
  const facts = {
    origin: "AssumeRoleWithWebIdentity",
    ...sessionPolicies(input, role.account),
    ...{ tags, transitiveTagKeys, sourceIdentity, federation },
  } as const
  return {
    ...assumeRole(tx, { role, sessionName, durationSeconds, facts }, call),
    SubjectFromWebIdentityToken: identity.subject,
    Audience: identity.audience,
    Provider: federation.provider,
  }
}
