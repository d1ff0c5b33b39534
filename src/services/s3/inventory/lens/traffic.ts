import { job } from "../../../../kernel/later/later.ts"
import { table } from "../../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import type { CallRecord, Exchange } from "../../../../registry/call-record.ts"
import { configure, sameBucket, type Bucket } from "../../buckets/bucket.ts"
import { bytesThrough, callFacts, decoded } from "../../logging/exchange.ts"
import type { Metrics } from "./metrics.ts"
import { accessed, isNewToday, performanceOf, readsObject } from "./performance.ts"

const DAY_MS = 86_400_000
/** A dashboard counts a day soon after it has ended. */
const KEPT_MS = 3 * DAY_MS
/** As long as a dashboard does not ask for it again a bucket is watched. */
const WATCHED_MS = 3 * DAY_MS

/** What requests to a bucket added up to on a day, by the names of Storage Lens. */
interface Traffic {
  readonly bucket: number
  readonly dayMs: number
  readonly metrics: Metrics
}

export const traffic = table<Traffic>("s3/traffic", {
  key: (row) => [row.bucket, row.dayMs],
  rewritten: true,
})

/** Rows that one step takes away. */
const STEP = 1_000

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS

export const trafficOf = (tx: ReadTx, { id }: Pick<Bucket, "id">, dayMs: number): Metrics =>
  tx.get(traffic, [id, dayMs])?.metrics ?? {}

/** Lets the requests of a bucket be counted for some days more, and its objects one by one. */
export function watchTraffic(
  tx: WriteTx,
  of: Bucket,
  { isClose }: { readonly isClose: boolean },
): void {
  const bucket = sameBucket(tx, of)
  if (!bucket) return
  const { watchedUntilMs = 0, watchedCloselyUntilMs = 0 } = bucket.config
  // Written once a day, whatever the number of dashboards.
  const lastMs = Math.min(watchedUntilMs, isClose ? watchedCloselyUntilMs : Infinity)
  const untilMs = tx.now + WATCHED_MS
  if (lastMs < untilMs - DAY_MS / 2)
    configure(tx, bucket, {
      watchedUntilMs: untilMs,
      ...(isClose && { watchedCloselyUntilMs: untilMs }),
    })
}

/** The clock is looked at where it matters: this is asked of every request. */
const isWatched = ({ config: { watchedUntilMs } }: Bucket, tx: ReadTx): boolean =>
  watchedUntilMs !== undefined && watchedUntilMs > tx.now

/** What a request adds to the traffic of a bucket, where that is watched. */
export function noteTraffic(
  tx: ReadTx,
  bucket: Bucket,
  { record, key }: { readonly record: CallRecord; readonly key: string },
): ((tx: WriteTx) => void) | undefined {
  const exchange = isWatched(bucket, tx) ? record.exchange : undefined
  if (!exchange) return undefined
  const more = { ...activity(record, exchange, key), ...protection(record, exchange) }
  if ((bucket.config.watchedCloselyUntilMs ?? 0) <= tx.now)
    return (into) => addTraffic(into, bucket, more)
  const all = { ...more, ...performanceOf(record, exchange, bucket) }
  const isRead = readsObject(record, exchange)
  return (into) => {
    const isNew =
      isRead && isNewToday(into, { bucket: bucket.id, dayMs: dayOf(into.now), key: decoded(key) })
    addTraffic(into, bucket, isNew ? { ...all, UniqueObjectsAccessedDailyCount: 1 } : all)
  }
}

/** Adds what a query scanned and returned, which is known at its end. */
export function noteSelected(
  tx: WriteTx,
  bucket: Bucket,
  { scanned, returned }: { readonly scanned: number; readonly returned: number },
): void {
  if (isWatched(bucket, tx))
    addTraffic(tx, bucket, {
      ...{ SelectScannedBytes: scanned, SelectReturnedBytes: returned },
      BytesDownloaded: returned,
    })
}

function addTraffic(tx: WriteTx, { id: bucket }: Bucket, more: Metrics): void {
  const dayMs = dayOf(tx.now)
  const there = tx.get(traffic, [bucket, dayMs])
  const metrics: Record<string, number> = { ...there?.metrics }
  for (const name in more) metrics[name] = (metrics[name] ?? 0) + (more[name] ?? 0)
  tx.put(traffic, { bucket, dayMs, metrics })
  if (!there) tx.schedule(forgetTraffic, { bucket, dayMs }, dayMs + DAY_MS + KEPT_MS)
}

export const forgetTraffic = job<Omit<Traffic, "metrics">>("s3/forgetTraffic", {
  run(tx, args) {
    const { bucket, dayMs } = args
    tx.delete(traffic, [bucket, dayMs])
    const { rows, next } = tx.scan(accessed, { prefix: [bucket, dayMs], limit: STEP })
    for (const row of rows) tx.remove(accessed, row)
    if (next !== undefined) tx.schedule(forgetTraffic, args, tx.now)
  },
})

/** Of the requests that count by their own kind, and not as POST or GET. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  DeleteObjects: "DeleteRequests",
  SelectObjectContent: "SelectRequests",
  ...{ ListObjects: "ListRequests", ListObjectsV2: "ListRequests" },
  ...{ ListObjectVersions: "ListRequests", ListMultipartUploads: "ListRequests" },
  ListParts: "ListRequests",
}

const METHODS: Readonly<Record<string, string>> = {
  ...{ PUT: "PutRequests", HEAD: "HeadRequests", DELETE: "DeleteRequests", POST: "PostRequests" },
  // "… made for objects".
  GET: "GetRequests",
}

const STATUS_CODES: Readonly<Record<number, string>> = {
  ...{ 200: "200OKStatusCount", 206: "206PartialContentStatusCount" },
  ...{ 400: "400BadRequestErrorCount", 403: "403ForbiddenErrorCount" },
  ...{ 404: "404NotFoundErrorCount", 500: "500InternalServerErrorCount" },
  503: "503ServiceUnavailableErrorCount",
}

/** Kinds are those of CloudWatch ("Metrics and dimensions", request metrics), which says more of them. */
function activity({ operation = "" }: CallRecord, exchange: Exchange, key: string): Metrics {
  const { request, response } = exchange
  const { bytesIn = 0, bytesOut = 0 } = bytesThrough(exchange)
  const kind =
    OTHER_KINDS[operation] ??
    (request.method === "GET" && key === "" ? undefined : METHODS[request.method])
  const status = STATUS_CODES[response.status]
  const { status: code } = response
  return {
    AllRequests: 1,
    ...(kind !== undefined && { [kind]: 1 }),
    BytesDownloaded: request.method === "HEAD" ? 0 : bytesOut,
    BytesUploaded: bytesIn,
    ...(code >= 400 && code < 500 && { "4xxErrors": 1 }),
    ...(code >= 500 && { "5xxErrors": 1 }),
    ...(status !== undefined && { [status]: 1 }),
  }
}

const OLD_TLS: ReadonlySet<string> = Object.freeze(new Set(["TLSv1", "TLSv1.1"]))

/** "… that use unsupported AWS signature versions", TLS before 1.2; those that specify SSE-KMS. */
function protection({ call }: CallRecord, { request }: Exchange): Metrics {
  const sse = request.headers["x-amz-server-side-encryption"] ?? ""
  return {
    ...(call && callFacts(call).signature === "SigV2" && { AllUnsupportedSignatureRequests: 1 }),
    ...(OLD_TLS.has(request.tls?.version ?? "") && { AllUnsupportedTLSRequests: 1 }),
    ...(sse.startsWith("aws:kms") && { AllSSEKMSRequests: 1 }),
  }
}
