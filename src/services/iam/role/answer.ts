import type { ReadTx } from "../../../kernel/transaction.ts"
import { roleLastUsed } from "../last-use/use.ts"
import { boundaryMember } from "../policy/boundary.ts"
import { encodeDocument } from "../policy/document.ts"
import { shownPolicy } from "../principals/kept-policy.ts"
import { tagsMember } from "../tags.ts"
import { roleArn, type Role } from "./role.ts"

/** The role as CreateRole answers: recorded, without the longest session. */
export const createdRole = (tx: ReadTx, role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: roleArn(role),
  CreateDate: role.createdMs,
  AssumeRolePolicyDocument: encodeDocument(shownPolicy(tx, role.trust)),
  ...(role.description !== undefined && { Description: role.description }),
  ...boundaryMember(role.boundary),
  ...tagsMember(role.tags),
})

/** The role as lists have it: without "PermissionsBoundary, RoleLastUsed, Tags" (ListRoles). */
export const listedRole = (tx: ReadTx, role: Role) => ({
  ...createdRole(tx, { ...role, boundary: undefined, tags: [] }),
  MaxSessionDuration: role.maxSessionSeconds,
})

/** All of it. */
export const roleMember = (tx: ReadTx, role: Role) => ({
  ...createdRole(tx, role),
  MaxSessionDuration: role.maxSessionSeconds,
  RoleLastUsed: roleLastUsed(tx, role),
})
