import { onGroup, onRole, onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { findGroup } from "../group/group.ts"
import { pageOf } from "../paging.ts"
import { changeableRole } from "../role/changeable.ts"
import { findRole } from "../role/role.ts"
import { findUser } from "../user/user.ts"
import { encodeDocument } from "./document.ts"
import { findInline, inlineOf, inlinePolicies, putInline } from "./inline.ts"

export const PutUserPolicy = op.write("PutUserPolicy", {
  authorize: onUser,
  run(
    tx,
    { UserName, PolicyName: name, PolicyDocument: document },
    { account },
  ): Out<"PutUserPolicy"> {
    const holder = findUser(tx, account, UserName)
    putInline(tx, "user", { holder, name, document })
    return {}
  },
})

export const GetUserPolicy = op.read("GetUserPolicy", {
  authorize: onUser,
  run(tx, { UserName, PolicyName: name }, { account }): Out<"GetUserPolicy"> {
    const holder = findUser(tx, account, UserName)
    const policy = findInline(tx, "user", { holder, name })
    return {
      UserName: holder.name,
      PolicyName: policy.name,
      PolicyDocument: encodeDocument(policy.document),
    }
  },
})

export const DeleteUserPolicy = op.write("DeleteUserPolicy", {
  authorize: onUser,
  run(tx, { UserName, PolicyName: name }, { account }): Out<"DeleteUserPolicy"> {
    const holder = findUser(tx, account, UserName)
    tx.remove(inlinePolicies, findInline(tx, "user", { holder, name }))
    return {}
  },
})

export const ListUserPolicies = op.read("ListUserPolicies", {
  authorize: onUser,
  run(tx, input, { account }): Out<"ListUserPolicies"> {
    const names = inlineOf(tx, findUser(tx, account, input.UserName)).map(({ name }) => name)
    const { items, more } = pageOf(names, (name) => name, input)
    return { PolicyNames: items, ...more }
  },
})

export const PutGroupPolicy = op.write("PutGroupPolicy", {
  authorize: onGroup,
  run(
    tx,
    { GroupName, PolicyName: name, PolicyDocument: document },
    { account },
  ): Out<"PutGroupPolicy"> {
    const holder = findGroup(tx, account, GroupName)
    putInline(tx, "group", { holder, name, document })
    return {}
  },
})

export const GetGroupPolicy = op.read("GetGroupPolicy", {
  authorize: onGroup,
  run(tx, { GroupName, PolicyName: name }, { account }): Out<"GetGroupPolicy"> {
    const holder = findGroup(tx, account, GroupName)
    const policy = findInline(tx, "group", { holder, name })
    return {
      GroupName: holder.name,
      PolicyName: policy.name,
      PolicyDocument: encodeDocument(policy.document),
    }
  },
})

export const DeleteGroupPolicy = op.write("DeleteGroupPolicy", {
  authorize: onGroup,
  run(tx, { GroupName, PolicyName: name }, { account }): Out<"DeleteGroupPolicy"> {
    const holder = findGroup(tx, account, GroupName)
    tx.remove(inlinePolicies, findInline(tx, "group", { holder, name }))
    return {}
  },
})

export const ListGroupPolicies = op.read("ListGroupPolicies", {
  authorize: onGroup,
  run(tx, input, { account }): Out<"ListGroupPolicies"> {
    const names = inlineOf(tx, findGroup(tx, account, input.GroupName)).map(({ name }) => name)
    const { items, more } = pageOf(names, (name) => name, input)
    return { PolicyNames: items, ...more }
  },
})

export const PutRolePolicy = op.write("PutRolePolicy", {
  authorize: onRole,
  run(
    tx,
    { RoleName, PolicyName: name, PolicyDocument: document },
    { account },
  ): Out<"PutRolePolicy"> {
    const holder = changeableRole(tx, account, RoleName)
    putInline(tx, "role", { holder, name, document })
    return {}
  },
})

export const GetRolePolicy = op.read("GetRolePolicy", {
  authorize: onRole,
  run(tx, { RoleName, PolicyName: name }, { account }): Out<"GetRolePolicy"> {
    const holder = findRole(tx, account, RoleName)
    const policy = findInline(tx, "role", { holder, name })
    return {
      RoleName: holder.name,
      PolicyName: policy.name,
      PolicyDocument: encodeDocument(policy.document),
    }
  },
})

export const DeleteRolePolicy = op.write("DeleteRolePolicy", {
  authorize: onRole,
  run(tx, { RoleName, PolicyName: name }, { account }): Out<"DeleteRolePolicy"> {
    const holder = changeableRole(tx, account, RoleName)
    tx.remove(inlinePolicies, findInline(tx, "role", { holder, name }))
    return {}
  },
})

export const ListRolePolicies = op.read("ListRolePolicies", {
  authorize: onRole,
  run(tx, input, { account }): Out<"ListRolePolicies"> {
    const names = inlineOf(tx, findRole(tx, account, input.RoleName)).map(({ name }) => name)
    const { items, more } = pageOf(names, (name) => name, input)
    return { PolicyNames: items, ...more }
  },
})
