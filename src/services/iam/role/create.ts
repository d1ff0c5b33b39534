import type { WriteTx } from "../../../kernel/transaction.ts"
import { identityExists } from "../errors.ts"
import { nameKey, seconds, type Named } from "../names.ts"
import { assertRoom, QUOTAS } from "../account/quotas.ts"
import { newUniqueId } from "../principals/unique-id.ts"
import { roles, type Role } from "./role.ts"

type NewRole = Named & Omit<Role, keyof Named | "id" | "createdMs">

/** Throws EntityAlreadyExists and LimitExceeded; the documents are the caller's to check. */
export function createRole(tx: WriteTx, role: NewRole): Role {
  if (tx.get(roles, [role.account, nameKey(role.name)])) throw identityExists("role", role.name)
  assertRoom(tx, roles, { account: role.account, of: QUOTAS.roles })
  const made = {
    ...role,
    id: newUniqueId(tx, "AROA", role),
    createdMs: seconds(tx.now),
  }
  tx.insert(roles, made)
  return made
}
