import { onRole } from "../access.ts"
import { op, type Out } from "../define.ts"
import { listTags, withoutTags, withTags } from "../tags.ts"
import { findRole, roles } from "./role.ts"

/** Also a service-linked role ("TagRole": "a regular role or a service-linked role"). */
export const TagRole = op.write("TagRole", {
  authorize: onRole,
  run(tx, { RoleName, Tags }, { account }): Out<"TagRole"> {
    const role = findRole(tx, account, RoleName)
    tx.replace(roles, role, { ...role, tags: withTags(role.tags, Tags) })
    return {}
  },
})

export const UntagRole = op.write("UntagRole", {
  authorize: onRole,
  run(tx, { RoleName, TagKeys }, { account }): Out<"UntagRole"> {
    const role = findRole(tx, account, RoleName)
    tx.replace(roles, role, { ...role, tags: withoutTags(role.tags, TagKeys) })
    return {}
  },
})

export const ListRoleTags = op.read("ListRoleTags", {
  authorize: onRole,
  run(tx, input, { account }): Out<"ListRoleTags"> {
    return listTags(findRole(tx, account, input.RoleName).tags, input)
  },
})
