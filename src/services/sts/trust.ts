import type { AccessRequest } from "../../iam/access.ts"
import { compilePolicy } from "../../iam/policy/compile.ts"
import { callContext, type CallFacts } from "../../iam/policy/context.ts"
import type { PolicyLevels } from "../../iam/policy/decision.ts"
import { parsePolicy, policyOrNothing } from "../../iam/policy/document.ts"
import { evaluate } from "../../iam/policy/evaluate.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { controlsOf, organizationOf, orgPathOf } from "../organizations/port.ts"
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
  readonly transitiveTagKeys?: readonly string[] | undefined
}

/**
 * Throws AccessDenied unless the role trusts whom an identity provider vouches for, and the RCPs of
 * the role's organization let it in.
 */
export function assertTrusts(
  tx: ReadTx,
  { role, call }: { readonly role: AssumableRole; readonly call: Call },
  vouched: Vouched,
): void {
  if (role.trust === undefined) return
  // One that cannot be read, of a data folder from before a rule, trusts nobody.
  const document =
    role.trust === NOBODY ? undefined : policyOrNothing(role.trust, { kind: "trust" })
  if (!document) throw notAuthorized(`sts:${call.operation}`)
  const trust = compilePolicy(document, role.arn)
  const context = callContext(() => callFacts(tx, role, call), vouchedKeys(role, vouched))
  const asked = [`sts:${call.operation}`]
  if (vouched.tags.length > 0) asked.push("sts:TagSession")
  if (vouched.sourceIdentity !== undefined) asked.push("sts:SetSourceIdentity")
  for (const action of asked) {
    const decision = evaluate({
      actor: { type: "federated", account: "", arn: vouched.federation.provider },
      action,
      resource: role.arn,
      resourceAccount: role.account,
      context,
      policies: { rcps: rcpsOf(tx, role), resource: [trust] },
      resourceMustAllow: true,
    })
    if (!decision.allowed) throw notAuthorized(action)
  }
}

/** What the provider says, and what the role is. */
function vouchedKeys({ tags: ofRole }: AssumableRole, vouched: Vouched) {
  const { federation, tags, sourceIdentity, sessionName, transitiveTagKeys } = vouched
  return {
    ...Object.fromEntries(federation.claims.map(({ key, values }) => [key, values] as const)),
    ...requestTagKeys({ tags }),
    ...resourceTagKeys(ofRole, "iam:ResourceTag"),
    "aws:FederatedProvider": federation.provider,
    "sts:RoleSessionName": sessionName,
    ...(sourceIdentity !== undefined && { "sts:SourceIdentity": sourceIdentity }),
    ...(transitiveTagKeys?.length && { "sts:TransitiveTagKeys": transitiveTagKeys }),
  }
}

/** What is known of a call that nobody signed. */
function callFacts(tx: ReadTx, { account }: AssumableRole, call: Call): CallFacts {
  const organization = organizationOf(tx, account)
  const path = orgPathOf(tx, account)
  return {
    now: tx.now,
    ...{ region: call.region, sourceIp: call.sourceIp, secure: call.secure },
    ...{ userAgent: call.userAgent, referer: call.wire?.headers["referer"] },
    resourceAccount: account,
    resourceOrgId: organization?.id,
    resourceOrgPaths: path === undefined ? undefined : [path],
  }
}

const rcpsOf = (tx: ReadTx, { account }: AssumableRole): PolicyLevels | undefined =>
  controlsOf(tx, account, "RESOURCE_CONTROL_POLICY")?.map((level) =>
    level.map(({ name, text }) => compilePolicy(parsePolicy(text, { kind: "rcp" }), name)),
  )
