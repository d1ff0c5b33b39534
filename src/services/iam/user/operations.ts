import { CreateUser, DeleteUser, GetUser, ListUsers, UpdateUser } from "./users.ts"
import { ListUserTags, TagUser, UntagUser } from "./tagging.ts"
import { DeleteUserPermissionsBoundary, PutUserPermissionsBoundary } from "./bounding.ts"

export const userOperations = {
  ...{ CreateUser, GetUser, ListUsers },
  ...{ UpdateUser, DeleteUser },
  ...{ TagUser, UntagUser, ListUserTags },
  ...{ PutUserPermissionsBoundary, DeleteUserPermissionsBoundary },
}
