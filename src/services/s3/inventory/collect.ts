import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { sameBucket, type Bucket } from "../buckets/bucket.ts"
import { pageOfVersions } from "../listing/versions.ts"
import { objects } from "../objects/version.ts"
import type { Entry, Field, Value } from "./field.ts"
import type { Place } from "./inventory.ts"
import type { Listing } from "./manifest.ts"

/** Versions that one look into the store reads, and those of one file. */
const STRIDE = 500
const MOST_ROWS = 20_000
/** Looks of one step: delete marker upon delete marker makes no row. */
const LOOKS = 100

interface Collected {
  readonly rows: readonly (readonly Value[])[]
  /** Where the next file begins; absent behind the last. */
  readonly next?: Place | undefined
}

/** The rows of one file. Between two looks objects may come and go: AWS's lists are no snapshot either. */
export async function collect(
  ctx: ActionContext,
  listing: Listing,
  { fields, after }: { readonly fields: readonly Field[]; readonly after: Place | undefined },
): Promise<Collected> {
  const rows: (readonly Value[])[] = []
  let next = after
  for (let look = 0; look < LOOKS && rows.length < MOST_ROWS; look += 1) {
    const from = next
    const page = await ctx.read((tx) => readPage(tx, listing, { fields, after: from }))
    rows.push(...page.rows)
    next = page.next
    if (!next) break
  }
  return { rows, next }
}

function readPage(
  tx: ReadTx,
  { bucket: of, value }: Listing,
  { fields, after }: { readonly fields: readonly Field[]; readonly after: Place | undefined },
): Collected {
  const bucket = sameBucket(tx, of)
  if (!bucket) return { rows: [] }
  const prefix = value.Filter?.Prefix ?? ""
  const read = value.IncludedObjectVersions === "All" ? allVersions : newestVersions
  const { entries, next } = read(tx, bucket, { prefix, after })
  const rows = entries.map((entry) => fields.map((field) => field.of(entry, { tx, bucket })))
  return { rows, next }
}

interface Reach {
  readonly prefix: string
  readonly after: Place | undefined
}

interface Entries {
  readonly entries: readonly Entry[]
  readonly next?: Place | undefined
}

export function newestVersions(tx: ReadTx, { id }: Bucket, { prefix, after }: Reach): Entries {
  const from = [after === undefined ? prefix : `${after.key}\0`]
  const { rows, next } = tx.scan(objects, { prefix: [id], from, limit: STRIDE })
  const within = rows.filter(({ key }) => key.startsWith(prefix))
  const last = next !== undefined && within.length === rows.length ? rows.at(-1) : undefined
  return {
    entries: within.filter(({ marker }) => !marker).map((version) => ({ version, latest: true })),
    ...(last && { next: { key: last.key } }),
  }
}

export function allVersions(tx: ReadTx, bucket: Bucket, { prefix, after }: Reach): Entries {
  const { entries, next } = pageOfVersions(tx, bucket, {
    input: {
      ...{ Bucket: bucket.name, Prefix: prefix },
      ...(after && { KeyMarker: after.key, VersionIdMarker: after.versionId }),
    },
    most: STRIDE,
  })
  if (next === undefined || typeof next === "string") return { entries }
  return { entries, next: { key: next.version.key, versionId: next.version.versionId } }
}
