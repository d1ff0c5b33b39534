import { boundaryMember } from "../policy/boundary.ts"
import { tagsMember } from "../tags.ts"
import { userArn, type User } from "./user.ts"

/** The user as lists have it. */
export const listedUser = (user: User) => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: userArn(user),
  CreateDate: user.createdMs,
})

/** With what lists leave out: "PermissionsBoundary, Tags" (ListUsers). */
export const userMember = (user: User) => ({
  ...listedUser(user),
  ...boundaryMember(user.boundary),
  ...tagsMember(user.tags),
})
