import {
  DeleteResourcePolicy,
  DescribeResourcePolicy,
  PutResourcePolicy,
} from "./resource-policies.ts"
import { resourcePolicies } from "./resource-policy.ts"

export const resourcePolicyOperations = {
  ...{ PutResourcePolicy, DescribeResourcePolicy, DeleteResourcePolicy },
}

export const resourcePolicyTables = [resourcePolicies]
