import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keyMissing } from "../errors.ts"
import { namedOrCaller } from "../user/caller.ts"
import { accessKeys, type AccessKey } from "./access-key.ts"

/** Whose key it is. */
export type KeyOwner = Pick<AccessKey, "account" | "userId" | "userName">

/** The named user, or who calls: also the account's root. Throws as `namedOrCaller`. */
export function keyOwner(tx: ReadTx, name: string | undefined, call: Call): KeyOwner {
  const { account } = call
  const user = namedOrCaller(tx, name, call)
  return user === "root"
    ? { account, userId: account, userName: "" }
    : { account, userId: user.id, userName: user.name }
}

/** That user's key of that id. Throws NoSuchEntity. */
export function findKey(
  tx: ReadTx,
  { AccessKeyId, UserName }: { AccessKeyId: string; UserName?: string | undefined },
  call: Call,
): AccessKey {
  const owner = keyOwner(tx, UserName, call)
  const key = tx.get(accessKeys, [AccessKeyId])
  if (key?.account !== owner.account || key.userId !== owner.userId) throw keyMissing(AccessKeyId)
  return key
}
