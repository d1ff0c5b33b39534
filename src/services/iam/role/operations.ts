import { CreateRole, DeleteRole, GetRole, ListRoles } from "./roles.ts"
import { UpdateAssumeRolePolicy, UpdateRole, UpdateRoleDescription } from "./changes.ts"
import { ListRoleTags, TagRole, UntagRole } from "./tagging.ts"
import { DeleteRolePermissionsBoundary, PutRolePermissionsBoundary } from "./bounding.ts"

export const roleOperations = {
  ...{ CreateRole, GetRole, ListRoles },
  ...{ DeleteRole },
  ...{ UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy },
  ...{ TagRole, UntagRole, ListRoleTags },
  ...{ PutRolePermissionsBoundary, DeleteRolePermissionsBoundary },
}
