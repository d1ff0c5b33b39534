import { principalArn, principalId } from "../../iam/principal.ts"
import type { WriteTx } from "../../kernel/transaction.ts"
import type { AssumedRoleUser, Credentials } from "../../models/types/sts.ts"
import type { Call } from "../../registry/call.ts"
import { roleSeconds } from "./duration.ts"
import { credentialsOf, issueSession } from "./issue.ts"
import { packedPercent } from "./packed-size.ts"
import type { AssumableRole } from "./role.ts"
import type { SessionFacts } from "./session.ts"

/** A role session that somebody has asked for and may have. */
export interface Assumption {
  readonly role: AssumableRole
  readonly sessionName: string
  readonly durationSeconds: number | undefined
  readonly notAfter?: number | undefined
  readonly facts: SessionFacts
}

/** What the answers of all three AssumeRole operations have in common. */
export interface Assumed {
  readonly Credentials: Credentials
  readonly AssumedRoleUser: AssumedRoleUser
  readonly PackedPolicySize?: number | undefined
  readonly SourceIdentity?: string | undefined
}

export function assumeRole(tx: WriteTx, assumption: Assumption, { partition }: Call): Assumed {
  const { role, sessionName, facts, notAfter } = assumption
  const chained = facts.parent !== undefined
  const seconds = roleSeconds(assumption.durationSeconds, role, chained)
  const packed = packedPercent(facts)
  const session = issueSession(tx, {
    account: role.account,
    seconds,
    notAfter,
    facts,
    principal: ({ accessKeyId, issuedAt }) => ({
      type: "assumed-role",
      account: role.account,
      accessKeyId,
      roleName: role.name,
      roleArn: role.arn,
      roleId: role.id,
      sessionName,
      issuedAt,
      chained,
    }),
  })
  return {
    Credentials: credentialsOf(session),
    AssumedRoleUser: {
      AssumedRoleId: principalId(session.principal),
      Arn: principalArn(session.principal, partition),
    },
    ...(packed !== undefined && { PackedPolicySize: packed }),
    ...(facts.sourceIdentity !== undefined && { SourceIdentity: facts.sourceIdentity }),
  }
}
