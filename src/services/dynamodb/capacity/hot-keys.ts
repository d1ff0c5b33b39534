import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Kind, Working } from "./traffic.ts"

/**
 * What one partition serves in a second (docs: "Designing partition keys to distribute your
 * workload"). A key that is used much gets a partition of its own, and may use all of its table's
 * capacity up to this (adaptive capacity): so it is each key that has the limit.
 */
const PARTITION_UNITS: Readonly<Record<Kind, number>> = Object.freeze({
  read: 3_000,
  write: 1_000,
})

/** After a second that one key alone could have overdone, keys are looked at for so long. */
const WATCHED_MS = 60_000

/** Units by key in the present second, of those keys that are used most. */
interface HotKeys {
  readonly id: number
  readonly secondMs: number
  readonly read: Readonly<Record<string, number>>
  readonly write: Readonly<Record<string, number>>
  /** When the last of them came, and what was before that instant. */
  readonly atMs: number
  readonly readBefore: Readonly<Record<string, number>>
  readonly writeBefore: Readonly<Record<string, number>>
}

export const hotKeys = table<HotKeys>("dynamodb/hot-keys", {
  key: ({ id }) => [id],
  rewritten: true,
})

/** More keys than can have a full partition's traffic below a table's quota of 40,000 units. */
const KEYS = 40

/**
 * Whether one key of a table or index has had all that a partition serves in the present second;
 * else its units are counted. Keys are looked at only while the whole is used so much that one of
 * them could have too much, and time goes by.
 */
export function isTooHot(
  tx: WriteTx,
  traffic: Working,
  { kind, key, units }: { readonly kind: Kind; readonly key: string; readonly units: number },
): boolean {
  const { now } = tx
  if (now === traffic.secondMs) return false
  if (traffic.writes > PARTITION_UNITS.write || traffic.reads > PARTITION_UNITS.read)
    traffic.hotUntilMs = now + WATCHED_MS
  if (now >= traffic.hotUntilMs) return false
  const kept = tx.get(hotKeys, [traffic.id])
  const { id, secondMs } = traffic
  const present = kept?.secondMs === secondMs ? atInstant(kept, now) : newSecond(id, secondMs, now)
  const before = kind === "read" ? present.readBefore : present.writeBefore
  if ((before[key] ?? 0) >= PARTITION_UNITS[kind]) return true
  tx.put(hotKeys, { ...present, [kind]: counted(present[kind], key, units) })
  return false
}

const newSecond = (id: number, secondMs: number, atMs: number): HotKeys => ({
  ...{ id, secondMs, atMs, read: {}, write: {}, readBefore: {}, writeBefore: {} },
})

/** What came in one instant counts when it is over. */
const atInstant = (kept: HotKeys, atMs: number): HotKeys =>
  kept.atMs === atMs ? kept : { ...kept, atMs, readBefore: kept.read, writeBefore: kept.write }

/**
 * Misra and Gries's frequent items: a key that is used much is always among the few that are kept,
 * and its count is never too high.
 */
export function counted(
  counts: Readonly<Record<string, number>>,
  key: string,
  units: number,
): Readonly<Record<string, number>> {
  const known = Object.hasOwn(counts, key) ? (counts[key] as number) : undefined
  const names = Object.keys(counts)
  if (known !== undefined || names.length < KEYS) return { ...counts, [key]: (known ?? 0) + units }
  const less = Math.min(units, ...Object.values(counts))
  const left = Object.entries(counts).flatMap(([name, count]): [string, number][] =>
    count > less ? [[name, count - less]] : [],
  )
  return Object.fromEntries(units > less ? [...left, [key, units - less]] : left)
}
