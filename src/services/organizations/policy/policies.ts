import type { ReadTx } from "../../../kernel/transaction.ts"
import { op, type Out } from "../define.ts"
import { newPolicyId } from "../ids.ts"
import type { Organization } from "../organization/organization.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { withTagging } from "../tag/access.ts"
import { withTags } from "../tag/tag.ts"
import { onNewPolicy, onPolicy, onTyped } from "./access.ts"
import { policyMember, policySummary } from "./answer.ts"
import { assertContent } from "./content.ts"
import { noteChange } from "./enabled.ts"
import {
  awsPolicyFixed,
  policyExists,
  policyInUse,
  tooManyPolicies,
  typeNotAvailable,
} from "./errors.ts"
import { awsPolicyOf, findPolicy, isOwnPolicy, policies, type Policy } from "./policy.ts"
import { maxPolicies, type PolicyType } from "./policy-type.ts"
import { targetsOf } from "./target.ts"

/** Recorded: a policy may be made before its type is enabled. */
export const CreatePolicy = op.write("CreatePolicy", {
  authorize: withTagging(onNewPolicy),
  run(tx, { Type, Name, Description, Content, Tags }, call): Out<"CreatePolicy"> {
    const organization = governedOrganization(tx, call)
    if (organization.featureSet !== "ALL") throw typeNotAvailable()
    assertContent(Type, Content)
    assertNameFree(tx, organization, { type: Type, name: Name })
    if (customerPolicies(tx, organization, Type).length >= maxPolicies(Type))
      throw tooManyPolicies()
    const { id: organizationId, partition, managementAccount } = organization
    const policy: Policy = {
      ...{ id: newPolicyId(tx), partition, organizationId, managementAccount },
      ...{ type: Type, name: Name, description: Description, content: Content },
      tags: withTags([], Tags),
    }
    tx.insert(policies, policy)
    return { Policy: policyMember(policy, call.partition) }
  },
})

/** "Policy names … must be unique" among those of a type: that, and their case, is not verified. */
function assertNameFree(
  tx: ReadTx,
  { id }: Organization,
  { type, name }: Pick<Policy, "type" | "name">,
): void {
  if (awsPolicyOf(type)?.name === name) throw policyExists()
  if (tx.first(policies, { index: "byName", prefix: [id, type, name] })) throw policyExists()
}

const customerPolicies = (tx: ReadTx, { id }: Organization, type: PolicyType) =>
  tx.scan(policies, { index: "byType", prefix: [id, type], limit: maxPolicies(type) }).rows

/** Throws InvalidInputException for AWS's policies. */
function findOwnPolicy(tx: ReadTx, organization: Organization, id: string): Policy {
  const policy = findPolicy(tx, organization, id)
  if (!isOwnPolicy(policy)) throw awsPolicyFixed()
  return policy
}

/** Recorded: the answer has of name and description what the request has; an empty one is none. */
export const UpdatePolicy = op.write("UpdatePolicy", {
  authorize: onPolicy,
  run(tx, { PolicyId, Name, Description, Content }, call): Out<"UpdatePolicy"> {
    const organization = governedOrganization(tx, call)
    const old = findOwnPolicy(tx, organization, PolicyId)
    if (Content !== undefined) assertContent(old.type, Content)
    if (Name !== undefined && Name !== old.name)
      assertNameFree(tx, organization, { type: old.type, name: Name })
    const policy = {
      ...old,
      name: Name || old.name,
      description: Description || old.description,
      content: Content ?? old.content,
    }
    tx.replace(policies, old, policy)
    noteChange(tx, organization, old.type)
    const {
      Name: _name,
      Description: _description,
      ...rest
    } = policySummary(policy, call.partition)
    return {
      Policy: {
        Content: policy.content,
        PolicySummary: {
          ...rest,
          ...(Name && { Name: policy.name }),
          ...(Description && { Description: policy.description }),
        },
      },
    }
  },
})

export const DeletePolicy = op.write("DeletePolicy", {
  authorize: onPolicy,
  run(tx, { PolicyId }, call): Out<"DeletePolicy"> {
    const organization = governedOrganization(tx, call)
    const policy = findOwnPolicy(tx, organization, PolicyId)
    if (targetsOf(tx, organization, policy).length > 0) throw policyInUse()
    tx.remove(policies, policy)
    return {}
  },
})

export const DescribePolicy = op.read("DescribePolicy", {
  authorize: onPolicy,
  run(tx, { PolicyId }, call): Out<"DescribePolicy"> {
    const policy = findPolicy(tx, governedOrganization(tx, call), PolicyId)
    return { Policy: policyMember(policy, call.partition) }
  },
})

export const ListPolicies = op.read("ListPolicies", {
  authorize: onTyped((input: { readonly Filter: string }) => ({ type: input.Filter })),
  run(tx, input, call): Out<"ListPolicies"> {
    const organization = governedOrganization(tx, call)
    const given = awsPolicyOf(input.Filter)
    const own = customerPolicies(tx, organization, input.Filter)
    const all = given ? [given, ...own] : own
    const { items, more } = pageOfList(all, ({ id }) => id, input)
    return { Policies: items.map((policy) => policySummary(policy, call.partition)), ...more }
  },
})
