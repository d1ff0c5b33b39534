import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { userNameNeeded } from "../errors.ts"
import { findUser, type User } from "./user.ts"

/**
 * The user that a request names, or else the user who calls; `root` when the account's root
 * names nobody. Throws NoSuchEntity, and ValidationError for a role's session.
 */
export function namedOrCaller(
  tx: ReadTx,
  name: string | undefined,
  { account, principal }: Call,
): User | "root" {
  if (name !== undefined) return findUser(tx, account, name)
  if (principal.type === "user") return findUser(tx, account, principal.userName)
  if (principal.type === "root") return "root"
  throw userNameNeeded()
}
