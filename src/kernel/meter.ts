import type { ReadTx } from "./transaction.ts"
import type { Usage } from "./later/later.ts"
import type { StoreTransaction, UsageEntry } from "./store/store-transaction.ts"
import { hashed, KeyMap, type HashedKey } from "./store/key-map.ts"
import { encodeRow, primaryKey, table } from "./table.ts"

const HOUR_MS = 3_600_000

/** Usage by hour of cloud time, as AWS's usage reports count it. */
export const usages = table<Usage>("kernel/usage", {
  key: (usage) => [usage.account, usage.hour, usage.region, usage.usageType, usage.resource ?? ""],
})

/** More than people look at in an hour; then it is read again. */
const COUNTERS = 10_000

/** One row of the present hour: its key, and its text but for the quantity at its end. */
interface Counter {
  readonly at: HashedKey
  readonly text: string
  /** What the row will say after this drain. */
  quantity: number
  changed: boolean
}

/**
 * Counts usages in the commits of those who caused them. Nobody else writes these rows: what they
 * say is known without reading them each time.
 */
export class Meter {
  #hour = Number.NaN
  readonly #counters = new KeyMap<Counter>()

  /** Adds the usages of one drain to the hour's rows: one write per row, however many calls. */
  record(tx: StoreTransaction, entries: readonly UsageEntry[]): void {
    const hour = Math.floor(tx.now / HOUR_MS) * HOUR_MS
    if (hour !== this.#hour || this.#counters.size > COUNTERS) this.forget()
    this.#hour = hour
    const changed: Counter[] = []
    let last: UsageEntry | undefined
    let counter: Counter | undefined
    let lastButOne: UsageEntry | undefined
    let other: Counter | undefined
    for (const entry of entries) {
      // One operation after another on the same resource counts the same one or two things: to
      // compare costs less than to look up.
      if (!counter || !last || !isSame(last, entry)) {
        const known = other && lastButOne && isSame(lastButOne, entry) ? other : undefined
        lastButOne = last
        other = counter
        counter = known ?? this.#counterOf(tx, entry)
      }
      last = entry
      counter.quantity += entry.quantity
      if (counter.changed) continue
      counter.changed = true
      changed.push(counter)
    }
    for (const counter of changed) {
      tx.putValue(counter.at, `${counter.text}${counter.quantity}}`)
      counter.changed = false
    }
  }

  /** What was recorded was not committed, or is no longer of use: the rows are read anew. */
  forget(): void {
    this.#counters.clear()
  }

  #counterOf(tx: ReadTx, { usageType, of: { account, region, resource } }: UsageEntry): Counter {
    const name = `${resource ?? ""} ${usageType} ${account} ${region}`
    const known = this.#counters.get(name)
    if (known) return known
    const hour = this.#hour
    const usage = { usageType, account, region, ...(resource !== undefined && { resource }), hour }
    const key = usages.spec.key({ ...usage, quantity: 0 })
    const counter = {
      at: hashed(primaryKey(usages, key)),
      text: (encodeRow(usages, { ...usage, quantity: 0 }) as string).slice(0, -"0}".length),
      quantity: tx.get(usages, key)?.quantity ?? 0,
      changed: false,
    }
    this.#counters.set(name, counter)
    return counter
  }
}

const isSame = (a: UsageEntry, b: UsageEntry): boolean =>
  a.usageType === b.usageType &&
  a.of.resource === b.of.resource &&
  a.of.account === b.of.account &&
  a.of.region === b.of.region

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
