import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { assumeRole } from "../assume.ts"
import { assertMayCall, callerSession } from "../caller.ts"
import { op, type In, type Out } from "../define.ts"
import { rootMayNotAssume, sourceIdentityFixed } from "../errors.ts"
import { shownMfa } from "../mfa.ts"
import { findRole } from "../role.ts"
import { sessionPolicies } from "../session-policy.ts"
import { sessionTags } from "../session-tags.ts"
import type { Session, SessionFacts } from "../session.ts"
import { assumeRequests } from "../trust.ts"

type Input = In<"AssumeRole">

export const AssumeRole = op.write("AssumeRole", {
  authorize(tx, input, call) {
    assertMayCall(tx, call)
    // Dummy keys are root's, and people assume roles with them: only a strict cloud says AWS's no.
    if (call.strict && call.principal.type === "root") throw rootMayNotAssume()
    return assumeRequests(tx, input, call)
  },
  run(tx, input, call): Out<"AssumeRole"> {
    const role = findRole(tx, input.RoleArn, call)
    const parent = callerSession(tx, call)
    // "Temporary credentials returned by AssumeRole do not include MFA information in the context".
    shownMfa(tx, input, call)
    if (input.ProvidedContexts?.length) throw notImplemented("ProvidedContexts of AssumeRole")
    const facts = {
      origin: "AssumeRole",
      parent: parent?.accessKeyId,
      ...sessionPolicies(input, role.account),
      ...sessionTags(input.Tags, input.TransitiveTagKeys, parent),
      sourceIdentity: sourceIdentity(input, parent),
      externalId: input.ExternalId,
      ...askedBy(call),
    } as const
    const { RoleSessionName: sessionName, DurationSeconds: durationSeconds } = input
    return assumeRole(tx, { role, sessionName, durationSeconds, facts }, call)
  },
})

/** What a service lets somebody do in a role is known by it, such as `s3:AccessGrantsInstanceArn`. */
function askedBy({ principal, source }: Call): Pick<SessionFacts, "service"> {
  if (principal.type !== "service") return {}
  return { service: { name: principal.name, sourceArn: source?.arn } }
}

/** Once set, a source identity stays through all sessions that follow. */
function sourceIdentity({ SourceIdentity: asked }: Input, parent: Session | undefined) {
  const given = parent?.sourceIdentity
  if (asked === undefined) return given
  if (given !== undefined && asked !== given) throw sourceIdentityFixed()
  return asked
}
