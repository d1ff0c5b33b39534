import type { Policy as PolicyShape, PolicySummary } from "../../../models/types/organizations.ts"
import { arnOfPolicy, isOwnPolicy, type AnyPolicy } from "./policy.ts"

export const policySummary = (policy: AnyPolicy, partition: string): PolicySummary => ({
  Id: policy.id,
  Arn: arnOfPolicy(policy, partition),
  Name: policy.name,
  Description: policy.description,
  Type: policy.type,
  AwsManaged: !isOwnPolicy(policy),
})

export const policyMember = (policy: AnyPolicy, partition: string): PolicyShape => ({
  PolicySummary: policySummary(policy, partition),
  Content: policy.content,
})
