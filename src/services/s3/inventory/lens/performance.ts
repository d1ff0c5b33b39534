import { table } from "../../../../kernel/table.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import type { CallRecord, Exchange } from "../../../../registry/call-record.ts"
import type { Bucket } from "../../buckets/bucket.ts"
import { bytesThrough } from "../../logging/exchange.ts"
import { DISTRIBUTION, type Metrics } from "./metrics.ts"

const KIB = 1024

/** The upper ends of the steps in which sizes are told: 0, 128 KB, then always double. */
const STEPS: readonly number[] = Object.freeze(
  DISTRIBUTION.slice(0, -1).map((_, at) => (at === 0 ? 0 : 128 * KIB * 2 ** (at - 1))),
)

/** The name of the step in which a size is: `128KBTo256KB`. */
export function stepOf(bytes: number): string {
  const at = STEPS.findIndex((end) => bytes <= end)
  return DISTRIBUTION.at(at) ?? ""
}

const WRITES: ReadonlySet<string> = Object.freeze(
  new Set(["PutObject", "UploadPart", "CreateMultipartUpload"]),
)

/** What one request adds to the advanced performance metrics of its bucket. */
export function performanceOf(
  { operation = "", call }: CallRecord,
  exchange: Exchange,
  { region }: Pick<Bucket, "region">,
): Metrics {
  const { bytesIn = 0, bytesOut = 0 } = bytesThrough(exchange)
  // A client is where its signature says.
  const from = call?.signing?.region ?? region
  const isDone = exchange.response.status < 300
  const bytes = bytesIn + (exchange.request.method === "HEAD" ? 0 : bytesOut)
  return {
    ...{ LatencyMs: exchange.tookMs, TimedRequests: 1 },
    ...(isDone && operation === "GetObject" && { [`Read${stepOf(bytesOut)}RequestCount`]: 1 }),
    ...(isDone && WRITES.has(operation) && { [`Write${stepOf(bytesIn)}RequestCount`]: 1 }),
    ...(from === region
      ? { InRegionRequestCount: 1, InRegionTransferredBytes: bytes }
      : {
          ...{ CrossRegionRequestCount: 1, CrossRegionTransferredBytes: bytes },
          CrossRegionWithoutReplicationRequestCount: 1,
          CrossRegionWithoutReplicationTransferredBytes: bytes,
        }),
  }
}

/** An object that was read on a day. */
interface Accessed {
  readonly bucket: number
  readonly dayMs: number
  readonly key: string
}

export const accessed = table<Accessed>("s3/accessed", {
  key: ({ bucket, dayMs, key }) => [bucket, dayMs, key],
})

/** Notes that an object was read; tells whether it is the first time on that day. */
export function isNewToday(tx: WriteTx, one: Accessed): boolean {
  if (tx.get(accessed, [one.bucket, one.dayMs, one.key])) return false
  tx.put(accessed, one)
  return true
}

/** Whether a request reads an object's value. */
export const readsObject = ({ operation }: CallRecord, { response }: Exchange): boolean =>
  response.status < 300 && (operation === "GetObject" || operation === "SelectObjectContent")
