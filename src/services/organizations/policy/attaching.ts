import type { ReadTx } from "../../../kernel/transaction.ts"
import type { PolicyTargetSummary } from "../../../models/types/organizations.ts"
import { accountArn, memberOf } from "../account/account.ts"
import { op, type Out } from "../define.ts"
import { targetMissing } from "../errors.ts"
import type { Organization } from "../organization/organization.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { ROOT_NAME, rootArn } from "../root/root.ts"
import { unitArn, unitOf } from "../unit/unit.ts"
import { onPolicy, onPolicyAndTarget, onTyped } from "./access.ts"
import { policySummary } from "./answer.ts"
import { isEnabled, noteChange } from "./enabled.ts"
import {
  attachedAlready,
  awsPolicyFixed,
  lastPolicyStays,
  notAttached,
  tooManyAttached,
  typeNotEnabled,
} from "./errors.ts"
import { findPolicy } from "./policy.ts"
import { maxAttachments } from "./policy-type.ts"
import { attachedTo, setAttached, targetsOf } from "./target.ts"

export const AttachPolicy = op.write("AttachPolicy", {
  authorize: onPolicyAndTarget,
  run(tx, { PolicyId, TargetId }, call): Out<"AttachPolicy"> {
    const organization = governedOrganization(tx, call)
    const { id, type } = findPolicy(tx, organization, PolicyId)
    findTarget(tx, organization, TargetId)
    if (!isEnabled(tx, organization, type)) throw typeNotEnabled()
    const place = { organization, targetId: TargetId, type }
    const attached = attachedTo(tx, place)
    if (attached.includes(id)) throw attachedAlready()
    if (attached.length >= maxAttachments(type)) throw tooManyAttached()
    setAttached(tx, place, [...attached, id])
    noteChange(tx, organization, type)
    return {}
  },
})

export const DetachPolicy = op.write("DetachPolicy", {
  authorize: onPolicyAndTarget,
  run(tx, { PolicyId, TargetId }, call): Out<"DetachPolicy"> {
    const organization = governedOrganization(tx, call)
    const { id, type } = findPolicy(tx, organization, PolicyId)
    findTarget(tx, organization, TargetId)
    const place = { organization, targetId: TargetId, type }
    const attached = attachedTo(tx, place)
    if (!attached.includes(id)) throw notAttached()
    // "You cannot detach this policy": RCPs only deny, so something must allow.
    if (id === "p-RCPFullAWSAccess") throw awsPolicyFixed()
    if (type === "SERVICE_CONTROL_POLICY" && attached.length === 1) throw lastPolicyStays()
    setAttached(
      tx,
      place,
      attached.filter((one) => one !== id),
    )
    noteChange(tx, organization, type)
    return {}
  },
})

export const ListPoliciesForTarget = op.read("ListPoliciesForTarget", {
  authorize: onTyped((input: { readonly Filter: string; readonly TargetId: string }) => ({
    type: input.Filter,
    node: input.TargetId,
  })),
  run(tx, input, call): Out<"ListPoliciesForTarget"> {
    const organization = governedOrganization(tx, call)
    findTarget(tx, organization, input.TargetId)
    const place = { organization, targetId: input.TargetId, type: input.Filter }
    const { items, more } = pageOfList(attachedTo(tx, place), (id) => id, input)
    const summary = (id: string) => policySummary(findPolicy(tx, organization, id), call.partition)
    return { Policies: items.map(summary), ...more }
  },
})

export const ListTargetsForPolicy = op.read("ListTargetsForPolicy", {
  authorize: onPolicy,
  run(tx, input, call): Out<"ListTargetsForPolicy"> {
    const organization = governedOrganization(tx, call)
    const policy = findPolicy(tx, organization, input.PolicyId)
    const { items, more } = pageOfList(targetsOf(tx, organization, policy), (id) => id, input)
    return { Targets: items.map((id) => findTarget(tx, organization, id)), ...more }
  },
})

/** The root, unit or account of that id. Throws TargetNotFoundException. */
function findTarget(tx: ReadTx, organization: Organization, id: string): PolicyTargetSummary {
  if (id === organization.rootId)
    return { TargetId: id, Arn: rootArn(organization), Name: ROOT_NAME, Type: "ROOT" }
  const unit = unitOf(tx, organization, id)
  if (unit)
    return { TargetId: id, Arn: unitArn(unit), Name: unit.name, Type: "ORGANIZATIONAL_UNIT" }
  const member = memberOf(tx, id)
  if (member?.membership.organizationId !== organization.id) throw targetMissing()
  return { TargetId: id, Arn: accountArn(member), Name: member.name, Type: "ACCOUNT" }
}
