import type { WriteTx } from "../../../kernel/transaction.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { assumeRole } from "../assume.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidBase64 } from "../errors.ts"
import {
  assertRole,
  assertUsable,
  sessionNameOf,
  sessionSecondsOf,
  sourceIdentityOf,
  subjectTypeOf,
  tagsOf,
} from "../federation/saml-claims.ts"
import {
  nameQualifier,
  provenResponse,
  samlFederation,
  trustedSamlProvider,
} from "../federation/saml-provider.ts"
import { findRole } from "../role.ts"
import { sessionPolicies } from "../session-policy.ts"
import { assertTrusts } from "../trust.ts"

type Input = In<"AssumeRoleWithSAML">

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/

/** Responses are dated by the provider's clock, and judged by host time: see federation/oidc.ts. */
export const AssumeRoleWithSAML = op.action("AssumeRoleWithSAML", {
  anonymous: true,
  authorize: unchecked("only the role's trust policy decides, of the identity that is shown"),
  run: (ctx, input, call) =>
    ctx.write((tx) => assume(tx, input, { call, outsideNow: ctx.outside.now() })),
})

function assume(
  tx: WriteTx,
  input: Input,
  { call, outsideNow }: { readonly call: Call; readonly outsideNow: number },
): Out<"AssumeRoleWithSAML"> {
  const role = findRole(tx, input.RoleArn, call)
  const provider = trustedSamlProvider(tx, input.PrincipalArn, { role, call })
  if (!BASE64.test(input.SAMLAssertion)) throw invalidBase64(call.requestId)
  const xml = Buffer.from(input.SAMLAssertion, "base64").toString()
  const response = provenResponse(xml, provider, call)
  assertUsable(response, outsideNow)
  assertRole(response, role.arn, provider.arn)
  const { issuer, subject, sessionNotOnOrAfter: end = Infinity } = response
  const told = sessionSecondsOf(response) ?? Infinity
  const said = {
    subjectType: subjectTypeOf(response),
    nameQualifier: nameQualifier(issuer, provider),
  }
  const sessionName = sessionNameOf(response)
  const facts = {
    origin: "AssumeRoleWithSAML",
    ...sessionPolicies(input, role.account),
    ...tagsOf(response),
    sourceIdentity: sourceIdentityOf(response),
    federation: samlFederation(response, provider, said),
  } as const
  assertTrusts(tx, { role, call }, { ...facts, sessionName })
  const assumption = {
    ...{ role, sessionName, facts, durationSeconds: input.DurationSeconds },
    // The provider's time as far ahead of the cloud's clock as it is of the host's.
    notAfter: tx.now + Math.min(end - outsideNow, told * 1_000),
  }
  return {
    ...assumeRole(tx, assumption, call),
    Subject: subject,
    SubjectType: said.subjectType,
    Issuer: issuer,
    Audience: response.confirmation?.recipient,
    NameQualifier: said.nameQualifier,
  }
}
