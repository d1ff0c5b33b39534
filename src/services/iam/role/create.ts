import type { WriteTx } from "../../../kernel/transaction.ts"
import { identityExists, quotaExceeded } from "../errors.ts"
import { ROLES } from "../limits.ts"
import { nameKey, seconds, type Named } from "../names.ts"
import { newUniqueId } from "../unique-id.ts"
import { roles, type Role } from "./role.ts"

type NewRole = Named & Omit<Role, keyof Named | "id" | "createdMs">

/** Throws EntityAlreadyExists and LimitExceeded; the documents are the caller's to check. */
export function createRole(tx: WriteTx, role: NewRole): Role {
  if (tx.get(roles, [role.account, nameKey(role.name)])) throw identityExists("role", role.name)
  if (tx.scan(roles, { prefix: [role.account], limit: ROLES }).rows.length >= ROLES)
    throw quotaExceeded("RolesPerAccount", ROLES)
  const made = {
    ...role,
    id: newUniqueId(tx, "AROA", role),
    createdMs: seconds(tx.now),
  }
  tx.insert(roles, made)
  return made
}
