import type { ReadTx } from "../../../kernel/transaction.ts"
import { roleLastUsed } from "../last-use/use.ts"
import { boundaryMember } from "../policy/boundary.ts"
import { encodeDocument } from "../policy/document.ts"
import { tagsMember } from "../tags.ts"
import { roleArn, type Role } from "./role.ts"

/** The role as CreateRole answers: recorded, without the longest session. */
export const createdRole = (role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: roleArn(role),
  CreateDate: role.createdMs,
  AssumeRolePolicyDocument: encodeDocument(role.trust),
  ...(role.description !== undefined && { Description: role.description }),
  ...boundaryMember(role.boundary),
  ...tagsMember(role.tags),
})

/** The role as lists have it: without "PermissionsBoundary, RoleLastUsed, Tags" (ListRoles). */
export const listedRole = (role: Role) => ({
  ...createdRole({ ...role, boundary: undefined, tags: [] }),
  MaxSessionDuration: role.maxSessionSeconds,
})

/** All of it. */
export const roleMember = (tx: ReadTx, role: Role) => ({
  ...createdRole(role),
  MaxSessionDuration: role.maxSessionSeconds,
  RoleLastUsed: roleLastUsed(tx, role),
})
