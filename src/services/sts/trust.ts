import type { AccessRequest } from "../../iam/access.ts"
import { compilePolicy } from "../../iam/policy/compile.ts"
import { contextOf } from "../../iam/policy/context.ts"
import { parsePolicy } from "../../iam/policy/document.ts"
import { evaluate } from "../../iam/policy/evaluate.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { notAuthorized } from "./errors.ts"
import { mfaKeys } from "./mfa.ts"
import { findRole, NOBODY, type AssumableRole } from "./role.ts"
import type { Federation, SessionTag } from "./session.ts"

interface AssumeInput {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
  readonly RoleArn: string
  readonly RoleSessionName: string
  readonly ExternalId?: string | undefined
  readonly SourceIdentity?: string | undefined
  readonly Tags?: readonly SessionTag[] | undefined
  readonly TransitiveTagKeys?: readonly string[] | undefined
}

/**
 * What the caller's policies and the role's trust policy are asked. A role that exists only
 * because somebody named it is assumed as one of the caller's.
 */
export function assumeRequests(tx: ReadTx, input: AssumeInput, call: Call): AccessRequest[] {
  const role = findRole(tx, input.RoleArn, call)
  const context = {
    ...assumeKeys(input),
    ...resourceTagKeys(role.tags, "iam:ResourceTag"),
    ...mfaKeys(tx, input, call),
  }
  const asked = ["sts:AssumeRole"]
  if (input.Tags?.length) asked.push("sts:TagSession")
  if (input.SourceIdentity !== undefined) asked.push("sts:SetSourceIdentity")
  return asked.map((action) => ({
    action,
    resource: input.RoleArn,
    owner: role.trust === undefined ? call.account : role.account,
    trust: role.trust,
    context,
  }))
}

/** Condition keys of a request to assume a role ("Available keys for AWS STS"). */
function assumeKeys(input: AssumeInput): Record<string, string | readonly string[]> {
  const { ExternalId, SourceIdentity, TransitiveTagKeys } = input
  return {
    "sts:RoleSessionName": input.RoleSessionName,
    ...(ExternalId !== undefined && { "sts:ExternalId": ExternalId }),
    ...(SourceIdentity !== undefined && { "sts:SourceIdentity": SourceIdentity }),
    ...(TransitiveTagKeys?.length && { "sts:TransitiveTagKeys": TransitiveTagKeys }),
    ...requestTagKeys(input),
  }
}

interface Vouched {
  readonly sessionName: string
  readonly federation: Federation
  readonly sourceIdentity?: string | undefined
  readonly tags: readonly SessionTag[]
}

/** Throws AccessDenied unless the role trusts whom an identity provider vouches for. */
export function assertTrusts(role: AssumableRole, { operation }: Call, vouched: Vouched): void {
  if (role.trust === undefined) return
  if (role.trust === NOBODY) throw notAuthorized(`sts:${operation}`)
  const { federation, tags, sourceIdentity, sessionName } = vouched
  const trust = compilePolicy(parsePolicy(role.trust, { kind: "trust" }), role.arn)
  const claims = federation.claims.map(({ key, values }) => [key, values] as const)
  const context = contextOf({
    ...Object.fromEntries(claims),
    ...requestTagKeys({ tags }),
    "aws:FederatedProvider": federation.provider,
    "sts:RoleSessionName": sessionName,
    ...(sourceIdentity !== undefined && { "sts:SourceIdentity": sourceIdentity }),
  })
  const asked = [`sts:${operation}`]
  if (tags.length > 0) asked.push("sts:TagSession")
  if (sourceIdentity !== undefined) asked.push("sts:SetSourceIdentity")
  for (const action of asked) {
    const decision = evaluate({
      actor: { type: "federated", account: "", arn: federation.provider },
      action,
      resource: role.arn,
      resourceAccount: role.account,
      context,
      policies: { resource: [trust] },
      resourceMustAllow: true,
    })
    if (!decision.allowed) throw notAuthorized(action)
  }
}
