import type { ActionContext } from "../../../kernel/action.ts"
import { readAccess } from "../access/access.ts"
import { noteAccess } from "../archive/access.ts"
import { assertReadable } from "../archive/readable.ts"
import { sameBucket, bucketArn, type Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { begun } from "../bytes/begun.ts"
import { readKey } from "../bytes/read-key.ts"
import { readRange } from "../bytes/read.ts"
import { segmentsOf } from "../bytes/segments.ts"
import { op, type Out } from "../define.ts"
import { noteSelected } from "../inventory/lens/traffic.ts"
import { wantedVersion } from "../objects/wanted.ts"
import { meterBytesOut, meterRequest } from "../requests.ts"
import { serviceUnavailable } from "../errors.ts"
import { selectError } from "./errors.ts"
import { selectEvents, type Counts, type SelectEvent } from "./events.ts"
import { selectForm } from "./request.ts"
import { Query } from "./sql/query.ts"

/** "You can't query an archived object", nor one of reduced redundancy, restored or not. */
const NO_QUERIES: ReadonlySet<string> = Object.freeze(
  new Set(["GLACIER", "DEEP_ARCHIVE", "REDUCED_REDUNDANCY"]),
)

export const SelectObjectContent = op.action("SelectObjectContent", {
  authorize: readAccess("GetObject", "GetObjectVersion"),
  async run(ctx, input, call): Promise<Out<"SelectObjectContent">> {
    const form = selectForm(input)
    const { bucket, sizeBytes, ...reading } = await ctx.write((tx) => {
      const own = findBucket(tx, input, call)
      const version = wantedVersion(tx, own, { Key: input.Key, method: "POST" })
      if (NO_QUERIES.has(version.storageClass ?? "STANDARD"))
        throw selectError("UnsupportedStorageClass")
      assertReadable(tx, own, version)
      noteAccess(tx, version)
      const key = readKey(tx, version, { input, call })
      meterRequest(tx, own, 2)
      return { bucket: own, sizeBytes: version.sizeBytes, segments: segmentsOf(tx, version), key }
    })
    const query = new Query(input.Expression, ctx.now())
    const counts: Counts = { BytesScanned: 0, BytesProcessed: 0, BytesReturned: 0 }
    const { signal } = ctx
    let silent = true
    const source = {
      sizeBytes,
      // Of an answer that has begun the transport says when nobody reads on.
      async *stream(start: number, end: number) {
        for await (const piece of readRange(ctx, { ...reading, start, end })) {
          if (silent && signal.aborted) throw serviceUnavailable()
          yield piece
        }
      },
    }
    const events = selectEvents(source, query, { form, counts })
    const Payload = await begun(metered(ctx, events, { bucket, counts }))
    silent = false
    return { Payload }
  },
})

/** Counts what was scanned and returned, also of a query that its caller gave up. */
async function* metered(
  ctx: Pick<ActionContext, "write">,
  events: AsyncIterable<SelectEvent>,
  { bucket, counts }: { readonly bucket: Bucket; readonly counts: Counts },
): AsyncGenerator<SelectEvent> {
  let told = false
  const tell = async (): Promise<void> => {
    if (told) return
    told = true
    await ctx.write((tx) => {
      const there = sameBucket(tx, bucket)
      if (!there) return
      const { account, region } = bucket
      const of = { account, region, resource: bucketArn(bucket) }
      if (counts.BytesScanned > 0) tx.meter("s3:select-scanned-bytes", of, counts.BytesScanned)
      if (counts.BytesReturned > 0) tx.meter("s3:select-returned-bytes", of, counts.BytesReturned)
      meterBytesOut(tx, bucket, counts.BytesReturned)
      noteSelected(tx, there, { scanned: counts.BytesScanned, returned: counts.BytesReturned })
    })
  }
  try {
    for await (const event of events) {
      // In the books before the client knows that it has all.
      if ("Stats" in event) await tell()
      yield event
    }
  } finally {
    await tell()
  }
}
