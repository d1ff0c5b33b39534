import type { ReadTx } from "../../../kernel/transaction.ts"
import { unmodifiableRole } from "../errors.ts"
import { findRole, type Role } from "./role.ts"

/** The path of roles that belong to a service of AWS. */
export const SERVICE_LINKED = "/aws-service-role/"

/** The role, for operations that change it. Throws NoSuchEntity, UnmodifiableEntity. */
export function changeableRole(tx: ReadTx, account: string, name: string): Role {
  const role = findRole(tx, account, name)
  if (role.path.startsWith(SERVICE_LINKED)) throw unmodifiableRole(role.name)
  return role
}
