import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { bucketConfigs } from "../buckets/config.ts"
import { invalidArgument, malformedXml } from "../errors.ts"

/** Kinds of configurations of which a bucket has many, by their own ids. */
export type NumberedKind = "analytics" | "intelligent-tiering" | "inventory" | "metrics"

/** "Amazon S3 quotas": of each kind. */
const MOST = 1_000
/** What one list answers ("ListBucketMetricsConfigurations"). */
const PAGE = 100
const ID = /^[A-Za-z0-9._-]{1,64}$/

/** Writes one over what has its id. Its own id and the request's must be the same. */
export function putNumbered(
  tx: WriteTx,
  bucket: Bucket,
  row: {
    readonly kind: NumberedKind
    readonly id: string
    readonly value: { readonly Id: string }
  },
): void {
  const { kind, id, value } = row
  if (value.Id !== id) throw malformedXml()
  assertId(id)
  const there = tx.get(bucketConfigs, [bucket.id, kind, id])
  if (
    !there &&
    tx.scan(bucketConfigs, { prefix: [bucket.id, kind], limit: MOST }).rows.length >= MOST
  )
    // Documented by its code.
    throw new AwsError(
      "TooManyConfigurations",
      "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.",
      { status: 400 },
    )
  tx.put(bucketConfigs, { bucket: bucket.id, kind, id, value })
}

/** A query may leave it out, though the model requires it; the words are not verified. */
function assertId(id: string | undefined): void {
  if (id === undefined || !ID.test(id)) throw invalidArgument("Invalid id", "id", id ?? "")
}

export function getNumbered(tx: ReadTx, bucket: Bucket, kind: NumberedKind, id: string): object {
  assertId(id)
  const row = tx.get(bucketConfigs, [bucket.id, kind, id])
  if (!row) throw noSuchConfiguration()
  return row.value
}

export function deleteNumbered(
  tx: WriteTx,
  bucket: Bucket,
  { kind, id }: { readonly kind: NumberedKind; readonly id: string },
): void {
  assertId(id)
  if (!tx.delete(bucketConfigs, [bucket.id, kind, id])) throw noSuchConfiguration()
}

export interface NumberedPage {
  readonly values: readonly object[]
  readonly IsTruncated: boolean
  readonly ContinuationToken?: string
  readonly NextContinuationToken?: string
}

/** A page of them, in the order of their ids; a token is the id after which it begins. */
export function listNumbered(
  tx: ReadTx,
  bucket: Bucket,
  { kind, token }: { readonly kind: NumberedKind; readonly token: string | undefined },
): NumberedPage {
  const from = token === undefined ? undefined : Buffer.from(token, "base64").toString()
  const { rows } = tx.scan(bucketConfigs, {
    prefix: [bucket.id, kind],
    ...(from !== undefined && { from: [from] }),
    limit: PAGE + 2,
  })
  const after = rows.filter(({ id }) => from === undefined || id > from)
  const page = after.slice(0, PAGE)
  const last = page.at(-1)
  const more = after.length > PAGE && last !== undefined
  return {
    values: page.map(({ value }) => value),
    IsTruncated: more,
    ...(token !== undefined && { ContinuationToken: token }),
    ...(more && { NextContinuationToken: Buffer.from(last.id).toString("base64") }),
  }
}

/** Recorded of inventory. */
const noSuchConfiguration = (): AwsError =>
  new AwsError("NoSuchConfiguration", "The specified configuration does not exist.", {
    status: 404,
  })
