import type { WriteTx } from "../../../../kernel/transaction.ts"
import { operations } from "../../../../registry/operation.ts"
import type { SelectParameters } from "../../../../models/types/s3.ts"
import { toObject } from "../../access/access.ts"
import { bucketArn, type Bucket } from "../../buckets/bucket.ts"
import { findBucket } from "../../buckets/find.ts"
import { readKey } from "../../bytes/read-key.ts"
import { readRange } from "../../bytes/read.ts"
import { segmentsOf } from "../../bytes/segments.ts"
import { noSuchKey } from "../../errors.ts"
import { S3 } from "../../notifications/event.ts"
import { versionWithId } from "../../objects/version.ts"
import { selectEvents, type Counts } from "../../select/events.ts"
import { archiveQuery } from "./order.ts"
import type { OutputPlace } from "./output.ts"
import { putResults } from "./write.ts"

/** One query over one version. */
export interface ArchiveQuery {
  readonly Bucket: string
  readonly Key: string
  readonly VersionId: string
  /** The version was asked for by its id, and is read by the right to do so. */
  readonly byVersion: boolean
  readonly serial: number
  readonly parameters: SelectParameters
  readonly place: OutputPlace
  readonly tier: string
}

interface Queried {
  /** Names of the parts of the result, in the order of the object. */
  readonly results: readonly string[]
}

const inner = operations<{
  QueryArchive: { input: ArchiveQuery; output: Queried; errors: string }
}>()

/**
 * Runs a query over what is archived, and writes its results, with the rights of who asked for it:
 * an operation that no API has.
 */
export const QueryArchive = inner.action("QueryArchive", {
  authorize(tx, input, call) {
    const action = input.byVersion ? "GetObjectVersion" : "GetObject"
    const context = input.byVersion ? { "s3:VersionId": input.VersionId } : {}
    return toObject(findBucket(tx, input, call), action, { key: input.Key, context })
  },
  async run(ctx, input, call): Promise<Queried> {
    const { form, query } = archiveQuery(input.parameters, ctx.now())
    const { bucket, sizeBytes, ...reading } = await ctx.write((tx) => {
      const own = findBucket(tx, input, call)
      const { Key: key, VersionId: versionId } = input
      const version = versionWithId(tx, { bucket: own.id, key, versionId })
      if (!version || version.serial !== input.serial) throw noSuchKey(key)
      const dataKey = readKey(tx, version, { input: {}, call })
      const segments = segmentsOf(tx, version)
      return { bucket: own, sizeBytes: version.sizeBytes, segments, key: dataKey }
    })
    const counts: Counts = { BytesScanned: 0, BytesProcessed: 0, BytesReturned: 0 }
    const source = {
      sizeBytes,
      stream: (start: number, end: number) => readRange(ctx, { ...reading, start, end }),
    }
    const { account, region, principal: caller } = call
    const to = { place: input.place, account, region, as: S3, caller }
    const results = await putResults(ctx, to, selectEvents(source, query, { form, counts }))
    await ctx.write((tx) => meterQuery(tx, bucket, { counts, tier: input.tier }))
    return { results }
  },
})

/** AWS billed what was scanned and returned by the GB, and each tier at its own rate. */
function meterQuery(
  tx: WriteTx,
  { account, region, ...bucket }: Bucket,
  { counts, tier }: { readonly counts: Counts; readonly tier: string },
): void {
  const of = { account, region, resource: bucketArn(bucket) }
  tx.meter(`s3:archive-select-scanned-${tier}`, of, counts.BytesScanned)
  if (counts.BytesReturned > 0)
    tx.meter(`s3:archive-select-returned-${tier}`, of, counts.BytesReturned)
}
