import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { OnDemandLimits, Table, Throughput, WarmThroughput } from "../tables/table.ts"
import { warmOf } from "../tables/throughput.ts"
import { addMinute } from "./minutes.ts"

export type Kind = "read" | "write"

/** What has capacity of its own: a table or a global index. */
export interface Holder {
  readonly id: number
  readonly throughput: Throughput
  readonly onDemand?: OnDemandLimits | undefined
  readonly warm?: WarmThroughput | undefined
}

export type Mode = Table["billing"]["mode"]

/**
 * What a table or a global index was used lately, in capacity units. A debt is what was taken from
 * a full bucket and has not flowed in again: a new table may use a full burst at once.
 */
export interface Traffic {
  readonly id: number
  /** Of the debts. */
  readonly atMs: number
  readonly readDebt: number
  readonly writeDebt: number
  /** When the second began of which these are. */
  readonly secondMs: number
  readonly reads: number
  readonly writes: number
  /** Of those, what came in the instant `atMs`. */
  readonly instantReads: number
  readonly instantWrites: number
  /** Until then keys are watched: see hot-keys.ts. */
  readonly watchedUntilMs: number
  readonly minuteMs: number
  readonly minuteReads: number
  readonly minuteWrites: number
  /** The most of a second that counts already, and of the half hour since `peakMs`. */
  readonly peakMs: number
  readonly peakReads: number
  readonly peakWrites: number
  readonly nextReads: number
  readonly nextWrites: number
}

/** `Traffic` while it is worked on. */
export type Working = { -readonly [Name in keyof Traffic]: Traffic[Name] }

/** Traffic rewrites these rows, not the row of the table. */
export const traffics = table<Traffic>("dynamodb/traffic", {
  key: ({ id }) => [id],
  rewritten: true,
})

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
/** "Up to 5 minutes (300 seconds) of unused read and write capacity" (docs: "Burst capacity"). */
const BURST_SECONDS = 300
/** Docs: "On-demand capacity mode": twice the previous peak, and more of it within 30 minutes. */
const PEAK_MS = 30 * MINUTE_MS
/** Of one table on demand (docs: "Quotas in Amazon DynamoDB"). */
const TABLE_QUOTA = 40_000

/** The traffic until now, to be worked on and put. */
export function trafficOf(tx: WriteTx, holder: Holder, mode: Mode): Working {
  const { now } = tx
  const kept = tx.get(traffics, [holder.id])
  if (!kept) return newTraffic(holder.id, now)
  const next = copyOf(kept)
  if (now > kept.atMs) {
    flowIn(next, rateOf(holder, mode), now)
    next.instantReads = 0
    next.instantWrites = 0
  }
  if (now - kept.secondMs >= SECOND_MS) endSecond(tx, next, { holder, mode })
  return next
}

/** Written out: on the way of every request a spread costs more. */
const copyOf = (kept: Traffic): Working => ({
  id: kept.id,
  atMs: kept.atMs,
  readDebt: kept.readDebt,
  writeDebt: kept.writeDebt,
  secondMs: kept.secondMs,
  reads: kept.reads,
  writes: kept.writes,
  instantReads: kept.instantReads,
  instantWrites: kept.instantWrites,
  watchedUntilMs: kept.watchedUntilMs,
  minuteMs: kept.minuteMs,
  minuteReads: kept.minuteReads,
  minuteWrites: kept.minuteWrites,
  peakMs: kept.peakMs,
  peakReads: kept.peakReads,
  peakWrites: kept.peakWrites,
  nextReads: kept.nextReads,
  nextWrites: kept.nextWrites,
})

const newTraffic = (id: number, now: number): Working => ({
  ...{ id, atMs: now, readDebt: 0, writeDebt: 0, secondMs: now, reads: 0, writes: 0 },
  ...{ instantReads: 0, instantWrites: 0, watchedUntilMs: 0 },
  ...{ minuteMs: minuteOf(now), minuteReads: 0, minuteWrites: 0 },
  ...{ peakMs: now, peakReads: 0, peakWrites: 0, nextReads: 0, nextWrites: 0 },
})

const minuteOf = (now: number): number => Math.floor(now / MINUTE_MS) * MINUTE_MS

interface Rate {
  readonly read: number
  readonly write: number
}

/** Units per second that a bucket gets; on demand only where it is limited. */
function rateOf({ throughput, onDemand }: Holder, mode: Mode): Rate {
  if (mode === "PROVISIONED") return throughput
  const { read = -1, write = -1 } = onDemand ?? {}
  return { read: Math.max(read, 0), write: Math.max(write, 0) }
}

function flowIn(next: Working, { read, write }: Rate, now: number): void {
  const seconds = (now - next.atMs) / SECOND_MS
  next.readDebt = Math.max(0, next.readDebt - seconds * read)
  next.writeDebt = Math.max(0, next.writeDebt - seconds * write)
  next.atMs = now
}

