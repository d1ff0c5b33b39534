import { onGroup } from "../access.ts"
import { op, type Out } from "../define.ts"
import { deleteConflict, identityExists } from "../errors.ts"
import { renaming, onPath } from "../grant.ts"
import { nameKey, seconds } from "../names.ts"
import { pageByName, pageOf, underPath } from "../paging.ts"
import { attachedTo } from "../policy/attachment.ts"
import { inlineOf } from "../policy/inline.ts"
import { assertRoom, QUOTAS } from "../account/quotas.ts"
import { newUniqueId } from "../principals/unique-id.ts"
import { listedUser } from "../user/answer.ts"
import { findGroup, groupArn, groupMember, groups } from "./group.ts"
import { hasMembers, usersOf } from "./membership.ts"

export const CreateGroup = op.write("CreateGroup", {
  authorize: onGroup,
  run(tx, input, { account, partition }): Out<"CreateGroup"> {
    const { GroupName: name, Path: path = "/" } = input
    if (tx.get(groups, [account, nameKey(name)])) throw identityExists("group", name)
    assertRoom(tx, groups, { account, of: QUOTAS.groups })
    const group = {
      ...{ account, partition, name, path },
      id: newUniqueId(tx, "AGPA", { account }),
      createdMs: seconds(tx.now),
    }
    tx.insert(groups, group)
    return { Group: groupMember(group) }
  },
})

export const GetGroup = op.read("GetGroup", {
  authorize: onGroup,
  run(tx, input, { account }): Out<"GetGroup"> {
    const group = findGroup(tx, account, input.GroupName)
    const { items, more } = pageOf(usersOf(tx, group), ({ name }) => nameKey(name), input)
    return { Group: groupMember(group), Users: items.map(listedUser), ...more }
  },
})

export const ListGroups = op.read("ListGroups", {
  authorize: onPath("group"),
  run(tx, input, { account }): Out<"ListGroups"> {
    const { items, more } = pageByName(tx, groups, {
      account,
      request: input,
      matches: underPath(input.PathPrefix),
    })
    return { Groups: items.map(groupMember), ...more }
  },
})

export const UpdateGroup = op.write("UpdateGroup", {
  authorize(tx, input, call) {
    const asked = onGroup(tx, input, call)
    const group = tx.get(groups, [call.account, nameKey(input.GroupName)])
    const { NewGroupName: name = group?.name, NewPath: path = group?.path } = input
    if (!group || name === undefined || path === undefined) return asked
    return renaming(asked, groupArn({ ...group, name, path }))
  },
  run(tx, input, { account }): Out<"UpdateGroup"> {
    const group = findGroup(tx, account, input.GroupName)
    const { NewGroupName: name = group.name, NewPath: path = group.path } = input
    const other = tx.get(groups, [account, nameKey(name)])
    if (other && other.id !== group.id) throw identityExists("group", name)
    tx.remove(groups, group)
    tx.put(groups, { ...group, name, path })
    return {}
  },
})

const left = (what: string): Error => deleteConflict(`Cannot delete entity, ${what}`)

export const DeleteGroup = op.write("DeleteGroup", {
  authorize: onGroup,
  run(tx, { GroupName }, { account }): Out<"DeleteGroup"> {
    const group = findGroup(tx, account, GroupName)
    if (hasMembers(tx, group)) throw left("must remove users from group first.")
    if (attachedTo(tx, group).length > 0) throw left("must detach all policies first.")
    if (inlineOf(tx, group).length > 0) throw left("must delete policies first.")
    tx.remove(groups, group)
    return {}
  },
})
