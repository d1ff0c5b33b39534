import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"

/** A key that lasts, of a user or of the account's root. */
export interface AccessKey {
  readonly account: string
  /** `AKIA…`. */
  readonly accessKeyId: string
  readonly secret: string
  /** `AIDA…`; the account's number for a key of its root. */
  readonly userId: string
  /** As it is now: renaming a user writes its keys. Empty for root. */
  readonly userName: string
  readonly status: "Active" | "Inactive"
  readonly createdMs: number
  /** When the status was set, if it ever was. */
  readonly changedMs?: number
}

export const accessKeys = table<AccessKey>("iam/access-key", {
  key: (key) => [key.accessKeyId],
  indexes: { byUser: (key) => [key.account, key.userId, key.createdMs] },
  cached: true,
})

/** A key that was deleted: whoever still signs with it hears what AWS says, not that it is foreign. */
export interface EndedKey {
  readonly account: string
  readonly accessKeyId: string
  readonly endedMs: number
}

export const endedKeys = table<EndedKey>("iam/ended-key", { key: (key) => [key.accessKeyId] })

/** Above the quota, which may have been raised. */
const MOST_KEYS = 100

/** Oldest first. */
export const keysOf = (tx: ReadTx, account: string, userId: string): readonly AccessKey[] =>
  tx.scan(accessKeys, { index: "byUser", prefix: [account, userId], limit: MOST_KEYS }).rows
