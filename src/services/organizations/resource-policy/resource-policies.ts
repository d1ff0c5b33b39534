import { PolicyRefusal, PrincipalRefusal } from "../../../iam/policy/refusal.ts"
import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keptPolicy, shownPolicy } from "../../iam/port.ts"
import { accessTo, onAnything } from "../access.ts"
import { groundOf } from "../tree/arns.ts"
import { op, type Out } from "../define.ts"
import { constraint, invalidInput, resourcePolicyMissing } from "../errors.ts"
import { newResourcePolicyId } from "../ids.ts"
import { organizationsArn, type Organization } from "../organization/organization.ts"
import { governedOrganization, isDelegable } from "../rights.ts"
import { withTagging } from "../tag/access.ts"
import { withTags } from "../tag/tag.ts"
import { resourcePolicies, resourcePolicyArn, type ResourcePolicy } from "./resource-policy.ts"

const answer = (tx: ReadTx, organization: Organization, policy: ResourcePolicy) => ({
  ResourcePolicy: {
    ResourcePolicySummary: { Id: policy.id, Arn: resourcePolicyArn(organization, policy) },
    Content: shownPolicy(tx, policy.content),
  },
})

/** One that is not there yet has no id. */
function onResourcePolicy(tx: ReadTx, input: object, call: Call): AccessRequest {
  const ground = groundOf(tx, call)
  const { id = "rp-", tags } = tx.get(resourcePolicies, [ground.organizationId]) ?? {}
  const arn = organizationsArn(ground, `resourcepolicy/${ground.organizationId}/${id}`)
  return accessTo(tx, input, { arn, tags, call })
}

export const PutResourcePolicy = op.write("PutResourcePolicy", {
  authorize: withTagging(onResourcePolicy),
  run(tx, { Content: sent, Tags }, call): Out<"PutResourcePolicy"> {
    const organization = governedOrganization(tx, call)
    if (organization.featureSet !== "ALL") throw constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")
    const content = readContent(tx, sent)
    const { id: organizationId } = organization
    const old = tx.get(resourcePolicies, [organizationId])
    const policy: ResourcePolicy = {
      organizationId,
      id: old?.id ?? newResourcePolicyId(tx),
      content,
      tags: withTags(old?.tags ?? [], Tags),
    }
    tx.put(resourcePolicies, policy)
    return answer(tx, organization, policy)
  },
})

/** Throws InvalidInputException with the reasons of the API reference; its texts are not known. */
function readContent(tx: ReadTx, sent: string): string {
  try {
    const { text, document } = keptPolicy(tx, sent, { kind: "resource" })
    for (const action of document.statements.flatMap(({ action }) => action ?? []))
      assertDelegable(action)
    return text
  } catch (error) {
    if (!(error instanceof PolicyRefusal)) throw error
    if (error instanceof PrincipalRefusal)
      throw invalidInput(
        "INVALID_PRINCIPAL",
        "You specified an invalid principal element in the policy.",
      )
    throw invalidInput(
      "INVALID_RESOURCE_POLICY_JSON",
      `The resource policy has errors: ${error.message}`,
    )
  }
}

/** A name with `*` may stand for operations that a policy can open. */
function assertDelegable(action: string): void {
  const [service = "", name = ""] = action.split(":")
  if (service === "organizations" && (name.includes("*") || isDelegable(name))) return
  throw invalidInput(
    "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
    `The resource policy names an action that cannot be delegated: ${action}`,
  )
}

export const DescribeResourcePolicy = op.read("DescribeResourcePolicy", {
  authorize: onAnything,
  run(tx, _input, call): Out<"DescribeResourcePolicy"> {
    const organization = governedOrganization(tx, call)
    const policy = tx.get(resourcePolicies, [organization.id])
    if (!policy) throw resourcePolicyMissing()
    return answer(tx, organization, policy)
  },
})

export const DeleteResourcePolicy = op.write("DeleteResourcePolicy", {
  authorize: onAnything,
  run(tx, _input, call): Out<"DeleteResourcePolicy"> {
    const { id } = governedOrganization(tx, call)
    if (!tx.delete(resourcePolicies, [id])) throw resourcePolicyMissing()
    return {}
  },
})
