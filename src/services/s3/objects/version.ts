import { table, viewOf } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { StoredChecksum } from "../checksums/checksum.ts"
import type { Restore } from "../archive/restore.ts"
import type { AclGrant } from "../buckets/config.ts"
import type { Encryption } from "../bytes/encryption.ts"
import type { ObjectLock } from "../lock/retention.ts"
import { decodeListed, decodeVersion, encodeVersion } from "./stored-version.ts"

/** One version of an object, or a delete marker. */
export interface Version {
  /** The bucket's own id. */
  readonly bucket: number
  readonly key: string
  /** Grows with each version of the cloud: which of two is newer. */
  readonly serial: number
  /** `null` where the bucket was not versioned, or no longer. */
  readonly versionId: string
  readonly marker?: true | undefined
  readonly modifiedMs: number
  readonly sizeBytes: number
  /** Without its quotes; "" of a marker. */
  readonly etag: string
  /** Where the bytes lie; absent: there are none. */
  readonly content?: Content | undefined
  readonly encryption?: Encryption | undefined
  readonly checksum?: StoredChecksum | undefined
  /** Absent: STANDARD. */
  readonly storageClass?: string | undefined
  readonly headers?: ObjectHeaders | undefined
  /** `x-amz-meta-…`, names without that. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The account that wrote it, where that and not the bucket's owner owns it. */
  readonly owner?: string | undefined
  /** Absent: the owner's FULL_CONTROL alone. */
  readonly acl?: readonly AclGrant[] | undefined
  readonly websiteRedirect?: string | undefined
  /** Since when it has its storage class, where a lifecycle rule gave it that. */
  readonly classSinceMs?: number | undefined
  readonly lock?: ObjectLock | undefined
  /** Of archived objects: how they are made readable for a time. */
  readonly restore?: Restore | undefined
  /** The multipart upload that it was. */
  readonly uploadId?: string | undefined
  /** Of INTELLIGENT_TIERING: the last access that counts, to the day. */
  readonly accessedMs?: number | undefined
  readonly replication?: ReplicationState | undefined
}

/** How far a version has come on its way to other buckets, or that it came from one. */
export interface ReplicationState {
  readonly status: "PENDING" | "COMPLETED" | "FAILED" | "REPLICA"
  /** Of FAILED: one of "Amazon S3 replication failure reasons". */
  readonly failure?: string | undefined
  /** Of a replica: its source's serial. */
  readonly of?: number | undefined
}

/**
 * `row`: inline, in `s3/bytes`. `blob`: one blob of the store. `parts`: rows of `s3/segment`, one for
 * each part of a multipart upload.
 */
export type Content =
  | { readonly at: "row" }
  | { readonly at: "blob"; readonly blob: string }
  | { readonly at: "parts"; readonly parts: number }

/** Headers that S3 gives back as they came. */
export interface ObjectHeaders {
  readonly CacheControl?: string | undefined
  readonly ContentDisposition?: string | undefined
  readonly ContentEncoding?: string | undefined
  readonly ContentLanguage?: string | undefined
  readonly ContentType?: string | undefined
  readonly Expires?: string | undefined
}

/** The newest version of each key, a delete marker too: what plain reads and lists look at. */
export const objects = table<Version>("s3/object", {
  key: (row) => [row.bucket, row.key],
  encode: encodeVersion,
  decode: decodeVersion,
})

/** What lists of them need: a thousand rows a page. */
export const listedObjects = viewOf(objects, decodeListed)

/** Versions that a newer one has replaced, each key's newest first. */
export const versions = table<Version>("s3/version", {
  key: (row) => [row.bucket, row.key, -row.serial],
  indexes: { byId: (row) => [row.bucket, row.key, row.versionId] },
  encode: encodeVersion,
  decode: decodeVersion,
})

export const NULL_VERSION = "null"

export const currentVersion = (tx: ReadTx, bucket: number, key: string): Version | undefined =>
  tx.get(objects, [bucket, key])

export function versionWithId(
  tx: ReadTx,
  { bucket, key, versionId }: Pick<Version, "bucket" | "key" | "versionId">,
): Version | undefined {
  const current = currentVersion(tx, bucket, key)
  if (current?.versionId === versionId) return current
  return current && tx.first(versions, { index: "byId", prefix: [bucket, key, versionId] })
}
