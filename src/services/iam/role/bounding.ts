import { onRole } from "../access.ts"
import { op, type Out } from "../define.ts"
import { noBoundary } from "../errors.ts"
import { assertBoundary } from "../policy/boundary.ts"
import { changeableRole } from "./changeable.ts"
import { roles } from "./role.ts"

export const PutRolePermissionsBoundary = op.write("PutRolePermissionsBoundary", {
  authorize: onRole,
  run(
    tx,
    { RoleName, PermissionsBoundary: boundary },
    { account },
  ): Out<"PutRolePermissionsBoundary"> {
    const role = changeableRole(tx, account, RoleName)
    assertBoundary(tx, account, boundary)
    tx.replace(roles, role, { ...role, boundary })
    return {}
  },
})

export const DeleteRolePermissionsBoundary = op.write("DeleteRolePermissionsBoundary", {
  authorize: onRole,
  run(tx, { RoleName }, { account }): Out<"DeleteRolePermissionsBoundary"> {
    const role = changeableRole(tx, account, RoleName)
    if (role.boundary === undefined) throw noBoundary("role", role.name)
    tx.replace(roles, role, { ...role, boundary: undefined })
    return {}
  },
})
