import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { resource, tagLists } from "../../../registry/resource.ts"
import { organizationsArn, type Organization } from "../organization/organization.ts"
import { tagRecord, type Tag } from "../tag/tag.ts"
import { policyMissing } from "./errors.ts"
import type { PolicyType } from "./policy-type.ts"

/** A policy that a customer wrote. */
export interface Policy {
  /** `p-…`. */
  readonly id: string
  readonly partition: string
  readonly organizationId: string
  readonly managementAccount: string
  readonly type: PolicyType
  readonly name: string
  readonly description: string
  /** As it was given. */
  readonly content: string
  readonly tags: readonly Tag[]
}

export const policies = table<Policy>("organizations/policy", {
  key: (policy) => [policy.id],
  indexes: {
    byType: ({ organizationId, type, id }) => [organizationId, type, id],
    byName: ({ organizationId, type, name }) => [organizationId, type, name],
  },
  cached: true,
})

export const policyArn = (policy: Policy): string =>
  organizationsArn(
    policy,
    `policy/${policy.organizationId}/${policy.type.toLowerCase()}/${policy.id}`,
  )

export const policyResource = resource<Policy>("AWS::Organizations::Policy", {
  table: policies,
  scope: "global",
  title: "Policy",
  arn: policyArn,
  tagsOf: (policy) => tagRecord(policy.tags),
  // Whether the tagging API shows it is not verified: no `list`.
  find: (tx, { resource: named }) => tx.get(policies, [named.split("/").at(-1) ?? ""]),
  tags: tagLists(["TagResource", "UntagResource"], ({ id }) => ({ ResourceId: id })),
  console: { columns: ["name", "type", "id"] },
})

/** A policy of AWS's, which every organization has. */
export interface AwsPolicy {
  readonly id: string
  readonly type: PolicyType
  readonly name: string
  readonly description: string
  readonly content: string
}

const FULL_ACCESS_POLICY: AwsPolicy = {
  id: "p-FullAWSAccess",
  type: "SERVICE_CONTROL_POLICY",
  name: "FullAWSAccess",
  description: "Allows access to every operation",
  content: allowing({ Action: "*", Resource: "*" }),
}

const FULL_RESOURCE_ACCESS_POLICY: AwsPolicy = {
  id: "p-RCPFullAWSAccess",
  type: "RESOURCE_CONTROL_POLICY",
  name: "RCPFullAWSAccess",
  description: "Allows access to every resource",
  content: allowing({ Principal: "*", Action: "*", Resource: "*" }),
}

function allowing(what: object): string {
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...what }] }
  return JSON.stringify(document, undefined, 2)
}

const AWS_POLICIES: Readonly<Record<string, AwsPolicy>> = Object.freeze({
  [FULL_ACCESS_POLICY.id]: FULL_ACCESS_POLICY,
  [FULL_RESOURCE_ACCESS_POLICY.id]: FULL_RESOURCE_ACCESS_POLICY,
})

export const awsPolicyById = (id: string): AwsPolicy | undefined =>
  Object.hasOwn(AWS_POLICIES, id) ? AWS_POLICIES[id] : undefined

/** What is attached where nobody attached anything: "attached … when you enable" the type. */
export function awsPolicyOf(type: PolicyType): AwsPolicy | undefined {
  if (type === "SERVICE_CONTROL_POLICY") return FULL_ACCESS_POLICY
  return type === "RESOURCE_CONTROL_POLICY" ? FULL_RESOURCE_ACCESS_POLICY : undefined
}

export type AnyPolicy = Policy | AwsPolicy

export const isOwnPolicy = (policy: AnyPolicy): policy is Policy => "organizationId" in policy

/** Throws PolicyNotFoundException for policies that are not the organization's. */
export function findPolicy(tx: ReadTx, organization: Organization, id: string): AnyPolicy {
  const found = awsPolicyById(id) ?? tx.get(policies, [id])
  if (!found) throw policyMissing()
  if (isOwnPolicy(found) && found.organizationId !== organization.id) throw policyMissing()
  return found
}

/** The ARN of any policy; AWS's own are nobody's. */
export const arnOfPolicy = (policy: AnyPolicy, partition: string): string =>
  isOwnPolicy(policy)
    ? policyArn(policy)
    : `arn:${partition}:organizations::aws:policy/${policy.type.toLowerCase()}/${policy.id}`

export const contentById = (tx: ReadTx, id: string): string | undefined =>
  (awsPolicyById(id) ?? tx.get(policies, [id]))?.content
