import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { DAY_MS } from "../limits.ts"
import { namedKeyAccess } from "./access.ts"
import { findNamedKey, foundKey, type ForeignArn, type FoundKey } from "./find.ts"
import { keyArn, type KeyRef } from "./key.ts"

/** When a key was last used with success, and for what. */
export interface LastUsage extends KeyRef {
  readonly operation: string
  readonly atMs: number
  /** Absent where a service used the key for itself. */
  readonly requestId?: string | undefined
}

export const lastUsages = table<LastUsage>("kms/last-usage", {
  key: ({ account, region, id }) => [account, region, id],
  cached: true,
})

export type Usage = Pick<Call, "operation"> & Partial<Pick<Call, "requestId">>

/** A use like the one that is noted is not noted again so soon: most uses write nothing. */
const RECENT_MS = 60_000

/** In the transaction of the use: one that fails was none. */
export function noteUsage(
  tx: WriteTx,
  { account, region, id }: KeyRef,
  { operation, requestId }: Usage,
): void {
  const last = tx.get(lastUsages, [account, region, id])
  if (last?.operation === operation && tx.now - last.atMs < RECENT_MS) return
  tx.put(lastUsages, { account, region, id, operation, requestId, atMs: tx.now })
}

/**
 * `kms:TrailingDaysWithoutKeyUsage`, with which policies keep keys that were used of late. Of a key
 * that was never used the days since it was made: not verified.
 */
export function unusedDays(tx: ReadTx, found: FoundKey | ForeignArn): Record<string, string> {
  if ("foreign" in found) return {}
  const { account, region, id, createdMs } = found.key
  const sinceMs = tx.get(lastUsages, [account, region, id])?.atMs ?? createdMs
  const days = Math.floor((tx.now - sinceMs) / DAY_MS)
  return { "kms:TrailingDaysWithoutKeyUsage": String(days) }
}

export const GetKeyLastUsage = op.read("GetKeyLastUsage", {
  authorize: namedKeyAccess<In<"GetKeyLastUsage">>(),
  run(tx, input, call): Out<"GetKeyLastUsage"> {
    // "Alias names are not supported."
    const { key } = foundKey(findNamedKey(tx, input.KeyId, call))
    const used = tx.get(lastUsages, [key.account, key.region, key.id])
    return {
      KeyId: keyArn(key),
      // Every use of a key is noted since it was made.
      ...{ KeyCreationDate: key.createdMs, TrackingStartDate: key.createdMs },
      ...(used && {
        KeyLastUsage: {
          ...{ Operation: used.operation, Timestamp: used.atMs },
          ...(used.requestId !== undefined && { KmsRequestId: used.requestId }),
        },
      }),
    }
  },
})
