import {
  CreatePolicy,
  DeletePolicy,
  GetPolicy,
  ListEntitiesForPolicy,
  ListPolicies,
} from "./policies.ts"
import {
  CreatePolicyVersion,
  DeletePolicyVersion,
  GetPolicyVersion,
  ListPolicyVersions,
  SetDefaultPolicyVersion,
} from "./versions.ts"
import { ListPolicyTags, TagPolicy, UntagPolicy } from "./tagging.ts"
import {
  AttachGroupPolicy,
  AttachRolePolicy,
  AttachUserPolicy,
  DetachGroupPolicy,
  DetachRolePolicy,
  DetachUserPolicy,
  ListAttachedGroupPolicies,
  ListAttachedRolePolicies,
  ListAttachedUserPolicies,
} from "./attaching.ts"
import {
  DeleteGroupPolicy,
  DeleteRolePolicy,
  DeleteUserPolicy,
  GetGroupPolicy,
  GetRolePolicy,
  GetUserPolicy,
  ListGroupPolicies,
  ListRolePolicies,
  ListUserPolicies,
  PutGroupPolicy,
  PutRolePolicy,
  PutUserPolicy,
} from "./embedding.ts"

export const policyOperations = {
  ...{ CreatePolicy, GetPolicy, ListPolicies },
  ...{ DeletePolicy, ListEntitiesForPolicy },
  ...{ CreatePolicyVersion, GetPolicyVersion, ListPolicyVersions },
  ...{ DeletePolicyVersion, SetDefaultPolicyVersion },
  ...{ TagPolicy, UntagPolicy, ListPolicyTags },
  ...{ AttachUserPolicy, DetachUserPolicy, ListAttachedUserPolicies },
  ...{ AttachGroupPolicy, DetachGroupPolicy, ListAttachedGroupPolicies },
  ...{ AttachRolePolicy, DetachRolePolicy, ListAttachedRolePolicies },
  ...{ PutUserPolicy, GetUserPolicy, DeleteUserPolicy },
  ...{ ListUserPolicies, PutGroupPolicy, GetGroupPolicy },
  ...{ DeleteGroupPolicy, ListGroupPolicies, PutRolePolicy },
  ...{ GetRolePolicy, DeleteRolePolicy, ListRolePolicies },
}