/** Closes the second, and with it the minute and the half hour if they are over. */
function endSecond(
  tx: WriteTx,
  next: Working,
  { holder, mode }: { readonly holder: Holder; readonly mode: Mode },
): void {
  const { now } = tx
  next.minuteReads += next.reads
  next.minuteWrites += next.writes
  // What came in one instant, of a clock that stands, says nothing of a rate.
  next.nextReads = Math.max(next.nextReads, Math.min(next.reads, mostOf(next, holder, mode).read))
  next.nextWrites = Math.max(
    next.nextWrites,
    Math.min(next.writes, mostOf(next, holder, mode).write),
  )
  next.secondMs = now
  next.reads = 0
  next.writes = 0
  if (now - next.minuteMs >= MINUTE_MS) {
    const { id, minuteMs, minuteReads: reads, minuteWrites: writes } = next
    addMinute(tx, { id, minuteMs, reads, writes })
    next.minuteMs = minuteOf(now)
    next.minuteReads = 0
    next.minuteWrites = 0
  }
  if (now - next.peakMs < PEAK_MS) return
  next.peakReads = Math.max(next.peakReads, next.nextReads)
  next.peakWrites = Math.max(next.peakWrites, next.nextWrites)
  next.peakMs = now
  next.nextReads = 0
  next.nextWrites = 0
}

/** Units per second that a table or index on demand serves at once. */
function mostOf({ peakReads, peakWrites }: Traffic, holder: Holder, mode: Mode): Rate {
  const { read, write } = warmOf(mode, holder.throughput, holder.warm)
  return {
    read: Math.max(read, Math.min(peakReads * 2, TABLE_QUOTA)),
    write: Math.max(write, Math.min(peakWrites * 2, TABLE_QUOTA)),
  }
}

/** AWS's words for why (docs: "ThrottlingReason"), behind `TableRead`, `IndexWrite` … */
export type LimitType =
  | "ProvisionedThroughputExceeded"
  | "MaxOnDemandThroughputExceeded"
  | "AccountLimitExceeded"
  | "KeyRangeThroughputExceeded"

/**
 * The limit that does not let another request in; its size does not matter, what it takes too much is
 * owed. A rate needs time: what comes in one instant counts when it is over.
 */
export function limitReached(
  traffic: Working,
  { holder, mode, kind, now }: { holder: Holder; mode: Mode; kind: Kind; now: number },
): LimitType | undefined {
  const debt = kind === "read" ? traffic.readDebt : traffic.writeDebt
  if (mode === "PROVISIONED")
    return debt < holder.throughput[kind] * BURST_SECONDS
      ? undefined
      : "ProvisionedThroughputExceeded"
  const limit = holder.onDemand?.[kind] ?? -1
  if (limit > 0 && debt >= limit * BURST_SECONDS) return "MaxOnDemandThroughputExceeded"
  if (now === traffic.secondMs) return undefined
  const { reads, writes, instantReads, instantWrites } = traffic
  const used = kind === "read" ? reads - instantReads : writes - instantWrites
  const most = mostOf(traffic, holder, mode)[kind]
  if (used < most) return undefined
  return most < TABLE_QUOTA ? "KeyRangeThroughputExceeded" : "AccountLimitExceeded"
}

/** Takes units; what is more than there is is owed. */
export function takeUnits(
  traffic: Working,
  units: number,
  { kind, owed }: { readonly kind: Kind; readonly owed: boolean },
): void {
  if (kind === "read") {
    traffic.reads += units
    traffic.instantReads += units
    if (owed) traffic.readDebt += units
  } else {
    traffic.writes += units
    traffic.instantWrites += units
    if (owed) traffic.writeDebt += units
  }
}

/** Whether what is used is taken from a bucket. */
export const hasBucket = ({ onDemand }: Holder, mode: Mode, kind: Kind): boolean =>
  mode === "PROVISIONED" || (onDemand?.[kind] ?? -1) > 0

/**
 * To call when the capacity of a table changes: buckets are full again. A table that goes on demand
 * has half of what was provisioned as its peak (docs: "On-demand capacity mode").
 */
export function capacityChanged(tx: WriteTx, before: Table, after: Table): void {
  if (before.throughput !== after.throughput || before.onDemand !== after.onDemand)
    refill(tx, before)
  for (const index of before.globalIndexes) {
    const next = after.globalIndexes.find(({ id }) => id === index.id)
    if (next && (next.throughput !== index.throughput || next.onDemand !== index.onDemand))
      refill(tx, index)
  }
}

function refill(tx: WriteTx, { id, throughput }: Holder): void {
  const kept = tx.get(traffics, [id]) ?? newTraffic(id, tx.now)
  tx.put(traffics, {
    ...kept,
    ...{ atMs: tx.now, readDebt: 0, writeDebt: 0 },
    peakReads: Math.max(kept.peakReads, throughput.read / 2),
    peakWrites: Math.max(kept.peakWrites, throughput.write / 2),
  })
}
