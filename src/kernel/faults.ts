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

/** At most all Regions and all their AZs. */
const FAULTS = 1_000

export function readFaults(tx: ReadTx): readonly Place[] {
  return tx
    .scan(faultRows, { limit: FAULTS })
    .rows.map(({ region, az }) => (az === undefined ? { region } : { region, az }))
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
