import { hash } from "node:crypto"
import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import { isUp } from "../../../kernel/places.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { LoggingEnabled } from "../../../models/types/s3.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import { isEnforced } from "../access/acl/operations.ts"
import { bucketArn, bucketNamed, sameBucket, type Bucket } from "../buckets/bucket.ts"
import type { AclGrant, AclPermission } from "../buckets/config.ts"
import { updateVersion } from "../objects/store.ts"
import { currentVersion } from "../objects/version.ts"
import { canonicalId } from "../owner.ts"
import { logRecords, type LogRecord } from "./record.ts"
import { isTemporary } from "../errors.ts"
import { RETRY_MS } from "../limits.ts"

/** By this name logs are delivered ("Permissions for log delivery"). */
const LOGGING = "logging.s3.amazonaws.com"

type Source = Pick<Bucket, "partition" | "name" | "id">

/** Records of one log object. */
const MOST_RECORDS = 2_000
const DAY_MS = 86_400_000

/** A log object that is to be written. */
interface Batch {
  readonly source: Bucket
  readonly records: readonly LogRecord[]
  readonly to: LoggingEnabled
  readonly key: string
  readonly isUp: boolean
}

/**
 * Delivers the oldest records of a bucket as one object. Its key follows from the first of them and
 * its time: a delivery that a crash interrupts writes the same object again. What the target's
 * owner does not let in is lost, as on AWS ("best effort").
 */
export const deliverLogs = job<Source>("s3/deliverLogs", {
  async perform(ctx, source) {
    const batch = await ctx.read((tx) => nextBatch(tx, source))
    if (!batch) return ctx.write((tx) => dropRecords(tx, source))
    if (!batch.isUp || !(await put(ctx, batch)))
      return ctx.write((tx) => void tx.schedule(deliverLogs, source, tx.now + RETRY_MS))
    await ctx.write((tx) => settle(tx, source, batch))
  },
})

function nextBatch(tx: ReadTx, source: Source): Batch | undefined {
  const bucket = sameBucket(tx, source)
  const { rows } = tx.scan(logRecords, { prefix: [source.id], limit: MOST_RECORDS })
  const [first] = rows
  if (!bucket || !first) return undefined
  const group = groupOf(first)
  const other = rows.findIndex((row) => groupOf(row) !== group)
  const records = other < 0 ? rows : rows.slice(0, other)
  const key = keyOf(bucket, first, records.at(-1) ?? first)
  return {
    source: bucket,
    records,
    to: first.to,
    key,
    isUp: isUp({ region: bucket.region }, tx.faults),
  }
}

/** Records that go into one object: to the same place, and of one day where days are kept apart. */
const groupOf = ({ to, timeMs }: LogRecord): string =>
  JSON.stringify([to, byEventTime(to) ? Math.floor(timeMs / DAY_MS) : 0])

const byEventTime = ({ TargetObjectKeyFormat: format }: LoggingEnabled): boolean =>
  format?.PartitionedPrefix?.PartitionDateSource === "EventTime"

/** "Log object key format". The time is that of the last record. */
function keyOf(source: Bucket, first: LogRecord, { timeMs }: LogRecord): string {
  const { to, serial } = first
  const [date = "", clock = ""] = new Date(timeMs).toISOString().slice(0, 19).split("T")
  const unique = hash("sha256", `${source.id}/${serial}`).slice(0, 16).toUpperCase()
  const [year, month, day] = date.split("-")
  const time = byEventTime(to) ? "00-00-00" : clock.replaceAll(":", "-")
  const name = `${date}-${time}-${unique}`
  if (!to.TargetObjectKeyFormat?.PartitionedPrefix) return to.TargetPrefix + name
  const { account, region } = source
  return `${to.TargetPrefix}${account}/${region}/${source.name}/${year}/${month}/${day}/${name}`
}

/** True when the records are delivered, or never will be. */
async function put(ctx: ActionContext, { source, records, to, key }: Batch): Promise<boolean> {
  const body = Buffer.from(records.map(({ line }) => `${line}\n`).join(""))
  try {
    await ctx.call({
      ...{ service: "s3", operation: "PutObject", as: LOGGING },
      input: {
        ...{ Bucket: to.TargetBucket, Key: key, ContentType: "text/plain" },
        ...{ Body: new WholeBody(body), ContentLength: body.length },
      },
      ...{ account: source.account, region: source.region },
      ...{ sourceArn: bucketArn(source), sourceAccount: source.account },
    })
    return true
  } catch (error) {
    if (error instanceof AwsError) return !isTemporary(error)
    throw error
  }
}

function settle(tx: WriteTx, source: Source, { source: bucket, records, to, key }: Batch): void {
  for (const { bucket: id, serial } of records) tx.delete(logRecords, [id, serial])
  giveGrants(tx, bucket, { to, key })
  if (tx.first(logRecords, { prefix: [source.id] })) tx.schedule(deliverLogs, source, tx.now)
}

/** TargetGrants: "the bucket owner is automatically granted FULL_CONTROL to all logs". */
function giveGrants(
  tx: WriteTx,
  { partition, account }: Bucket,
  { to, key }: { readonly to: LoggingEnabled; readonly key: string },
): void {
  const target = bucketNamed(tx, partition, to.TargetBucket)
  const version = target && !isEnforced(target) && currentVersion(tx, target.id, key)
  if (!version || !to.TargetGrants?.length) return
  const acl: AclGrant[] = [{ grantee: canonicalId(account), permission: "FULL_CONTROL" }]
  for (const { Grantee: grantee, Permission: permission } of to.TargetGrants) {
    const name = grantee?.ID ?? grantee?.URI
    if (name !== undefined && permission)
      acl.push({ grantee: name, permission: permission as AclPermission })
  }
  updateVersion(tx, version, { ...version, acl })
}

/** The bucket is gone: what was not delivered goes with it. */
function dropRecords(tx: WriteTx, source: Source): void {
  const page = tx.scan(logRecords, { prefix: [source.id], limit: MOST_RECORDS })
  for (const row of page.rows) tx.remove(logRecords, row)
  if (page.next !== undefined) tx.schedule(deliverLogs, source, tx.now)
}
