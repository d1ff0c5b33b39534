import type { WriteTx } from "../../../kernel/transaction.ts"
import { onGroup, onRole, onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { type IdentityKind } from "../errors.ts"
import { findGroup } from "../group/group.ts"
import { changeableRole } from "../role/changeable.ts"
import { findRole } from "../role/role.ts"
import { findUser } from "../user/user.ts"
import { listAttached } from "./answer.ts"
import { attach, attachedTo, detach, type Holder } from "./attachment.ts"
import { managedPolicy } from "./managed.ts"

const SERVICE_ROLE_POLICY = /^arn:[^:]+:iam::aws:policy\/aws-service-role\//

/**
 * A customer's attaching: policies of service-linked roles are those roles' alone. As users of AWS
 * quote it of roles; the words for users and groups are not verified.
 */
function attachGiven(tx: WriteTx, kind: IdentityKind, holder: Holder, arn: string): void {
  if (SERVICE_ROLE_POLICY.test(arn) && managedPolicy(tx, holder.account, arn)) {
    const whom = { user: "a User", group: "a Group", role: "a Customer Role" }[kind]
    throw op.error(
      "PolicyNotAttachableException",
      `Cannot attach a Service Role Policy to ${whom}.`,
    )
  }
  attach(tx, kind, holder, arn)
}

export const AttachUserPolicy = op.write("AttachUserPolicy", {
  authorize: onUser,
  run(tx, { UserName, PolicyArn }, { account }): Out<"AttachUserPolicy"> {
    attachGiven(tx, "user", findUser(tx, account, UserName), PolicyArn)
    return {}
  },
})

export const DetachUserPolicy = op.write("DetachUserPolicy", {
  authorize: onUser,
  run(tx, { UserName, PolicyArn }, { account }): Out<"DetachUserPolicy"> {
    detach(tx, findUser(tx, account, UserName), PolicyArn)
    return {}
  },
})

export const ListAttachedUserPolicies = op.read("ListAttachedUserPolicies", {
  authorize: onUser,
  run(tx, input, { account }): Out<"ListAttachedUserPolicies"> {
    return listAttached(attachedTo(tx, findUser(tx, account, input.UserName)), input)
  },
})

export const AttachGroupPolicy = op.write("AttachGroupPolicy", {
  authorize: onGroup,
  run(tx, { GroupName, PolicyArn }, { account }): Out<"AttachGroupPolicy"> {
    attachGiven(tx, "group", findGroup(tx, account, GroupName), PolicyArn)
    return {}
  },
})

export const DetachGroupPolicy = op.write("DetachGroupPolicy", {
  authorize: onGroup,
  run(tx, { GroupName, PolicyArn }, { account }): Out<"DetachGroupPolicy"> {
    detach(tx, findGroup(tx, account, GroupName), PolicyArn)
    return {}
  },
})

export const ListAttachedGroupPolicies = op.read("ListAttachedGroupPolicies", {
  authorize: onGroup,
  run(tx, input, { account }): Out<"ListAttachedGroupPolicies"> {
    return listAttached(attachedTo(tx, findGroup(tx, account, input.GroupName)), input)
  },
})

export const AttachRolePolicy = op.write("AttachRolePolicy", {
  authorize: onRole,
  run(tx, { RoleName, PolicyArn }, { account }): Out<"AttachRolePolicy"> {
    attachGiven(tx, "role", changeableRole(tx, account, RoleName), PolicyArn)
    return {}
  },
})

export const DetachRolePolicy = op.write("DetachRolePolicy", {
  authorize: onRole,
  run(tx, { RoleName, PolicyArn }, { account }): Out<"DetachRolePolicy"> {
    detach(tx, changeableRole(tx, account, RoleName), PolicyArn)
    return {}
  },
})

export const ListAttachedRolePolicies = op.read("ListAttachedRolePolicies", {
  authorize: onRole,
  run(tx, input, { account }): Out<"ListAttachedRolePolicies"> {
    return listAttached(attachedTo(tx, findRole(tx, account, input.RoleName)), input)
  },
})
