import {
  AttachPolicy,
  DetachPolicy,
  ListPoliciesForTarget,
  ListTargetsForPolicy,
} from "./attaching.ts"
import { DescribeEffectivePolicy } from "./describing.ts"
import { policyChanges } from "./enabled.ts"
import {
  CreatePolicy,
  DeletePolicy,
  DescribePolicy,
  ListPolicies,
  UpdatePolicy,
} from "./policies.ts"
import { policyResource } from "./policy.ts"
import {
  ListAccountsWithInvalidEffectivePolicy,
  ListEffectivePolicyValidationErrors,
} from "./validity.ts"
import { DisablePolicyType, EnablePolicyType } from "./types.ts"

export const policyOperations = {
  ...{ CreatePolicy, UpdatePolicy, DeletePolicy, DescribePolicy, ListPolicies },
  ...{ AttachPolicy, DetachPolicy, ListPoliciesForTarget, ListTargetsForPolicy },
  ...{ EnablePolicyType, DisablePolicyType, DescribeEffectivePolicy },
  ...{ ListAccountsWithInvalidEffectivePolicy, ListEffectivePolicyValidationErrors },
}

export const policyTables = [policyChanges]
export const policyResources = [policyResource]
