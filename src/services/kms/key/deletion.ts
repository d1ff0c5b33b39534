import { job } from "../../../kernel/later/later.ts"
import type { Table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { aliases } from "../alias/alias.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid } from "../errors.ts"
import { grants } from "../grant/grant.ts"
import { removeFromStore } from "../key-store/vault.ts"
import { DAY_MS, DELETION_DAYS } from "../limits.ts"
import { materials, materialsOf } from "../material/material.ts"
import { relatedKeys } from "../multi-region/related.ts"
import { namedKeyAccess } from "./access.ts"
import { count, counts, inRegion } from "./counts.ts"
import { lastUsages, unusedDays } from "./last-usage.ts"
import { keyArn, keys, refOf, type Key, type KeyRef } from "./key.ts"
import { changeKey, keyToChange } from "./manage.ts"
import { keyState, MANAGEABLE } from "./state.ts"

/** One step has this many rows at most. */
const STEP_ROWS = 200

/**
 * Deletes a key when its time has come: first what hangs on it, a bounded part at a time. It cannot
 * be used meanwhile, so nobody sees how far it has come.
 */
export const deleteKey = job<KeyRef>("kms/deleteKey", {
  run(tx, ref) {
    const key = tx.get(keys, [ref.account, ref.region, ref.id])
    if (key?.deletion?.atMs === undefined || key.deletion.atMs > tx.now) return
    if (deletePart(tx, key)) {
      tx.schedule(deleteKey, refOf(key), tx.now)
      return
    }
    for (const { expiry, inCluster } of materialsOf(tx, key)) {
      if (expiry) tx.cancel(expiry)
      if (inCluster) removeFromStore(tx, key, inCluster)
    }
    removeAll(tx, materials, key)
    if (key.rotation) tx.cancel(key.rotation.timer)
    tx.remove(keys, key)
    tx.delete(lastUsages, [key.account, key.region, key.id])
    tx.delete(counts, [key.account, key.region, key.id])
    count(tx, inRegion(key), { keys: -1 })
    if (key.primaryRegion !== undefined) startPrimary(tx, key)
  },
})

/** Grants and aliases: whether there was something to delete. */
function deletePart(tx: WriteTx, { account, region, id }: Key): boolean {
  const prefix = [account, region, id]
  const granted = tx.scan(grants, { prefix, limit: STEP_ROWS }).rows
  for (const grant of granted) tx.remove(grants, grant)
  if (granted.length > 0) return true
  const named = tx.scan(aliases, { index: "byKey", prefix, limit: STEP_ROWS }).rows
  for (const alias of named) tx.remove(aliases, alias)
  return named.length > 0
}

function removeAll<Row extends object>(tx: WriteTx, table: Table<Row>, key: Key): void {
  const prefix = [key.account, key.region, key.id]
  for (;;) {
    const { rows } = tx.scan(table, { prefix, limit: STEP_ROWS })
    if (rows.length === 0) return
    for (const row of rows) tx.remove(table, row)
  }
}

/** "When the last of its replicas keys is deleted … the waiting period of the primary begins". */
function startPrimary(tx: WriteTx, gone: Key): void {
  const left = relatedKeys(tx, gone)
  const [primary] = left
  if (left.length !== 1 || !primary?.deletion || primary.deletion.atMs !== undefined) return
  changeKey(tx, primary, { deletion: plannedDeletion(tx, primary, primary.deletion.days) })
}

function plannedDeletion(tx: WriteTx, key: Key, days: number) {
  const atMs = tx.now + days * DAY_MS
  return { days, atMs, timer: tx.schedule(deleteKey, refOf(key), atMs) }
}

export const ScheduleKeyDeletion = op.write("ScheduleKeyDeletion", {
  authorize: namedKeyAccess<In<"ScheduleKeyDeletion">>(
    ({ PendingWindowInDays: days }, found, tx) => ({
      "kms:ScheduleKeyDeletionPendingWindowInDays": String(days ?? DELETION_DAYS.default),
      ...unusedDays(tx, found),
    }),
  ),
  run(tx, input, call): Out<"ScheduleKeyDeletion"> {
    const days = input.PendingWindowInDays ?? DELETION_DAYS.default
    // As users quote it: the model would let 1 to 365 pass.
    if (days < DELETION_DAYS.least || days > DELETION_DAYS.most)
      throw invalid(
        `PendingWindowInDays must be between ${DELETION_DAYS.least} and ${DELETION_DAYS.most}.`,
      )
    const key = keyToChange(tx, input, { call, states: MANAGEABLE })
    const isPrimary = key.primaryRegion === key.region
    const waits = isPrimary && relatedKeys(tx, key).length > 1
    const deletion = waits ? { days } : plannedDeletion(tx, key, days)
    const changed = changeKey(tx, key, { deletion })
    return {
      ...{ KeyId: keyArn(key), KeyState: keyState(tx, changed), PendingWindowInDays: days },
      ...("atMs" in deletion && { DeletionDate: deletion.atMs }),
    }
  },
})

export const CancelKeyDeletion = op.write("CancelKeyDeletion", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"CancelKeyDeletion"> {
    const states = ["PendingDeletion", "PendingReplicaDeletion"] as const
    const key = keyToChange(tx, input, { call, states })
    if (key.deletion?.timer) tx.cancel(key.deletion.timer)
    // "If this operation succeeds, the key state of the KMS key is Disabled."
    changeKey(tx, key, { deletion: undefined, enabled: false })
    return { KeyId: keyArn(key) }
  },
})
