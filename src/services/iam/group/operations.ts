import { CreateGroup, DeleteGroup, GetGroup, ListGroups, UpdateGroup } from "./groups.ts"
import { AddUserToGroup, ListGroupsForUser, RemoveUserFromGroup } from "./members.ts"

export const groupOperations = {
  ...{ CreateGroup, GetGroup, ListGroups },
  ...{ UpdateGroup, DeleteGroup },
  ...{ AddUserToGroup, RemoveUserFromGroup, ListGroupsForUser },
}
