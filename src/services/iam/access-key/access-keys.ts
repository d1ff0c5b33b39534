import { newAccessKeyId, newSecret } from "../../../iam/access-key-id.ts"
import { onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { quotaExceeded, statusAsked } from "../errors.ts"
import { KEYS_PER_USER } from "../limits.ts"
import { keyUses } from "../last-use/use.ts"
import { seconds } from "../names.ts"
import { pageOf } from "../paging.ts"
import { type AccessKey, accessKeys, endedKeys, keysOf } from "./access-key.ts"
import { findKey, keyOwner } from "./owner.ts"

/** The only answer that ever tells the secret. */
export const CreateAccessKey = op.write("CreateAccessKey", {
  authorize: onUser,
  run(tx, { UserName }, call): Out<"CreateAccessKey"> {
    const owner = keyOwner(tx, UserName, call)
    const { account, userId, userName } = owner
    if (keysOf(tx, account, userId).length >= KEYS_PER_USER)
      throw quotaExceeded("AccessKeysPerUser", KEYS_PER_USER)
    const key: AccessKey = {
      ...owner,
      accessKeyId: newAccessKeyId("AKIA", account, tx.random("iam/access-key-id")),
      secret: newSecret(tx.random("iam/secret")),
      status: "Active",
      createdMs: seconds(tx.now),
    }
    tx.insert(accessKeys, key)
    return {
      AccessKey: {
        UserName: userName,
        AccessKeyId: key.accessKeyId,
        Status: key.status,
        SecretAccessKey: key.secret,
        CreateDate: key.createdMs,
      },
    }
  },
})

export const UpdateAccessKey = op.write("UpdateAccessKey", {
  authorize: onUser,
  run(tx, input, call): Out<"UpdateAccessKey"> {
    const key = findKey(tx, input, call)
    const status = statusAsked(input.Status)
    tx.replace(accessKeys, key, { ...key, status, changedMs: seconds(tx.now) })
    return {}
  },
})

export const DeleteAccessKey = op.write("DeleteAccessKey", {
  authorize: onUser,
  run(tx, input, call): Out<"DeleteAccessKey"> {
    const key = findKey(tx, input, call)
    const { accessKeyId, account } = key
    tx.remove(accessKeys, key)
    tx.delete(keyUses, [accessKeyId])
    tx.put(endedKeys, { accessKeyId, account, endedMs: tx.now })
    return {}
  },
})

export const ListAccessKeys = op.read("ListAccessKeys", {
  authorize: onUser,
  run(tx, input, call): Out<"ListAccessKeys"> {
    const { account, userId } = keyOwner(tx, input.UserName, call)
    const all = keysOf(tx, account, userId)
    const { items, more } = pageOf(all, ({ accessKeyId }) => accessKeyId, input)
    return {
      AccessKeyMetadata: items.map((key) => ({
        UserName: key.userName,
        AccessKeyId: key.accessKeyId,
        Status: key.status,
        CreateDate: key.createdMs,
      })),
      ...more,
    }
  },
})
