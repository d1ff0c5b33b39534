import type { ActionContext } from "../../../kernel/action.ts"
import { prefixesOf, toldAt, type Dashboard } from "./dashboard.ts"
import { OBJECT_SIZES, STORAGE_METRICS } from "../../s3/port.ts"
import { plus, tallies, type Tally } from "./tally.ts"

/** Tallies of one page. */
const STRIDE = 500

/** Adds to the total of a place: what has no bucket or no account is that of all of them. */
export function sumUp(totals: Map<string, Tally>, tally: Tally): void {
  const { account, region, bucket, group, storageClass, metrics } = tally
  const place = JSON.stringify([account, region, bucket, group, storageClass])
  const before = totals.get(place)?.metrics ?? {}
  totals.set(place, { ...tally, metrics: plus(before, metrics) })
}

/** A tally as it is told of its bucket, or adds to its account. */
export function toldTally(dashboard: Dashboard, level: "account" | "bucket", tally: Tally): Tally {
  const isOfClass = tally.storageClass !== "" && tally.prefix === "" && tally.group === ""
  const metrics = isOfClass ? { ...NO_OBJECTS, ...tally.metrics } : tally.metrics
  return {
    ...tally,
    metrics: { ...(isOfClass && NO_STORAGE), ...toldAt(dashboard, level, metrics) },
  }
}

const zeros = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.freeze(Object.fromEntries(names.map((name) => [name, 0])))

/** Of what there is none of a class is zero. */
const NO_STORAGE = zeros(STORAGE_METRICS)
const NO_OBJECTS = zeros(OBJECT_SIZES)

/** All of a day, but for prefixes that are too small to be told. */
export async function* talliesOf(
  ctx: Pick<ActionContext, "read">,
  dashboard: Dashboard,
  dateMs: number,
): AsyncGenerator<Tally> {
  const least = prefixesOf(dashboard)?.MinStorageBytesPercentage ?? LEAST_PERCENT
  let after: string | undefined
  let bucket: { readonly name: string; readonly bytes: number } = { name: "", bytes: 0 }
  do {
    const from = after
    const { rows, next } = await ctx.read((tx) =>
      tx.scan(tallies, { prefix: [dashboard.serial, dateMs], after: from, limit: STRIDE }),
    )
    for (const row of rows) {
      const { StorageBytes: bytes = 0 } = row.metrics
      if (row.bucket !== bucket.name) bucket = { name: row.bucket, bytes: 0 }
      // A bucket as a whole, with all its classes, comes before its prefixes.
      if (row.prefix === "" && row.group === "") bucket = { ...bucket, bytes: bucket.bytes + bytes }
      if (row.prefix === "" || bytes * 100 >= bucket.bytes * least) yield row
    }
    after = next
  } while (after !== undefined)
}

/** "MinStorageBytesPercentage": 1 where nothing is said. */
const LEAST_PERCENT = 1
