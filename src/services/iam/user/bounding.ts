import { onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { noBoundary } from "../errors.ts"
import { assertBoundary } from "../policy/boundary.ts"
import { findUser, users } from "./user.ts"

export const PutUserPermissionsBoundary = op.write("PutUserPermissionsBoundary", {
  authorize: onUser,
  run(
    tx,
    { UserName, PermissionsBoundary: boundary },
    { account },
  ): Out<"PutUserPermissionsBoundary"> {
    const user = findUser(tx, account, UserName)
    assertBoundary(tx, account, boundary)
    tx.replace(users, user, { ...user, boundary })
    return {}
  },
})

export const DeleteUserPermissionsBoundary = op.write("DeleteUserPermissionsBoundary", {
  authorize: onUser,
  run(tx, { UserName }, { account }): Out<"DeleteUserPermissionsBoundary"> {
    const user = findUser(tx, account, UserName)
    if (user.boundary === undefined) throw noBoundary("user", user.name)
    tx.replace(users, user, { ...user, boundary: undefined })
    return {}
  },
})
