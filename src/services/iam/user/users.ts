import { principalArn } from "../../../iam/principal.ts"
import type { Call } from "../../../registry/call.ts"
import { accessKeys, keysOf } from "../access-key/access-key.ts"
import { onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { identityExists } from "../errors.ts"
import { onPath, renaming, withTagging } from "../grant.ts"
import { forgetUses } from "../last-use/use.ts"
import { nameKey, seconds } from "../names.ts"
import { pageByName, underPath } from "../paging.ts"
import { assertBoundary } from "../policy/boundary.ts"
import { assertRoom, QUOTAS } from "../account/quotas.ts"
import { settleTrusts } from "../role/trusting.ts"
import { withTags } from "../tags.ts"
import { newUniqueId } from "../principals/unique-id.ts"
import { listedUser, userMember } from "./answer.ts"
import { namedOrCaller } from "./caller.ts"
import { assertNothingLeft } from "./conflicts.ts"
import { findUser, userArn, users } from "./user.ts"

export const CreateUser = op.write("CreateUser", {
  authorize: withTagging("TagUser", onUser),
  run(tx, input, call): Out<"CreateUser"> {
    const { UserName: name, Path: path = "/", PermissionsBoundary: boundary } = input
    const { account, partition } = call
    if (tx.get(users, [account, nameKey(name)])) throw identityExists("user", name)
    assertRoom(tx, users, { account, of: QUOTAS.users })
    assertBoundary(tx, account, boundary)
    const user = {
      ...{ account, partition, name, path, boundary },
      id: newUniqueId(tx, "AIDA", { account }),
      createdMs: seconds(tx.now),
      tags: withTags([], input.Tags),
    }
    tx.insert(users, user)
    return { User: userMember(user) }
  },
})

export const GetUser = op.read("GetUser", {
  authorize: onUser,
  run(tx, { UserName }, call): Out<"GetUser"> {
    const user = namedOrCaller(tx, UserName, call)
    return { User: user === "root" ? rootMember(call) : userMember(user) }
  },
})

/** Root has no name and no path. The cloud does not know when an account was made. */
const rootMember = ({ principal, account, partition }: Call) =>
  ({
    UserId: account,
    Arn: principalArn(principal, partition),
    CreateDate: 0,
  }) as Required<Out<"GetUser">>["User"]

export const ListUsers = op.read("ListUsers", {
  authorize: onPath("user"),
  run(tx, input, { account }): Out<"ListUsers"> {
    const { items, more } = pageByName(tx, users, {
      account,
      request: input,
      matches: underPath(input.PathPrefix),
    })
    return { Users: items.map(listedUser), ...more }
  },
})

export const UpdateUser = op.write("UpdateUser", {
  authorize(tx, input, call) {
    const asked = onUser(tx, input, call)
    const user = tx.get(users, [call.account, nameKey(input.UserName)])
    const { NewUserName: name = user?.name, NewPath: path = user?.path } = input
    if (!user || name === undefined || path === undefined) return asked
    return renaming(asked, userArn({ ...user, name, path }))
  },
  run(tx, input, { account }): Out<"UpdateUser"> {
    const user = findUser(tx, account, input.UserName)
    const { NewUserName: name = user.name, NewPath: path = user.path } = input
    const other = tx.get(users, [account, nameKey(name)])
    if (other && other.id !== user.id) throw identityExists("user", name)
    tx.remove(users, user)
    const renamed = { ...user, name, path }
    tx.put(users, renamed)
    settleTrusts(tx, userArn(user), user.id)
    for (const key of keysOf(tx, account, user.id))
      tx.replace(accessKeys, key, { ...key, userName: name })
    return {}
  },
})

export const DeleteUser = op.write("DeleteUser", {
  authorize: onUser,
  run(tx, { UserName }, { account }): Out<"DeleteUser"> {
    const user = findUser(tx, account, UserName)
    assertNothingLeft(tx, user)
    forgetUses(tx, user)
    tx.remove(users, user)
    settleTrusts(tx, userArn(user), user.id)
    return {}
  },
})
