import { job } from "../../../../kernel/later/later.ts"
import { table } from "../../../../kernel/table.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import type { AwsError } from "../../../../protocols/aws-error.ts"
import type { Bucket } from "../../buckets/bucket.ts"
import { slowDown } from "../../errors.ts"
import { REQUEST_RATES } from "../../limits.ts"

export type RateKind = keyof typeof REQUEST_RATES

/** How many requests of a kind a prefix took in its last second. */
interface Rate {
  readonly bucket: number
  readonly kind: RateKind
  readonly prefix: string
  /** Of cloud time, since the epoch. */
  readonly second: number
  readonly taken: number
}

export const rates = table<Rate>("s3/rate", {
  key: ({ bucket, kind, prefix }) => [bucket, kind, prefix],
  rewritten: true,
})

/** "The complete path in front of the object name": up to the last slash. */
const prefixOf = (key: string): string => key.slice(0, key.lastIndexOf("/") + 1)

const secondOf = (ms: number): number => Math.floor(ms / 1_000)

/**
 * Takes a request to a key from what its prefix may have in this second of cloud time, where the
 * bucket's Region holds to that; otherwise, or where there is some left, undefined.
 */
export function overRate(
  tx: WriteTx,
  { id: bucket, region, zone }: Bucket,
  { kind, key }: { readonly kind: RateKind; readonly key: string },
): AwsError | undefined {
  // Directory buckets have no prefixes that count.
  if (!tx.slowDowns.includes(region) || zone !== undefined) return undefined
  const prefix = prefixOf(key)
  const second = secondOf(tx.now)
  const before = tx.get(rates, [bucket, kind, prefix])
  const taken = before?.second === second ? before.taken : 0
  if (taken >= REQUEST_RATES[kind]) return slowDown()
  if (!before && tx.first(rates, {}) === undefined) scheduleSweep(tx)
  tx.put(rates, { bucket, kind, prefix, second, taken: taken + 1 })
  return undefined
}

const SWEEP_MS = 60_000
/** Rows that one step looks at. */
const STEP = 1_000

const scheduleSweep = (tx: WriteTx): void => void tx.schedule(sweepRates, {}, tx.now + SWEEP_MS)

/** Takes away what was counted in seconds that are over; comes again as long as there is any. */
export const sweepRates = job<{ readonly after?: string | undefined }>("s3/sweepRates", {
  run(tx, { after }) {
    const { rows, next } = tx.scan(rates, { after, limit: STEP })
    const second = secondOf(tx.now)
    for (const row of rows) if (row.second < second) tx.remove(rates, row)
    if (next !== undefined) tx.schedule(sweepRates, { after: next }, tx.now)
    else if (tx.first(rates, {})) scheduleSweep(tx)
  },
})
