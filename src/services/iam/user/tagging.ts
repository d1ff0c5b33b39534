import { onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { listTags, withoutTags, withTags } from "../tags.ts"
import { findUser, users } from "./user.ts"

export const TagUser = op.write("TagUser", {
  authorize: onUser,
  run(tx, { UserName, Tags }, { account }): Out<"TagUser"> {
    const user = findUser(tx, account, UserName)
    tx.replace(users, user, { ...user, tags: withTags(user.tags, Tags) })
    return {}
  },
})

export const UntagUser = op.write("UntagUser", {
  authorize: onUser,
  run(tx, { UserName, TagKeys }, { account }): Out<"UntagUser"> {
    const user = findUser(tx, account, UserName)
    tx.replace(users, user, { ...user, tags: withoutTags(user.tags, TagKeys) })
    return {}
  },
})

export const ListUserTags = op.read("ListUserTags", {
  authorize: onUser,
  run(tx, input, { account }): Out<"ListUserTags"> {
    return listTags(findUser(tx, account, input.UserName).tags, input)
  },
})
