import type { ReadTx, WriteTx } from "./transaction.ts"
import type { Usage } from "./later/later.ts"
import type { UsageEntry } from "./store-transaction.ts"
import { table } from "./table.ts"

const HOUR_MS = 3_600_000

/** Usage by hour of cloud time, as AWS's usage reports count it. */
export const usages = table<Usage>("kernel/usage", {
  key: (usage) => [usage.account, usage.hour, usage.region, usage.usageType, usage.resource ?? ""],
})

/** Adds the usages of one drain to the hours' rows: one write per row, however many calls. */
export function recordUsage(tx: WriteTx, entries: readonly UsageEntry[]): void {
  const hour = Math.floor(tx.now / HOUR_MS) * HOUR_MS
  const sums = new Map<string, UsageEntry>()
  for (const entry of entries) {
    const name = `${entry.account} ${entry.region} ${entry.usageType} ${entry.resource ?? ""}`
    const sum = sums.get(name)
    if (sum) sum.quantity += entry.quantity
    else sums.set(name, { ...entry })
  }
  for (const sum of sums.values()) {
    const key = [sum.account, hour, sum.region, sum.usageType, sum.resource ?? ""]
    const before = tx.get(usages, key)?.quantity ?? 0
    tx.put(usages, { ...sum, hour, quantity: before + sum.quantity })
  }
}

/** An account's usages from one hour to another, oldest first. */
export function usageOf(
  tx: ReadTx,
  account: string,
  range: { from: number; to: number; limit: number },
): readonly Usage[] {
  return tx.scan(usages, {
    prefix: [account],
    from: [Math.floor(range.from / HOUR_MS) * HOUR_MS],
    to: [range.to],
    limit: range.limit,
  }).rows
}
