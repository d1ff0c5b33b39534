import { unchecked } from "../../../registry/authorize.ts"
import { assumeRole } from "../assume.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidBase64 } from "../errors.ts"
import { nameQualifier, samlFederation, samlProvider } from "../federation/providers.ts"
import {
  assertRole,
  assertUsable,
  sessionNameOf,
  sourceIdentityOf,
  subjectTypeOf,
  tagsOf,
} from "../federation/saml-claims.ts"
import { readSamlResponse } from "../federation/saml.ts"
import { findRole } from "../role.ts"
import { sessionPolicies } from "../session-policy.ts"
import { assertTrusts } from "../trust.ts"

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/

export const AssumeRoleWithSAML = op.write("AssumeRoleWithSAML", {
  anonymous: true,
  authorize: unchecked("only the role's trust policy decides, of the identity that is shown"),
  run(tx, input: In<"AssumeRoleWithSAML">, call): Out<"AssumeRoleWithSAML"> {
    const role = findRole(tx, input.RoleArn, call)
    const provider = samlProvider(input.PrincipalArn, role, call)
    if (!BASE64.test(input.SAMLAssertion)) throw invalidBase64(call.requestId)
    const response = readSamlResponse(Buffer.from(input.SAMLAssertion, "base64").toString())
    assertUsable(response, tx.now)
    assertRole(response, role.arn, provider.arn)
    const { issuer, subject } = response
    const said = {
      subjectType: subjectTypeOf(response),
      nameQualifier: nameQualifier(issuer, role, provider),
    }
    const assumption = {
      role,
      sessionName: sessionNameOf(response),
      durationSeconds: input.DurationSeconds,
      notAfter: response.sessionNotOnOrAfter,
      facts: {
        origin: "AssumeRoleWithSAML",
        ...sessionPolicies(input, role.account),
        ...tagsOf(response),
        sourceIdentity: sourceIdentityOf(response),
        federation: samlFederation(response, provider, said),
      },
    } as const
    assertTrusts(role, call, assumption.facts)
    return {
      ...assumeRole(tx, assumption, call),
      Subject: subject,
      SubjectType: said.subjectType,
      Issuer: issuer,
      Audience: response.confirmation?.recipient,
      NameQualifier: said.nameQualifier,
    }
  },
})
