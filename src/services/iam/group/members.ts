import { onGroup, onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { quotaExceeded } from "../errors.ts"
import { GROUPS_PER_USER } from "../limits.ts"
import { nameKey } from "../names.ts"
import { pageOf } from "../paging.ts"
import { findUser } from "../user/user.ts"
import { findGroup, groupMember } from "./group.ts"
import { groupsOf, memberships } from "./membership.ts"

/** Adding a member again is no error. */
export const AddUserToGroup = op.write("AddUserToGroup", {
  authorize: onGroup,
  run(tx, { GroupName, UserName }, { account }): Out<"AddUserToGroup"> {
    const group = findGroup(tx, account, GroupName)
    const user = findUser(tx, account, UserName)
    const membership = { account, groupId: group.id, userId: user.id }
    if (tx.get(memberships, [account, group.id, user.id])) return {}
    if (groupsOf(tx, user).length >= GROUPS_PER_USER)
      throw quotaExceeded("GroupsPerUser", GROUPS_PER_USER)
    tx.insert(memberships, membership)
    return {}
  },
})

/** Whether AWS refuses one who is no member: not verified. */
export const RemoveUserFromGroup = op.write("RemoveUserFromGroup", {
  authorize: onGroup,
  run(tx, { GroupName, UserName }, { account }): Out<"RemoveUserFromGroup"> {
    const group = findGroup(tx, account, GroupName)
    const user = findUser(tx, account, UserName)
    tx.delete(memberships, [account, group.id, user.id])
    return {}
  },
})

export const ListGroupsForUser = op.read("ListGroupsForUser", {
  authorize: onUser,
  run(tx, input, { account }): Out<"ListGroupsForUser"> {
    const all = groupsOf(tx, findUser(tx, account, input.UserName))
    const { items, more } = pageOf(all, ({ name }) => nameKey(name), input)
    return { Groups: items.map(groupMember), ...more }
  },
})
