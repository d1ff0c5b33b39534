import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"

/** The last use of an access key that is kept. */
export interface KeyUse {
  readonly accessKeyId: string
  readonly usedMs: number
  /** The service's namespace, `sqs`. */
  readonly service: string
  readonly region: string
}

/** The last call of a user or role to one service; with an action, to that action of it. */
export interface EntityUse {
  readonly account: string
  /** `AIDA…` or `AROA…`; of root the account's number. */
  readonly entityId: string
  readonly service: string
  /** Empty: of the service as a whole. */
  readonly action: string
  readonly usedMs: number
  readonly region: string
}

/** The last call of a role to any service. */
export interface RoleUse {
  readonly account: string
  readonly roleId: string
  readonly usedMs: number
  readonly region: string
}

export const keyUses = table<KeyUse>("iam/key-use", { key: (use) => [use.accessKeyId] })

export const entityUses = table<EntityUse>("iam/entity-use", {
  key: (use) => [use.account, use.entityId, use.service, use.action],
})

export const roleUses = table<RoleUse>("iam/role-use", {
  key: (use) => [use.account, use.roleId],
})

export const lastUseTables = [keyUses, entityUses, roleUses]

/**
 * "When an access key is used more than once in a 15-minute span, only the first use is recorded"
 * ("Generate credential reports for your AWS account"). That the span begins with the use that was
 * recorded, and that it is the same for roles and services, is not verified.
 */
export const SPAN_MS = 15 * 60_000

/** "The tracking period is the last 400 days" ("Refine permissions … last accessed information"). */
export const TRACKED_MS = 400 * 24 * 3_600_000

/** AWS has fewer actions in all. */
const MOST_USES = 25_000

/** More than all users and roles of an account use together. */
const ACCOUNT_USES = 1_000_000

/** All that a user or role has used, by service, services themselves before their actions. */
export const usesOf = (tx: ReadTx, account: string, entityId: string): readonly EntityUse[] =>
  tx.scan(entityUses, { prefix: [account, entityId], limit: MOST_USES }).rows

/** An answer's RoleLastUsed: recorded, a role never used has an empty one. */
export function roleLastUsed(
  tx: ReadTx,
  { account, id }: { readonly account: string; readonly id: string },
): { readonly LastUsedDate?: number; readonly Region?: string } {
  const use = tx.get(roleUses, [account, id])
  return use && tx.now - use.usedMs < TRACKED_MS
    ? { LastUsedDate: use.usedMs, Region: use.region }
    : {}
}

/** What is known of a user or role goes with it. */
export function forgetUses(
  tx: WriteTx,
  { account, id }: { readonly account: string; readonly id: string },
): void {
  for (const use of usesOf(tx, account, id)) tx.remove(entityUses, use)
  tx.delete(roleUses, [account, id])
}

/** The last use of each service in an account, by its root and any of its users and roles, since `sinceMs`. */
export function latestUses(
  tx: ReadTx,
  account: string,
  sinceMs: number,
): readonly Pick<EntityUse, "service" | "usedMs" | "region">[] {
  const last = new Map<string, EntityUse>()
  for (const use of tx.scan(entityUses, { prefix: [account], limit: ACCOUNT_USES }).rows) {
    if (use.action !== "" || use.usedMs < sinceMs) continue
    if ((last.get(use.service)?.usedMs ?? -1) < use.usedMs) last.set(use.service, use)
  }
  return [...last.values()]
}
