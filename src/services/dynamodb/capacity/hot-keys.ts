import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { KeyCounts, type StoredCounts } from "./key-counts.ts"
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

const VERSION = "1"

/** Units by key in the present second. */
interface HotKeys {
  readonly id: number
  readonly secondMs: number
  readonly read: KeyCounts
  readonly write: KeyCounts
}

export const hotKeys = table<HotKeys>("dynamodb/hot-keys", {
  key: ({ id }) => [id],
  rewritten: true,
  encode: ({ id, secondMs, read, write }) =>
    `${VERSION}${JSON.stringify({ id, secondMs, read: read.stored(), write: write.stored() })}`,
  decode(value) {
    const { id, secondMs, read, write } = JSON.parse((value as string).slice(1)) as Stored
    return { id, secondMs, read: KeyCounts.of(read), write: KeyCounts.of(write) }
  },
})

interface Stored {
  readonly id: number
  readonly secondMs: number
  readonly read: StoredCounts
  readonly write: StoredCounts
}

const newSecond = () => ({ read: KeyCounts.of(), write: KeyCounts.of() })

/**
 * Whether keys are watched now. The watch begins, or goes on, when the whole is used so much that one
 * of them could have too much; none is kept in the instant in which a second begins.
 */
export function keepWatch(traffic: Working, now: number): boolean {
  if (now === traffic.secondMs) return false
  if (traffic.writes > PARTITION_UNITS.write || traffic.reads > PARTITION_UNITS.read)
    traffic.watchedUntilMs = now + WATCHED_MS
  return now < traffic.watchedUntilMs
}

/**
 * Counts the units of a key of a table or index that is watched. False, and nothing counted, where the
 * key has had all that a partition serves in the present second.
 */
export function takeFromPartition(
  tx: WriteTx,
  { id, secondMs }: Pick<Working, "id" | "secondMs">,
  { kind, key, units }: { readonly kind: Kind; readonly key: string; readonly units: number },
): boolean {
  const { now } = tx
  const kept = tx.get(hotKeys, [id])
  let { read, write } = kept?.secondMs === secondMs ? kept : newSecond()
  const counts = kind === "read" ? read : write
  if (counts.before(key, now) >= PARTITION_UNITS[kind]) return false
  const next = counts.with(key, units, now)
  if (kind === "read") read = next
  else write = next
  tx.put(hotKeys, { id, secondMs, read, write })
  return true
}
