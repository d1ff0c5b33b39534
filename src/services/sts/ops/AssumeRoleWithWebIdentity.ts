import { unchecked } from "../../../registry/authorize.ts"
import { assumeRole } from "../assume.ts"
import { op, type In, type Out } from "../define.ts"
import { providerOutOfReach } from "../errors.ts"
import { webIdentityFederation } from "../federation/providers.ts"
import { findRole } from "../role.ts"
import { sessionPolicies } from "../session-policy.ts"
import { readWebIdentity } from "../federation/web-identity.ts"
import { assertTrusts } from "../trust.ts"

export const AssumeRoleWithWebIdentity = op.write("AssumeRoleWithWebIdentity", {
  anonymous: true,
  authorize: unchecked("only the role's trust policy decides, of the identity that is shown"),
  run(tx, input: In<"AssumeRoleWithWebIdentity">, call): Out<"AssumeRoleWithWebIdentity"> {
    const role = findRole(tx, input.RoleArn, call)
    // Only for tokens of OAuth 2.0, which its provider alone can read.
    if (input.ProviderId !== undefined) throw providerOutOfReach(input.ProviderId)
    const identity = readWebIdentity(input.WebIdentityToken, tx.now)
    const federation = webIdentityFederation(identity, role, call)
    const { tags, transitiveTagKeys, sourceIdentity } = identity
    assertTrusts(role, call, { federation, tags, sourceIdentity })
    const facts = {
      origin: "AssumeRoleWithWebIdentity",
      ...sessionPolicies(input, role.account),
      tags,
      transitiveTagKeys,
      sourceIdentity,
      federation,
    } as const
    const { RoleSessionName: sessionName, DurationSeconds: durationSeconds } = input
    return {
      ...assumeRole(tx, { role, sessionName, durationSeconds, facts }, call),
      SubjectFromWebIdentityToken: identity.subject,
      Audience: identity.audience,
      Provider: federation.provider,
    }
  },
})
