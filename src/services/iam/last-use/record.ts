import type { Principal } from "../../../iam/principal.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { accessKeys } from "../access-key/access-key.ts"
import { seconds } from "../names.ts"
import { roleOfId } from "../role/role.ts"
import { userOfId } from "../user/user.ts"
import { entityUses, keyUses, roleUses, SPAN_MS } from "./use.ts"

/** One call of somebody whose uses are kept. */
export interface Use {
  readonly principal: Principal
  /** `sqs`, and `SendMessage`. */
  readonly service: string
  readonly action: string
  readonly region: string
}

/** Whose call it was, as uses are kept; undefined for those of whom none are kept. */
export function userOf(principal: Principal): string | undefined {
  switch (principal.type) {
    case "user":
      return principal.accessKeyId
    case "assumed-role":
      return principal.roleId
    case "root":
      // A dummy key is nobody's: only keys that were made here have a use.
      return principal.accessKeyId.startsWith("AKIA") ? principal.accessKeyId : undefined
    default:
      return undefined
  }
}

/**
 * Keeps a call in what is known of its key, its role, its service and its action, where nothing
 * fresh is. Returns until when a call like this one would change nothing, in cloud time.
 */
export function recordUse(tx: WriteTx, use: Use): number {
  const { principal, service, region } = use
  const usedMs = seconds(tx.now)
  let freshUntil = usedMs + SPAN_MS
  const stale = (old: { readonly usedMs: number } | undefined): boolean => {
    if (old === undefined || tx.now >= old.usedMs + SPAN_MS) return true
    freshUntil = Math.min(freshUntil, old.usedMs + SPAN_MS)
    return false
  }
  if ("accessKeyId" in principal && tx.get(accessKeys, [principal.accessKeyId])) {
    const { accessKeyId } = principal
    if (stale(tx.get(keyUses, [accessKeyId])))
      tx.put(keyUses, { accessKeyId, usedMs, service, region })
  }
  const { account } = principal
  const entityId = entityOf(tx, principal)
  if (entityId === undefined) return freshUntil
  if (principal.type === "assumed-role" && stale(tx.get(roleUses, [account, entityId])))
    tx.put(roleUses, { account, roleId: entityId, usedMs, region })
  for (const action of ["", use.action])
    if (stale(tx.get(entityUses, [account, entityId, service, action])))
      tx.put(entityUses, { account, entityId, service, action, usedMs, region })
  return freshUntil
}

/** The id of the user or role, as long as it is there; of root, as with its keys, the account's. */
function entityOf(tx: WriteTx, principal: Principal): string | undefined {
  if (principal.type === "root") return principal.account
  if (principal.type === "user") return userOfId(tx, principal.account, principal.userId)?.id
  if (principal.type === "assumed-role")
    return roleOfId(tx, principal.account, principal.roleId)?.id
  return undefined
}
