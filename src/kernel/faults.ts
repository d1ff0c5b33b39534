import { isRegion, type Place } from "./places.ts"
import { table } from "./table.ts"
import type { ReadTx, WriteTx } from "./transaction.ts"

interface FaultRow {
  readonly region: string
  readonly az?: string
  readonly since: number
}

/** Places that are down, by Region and AZ id. Rows: a restart does not heal. */
export const faultRows = table<FaultRow>("kernel/fault", {
  key: (fault) => [fault.region, fault.az ?? ""],
})

/**
 * That what was written in a Region is seen late by reads that need not see the latest, and told
 * late by events that may take their time.
 */
export interface Lag {
  readonly region: string
  readonly ms: number
}

export const lagRows = table<Lag>("kernel/lag", { key: ({ region }) => [region] })

/**
 * That what a service of a Region promises to deliver at least once comes again, and out of order:
 * now and then on AWS, here in a share of the deliveries.
 */
export interface Redelivery {
  readonly region: string
  /** Above 0, at most 1. */
  readonly share: number
}

export const redeliveryRows = table<Redelivery>("kernel/redelivery", {
  key: ({ region }) => [region],
})

/** That services of a Region take no more requests than AWS promises to, instead of all they can. */
interface SlowDown {
  readonly region: string
}

export const slowDownRows = table<SlowDown>("kernel/slow-down", { key: ({ region }) => [region] })

/** At most all Regions and all their AZs. */
const FAULTS = 1_000

export function readFaults(tx: ReadTx): readonly Place[] {
  return tx
    .scan(faultRows, { limit: FAULTS })
    .rows.map(({ region, az }) => (az === undefined ? { region } : { region, az }))
}

export const readLags = (tx: ReadTx): readonly Lag[] => tx.scan(lagRows, { limit: FAULTS }).rows

export const readRedeliveries = (tx: ReadTx): readonly Redelivery[] =>
  tx.scan(redeliveryRows, { limit: FAULTS }).rows

export const readSlowDowns = (tx: ReadTx): readonly string[] =>
  tx.scan(slowDownRows, { limit: FAULTS }).rows.map(({ region }) => region)

/** What goes on in a Region that is up. */
export type Disturbance =
  | { readonly lag: Lag }
  | { readonly redelivery: Redelivery }
  | { readonly slowDown: SlowDown & { readonly on: boolean } }

/** Begins or ends it. Throws RangeError. */
export function disturb(tx: WriteTx, what: Disturbance): void {
  if ("lag" in what) setLag(tx, what.lag)
  else if ("redelivery" in what) setRedelivery(tx, what.redelivery)
  else setSlowDown(tx, what.slowDown)
}

/** As long as AWS's own storage may take at its worst, and then some. */
const MOST_LAG_MS = 3_600_000

/** Lets a Region lag behind; 0 ends it. Throws RangeError. */
function setLag(tx: WriteTx, { region, ms }: Lag): void {
  if (!isRegion(region)) throw new RangeError(`there is no Region ${region}`)
  if (!(ms >= 0 && ms <= MOST_LAG_MS)) throw new RangeError("a lag is of an hour at most")
  if (ms === 0) tx.delete(lagRows, [region])
  else tx.put(lagRows, { region, ms })
}

/** Lets deliveries of a Region come again; a share of 0 ends it. Throws RangeError. */
function setRedelivery(tx: WriteTx, { region, share }: Redelivery): void {
  if (!isRegion(region)) throw new RangeError(`there is no Region ${region}`)
  if (!(share >= 0 && share <= 1)) throw new RangeError("a share is from 0 to 1")
  if (share === 0) tx.delete(redeliveryRows, [region])
  else tx.put(redeliveryRows, { region, share })
}

/** Lets services of a Region refuse what is above their rates. Throws RangeError. */
function setSlowDown(tx: WriteTx, { region, on }: SlowDown & { readonly on: boolean }): void {
  if (!isRegion(region)) throw new RangeError(`there is no Region ${region}`)
  if (on) tx.put(slowDownRows, { region })
  else tx.delete(slowDownRows, [region])
}

export const isRedelivering = ({ redeliveries }: ReadTx, region: string): boolean =>
  redeliveries.some((one) => one.region === region)

/** By how much a Region lags behind, milliseconds: mostly nothing. */
export function lagOf({ lags }: ReadTx, region: string): number {
  if (lags.length === 0) return 0
  return lags.find((lag) => lag.region === region)?.ms ?? 0
}

const STREAM = "kernel/redelivery"
const FINE = 1_000_000

/** Whether this delivery of a Region is one that comes again. */
export function comesAgain(tx: WriteTx, region: string): boolean {
  if (tx.redeliveries.length === 0) return false
  const share = tx.redeliveries.find((one) => one.region === region)?.share ?? 0
  return share > 0 && tx.random(STREAM).integer(FINE) < share * FINE
}

/** The same in another order, by chance. */
export function outOfOrder<Item>(tx: WriteTx, items: readonly Item[]): readonly Item[] {
  const random = tx.random(STREAM)
  const ordered = items.map((item) => ({ item, at: random.integer(FINE) }))
  return ordered.sort((a, b) => a.at - b.at).map(({ item }) => item)
}

/** Takes a Region or one of its AZs (by AZ id) down. */
export function failPlace(tx: WriteTx, place: Place): void {
  if (!isRegion(place.region)) throw new RangeError(`there is no Region ${place.region}`)
  tx.put(faultRows, { ...place, since: tx.now })
}

/** Brings a place back; a Region brings all its AZs back. */
export function healPlace(tx: WriteTx, place: Place): void {
  if (place.az !== undefined) tx.delete(faultRows, [place.region, place.az])
  else
    for (const row of tx.scan(faultRows, { prefix: [place.region], limit: FAULTS }).rows)
      tx.remove(faultRows, row)
}
