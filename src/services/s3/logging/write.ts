import type { WriteTx } from "../../../kernel/transaction.ts"
import { sameBucket, type Bucket } from "../buckets/bucket.ts"
import { deliverLogs } from "./deliver.ts"
import { logLine, type LineFacts } from "./line.ts"
import { logRecords } from "./record.ts"

/** "Most log records are delivered within a few hours": here sooner. */
const DELIVERY_MS = 5 * 60_000

/**
 * Keeps a record, in this commit, where the bucket's requests are logged. As long as there are
 * records of a bucket a delivery is planned.
 */
export function logRecord(tx: WriteTx, of: Bucket, facts: LineFacts): void {
  const bucket = sameBucket(tx, of)
  const to = bucket?.config.logging
  if (!bucket || !to) return
  const { partition, name, id } = bucket
  const first = tx.first(logRecords, { prefix: [id] }) === undefined
  tx.insert(logRecords, {
    ...{ bucket: id, serial: tx.serial(), to, timeMs: facts.timeMs },
    line: logLine(bucket, facts),
  })
  if (first) tx.schedule(deliverLogs, { partition, name, id }, tx.now + DELIVERY_MS)
}
