import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { toBucket, toObject } from "../access/access.ts"
import { noteAccess } from "../archive/access.ts"
import { assertReadable } from "../archive/readable.ts"
import { countRetrieval } from "../billing/storage.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findAnywhere } from "../buckets/find.ts"
import { assertUp, inSession, sessionOf, sessionRequest } from "../buckets/directory/access.ts"
import { readKey } from "../bytes/read-key.ts"
import { segmentsOf } from "../bytes/segments.ts"
import type { Reading } from "../bytes/read.ts"
import { currentIsMarker, invalidRequest, noSuchKey, preconditionFailed } from "../errors.ts"
import { SINGLE_PUT_BYTES } from "../limits.ts"
import { currentVersion, versionWithId, type Version } from "../objects/version.ts"
import { assertVersionId, missingVersion } from "../objects/version-id.ts"
import { parseCopySource, type CopySource } from "./copy-source.ts"
import { failedCondition, type SourceConditions } from "./source-conditions.ts"

/** The headers by which a copy says what it copies. */
export interface SourceInput extends SourceConditions {
  readonly CopySource: string
  readonly CopySourceSSECustomerAlgorithm?: string | undefined
  readonly CopySourceSSECustomerKey?: string | undefined
  readonly CopySourceSSECustomerKeyMD5?: string | undefined
  readonly ExpectedSourceBucketOwner?: string | undefined
}

/** Of one copy, of an object or a part: 5 GiB, as of one PUT. Words as people quote them. */
export function assertCopiable(sizeBytes: number): void {
  if (sizeBytes > SINGLE_PUT_BYTES)
    throw invalidRequest(
      "The specified copy source is larger than the maximum allowable size for a copy source: " +
        String(SINGLE_PUT_BYTES),
    )
}

/** Where a source's version stands: what is no id is refused as its value. */
const HEADER = "x-amz-copy-source"

/** What is copied, found and checked. */
export interface Source {
  readonly bucket: Bucket
  readonly version: Version
  /** Whether the request names the version. */
  readonly named: boolean
}

/** A source may be in another Region or account ("CopyObject", "Copying objects across accounts"). */
function bucketOf(tx: ReadTx, { bucket }: CopySource, input: SourceInput, call: Call): Bucket {
  const { ExpectedSourceBucketOwner: ExpectedBucketOwner } = input
  return findAnywhere(tx, { Bucket: bucket, ExpectedBucketOwner }, call)
}

const maybeVersion = (
  tx: ReadTx,
  bucket: Bucket,
  { key, versionId }: CopySource,
): Version | undefined =>
  versionId === undefined
    ? currentVersion(tx, bucket.id, key)
    : versionWithId(tx, { bucket: bucket.id, key, versionId })

/** The tags that a copy takes along if it is not told otherwise. */
export function tagsOfSource(tx: ReadTx, input: SourceInput, call: Call): Version["tags"] {
  const named = parseCopySource(input.CopySource)
  return maybeVersion(tx, bucketOf(tx, named, input, call), named)?.tags
}

/** Of a directory bucket: a session, if the request is not of one ("CopyObject", Permissions). */
function zonalSource(tx: ReadTx, bucket: Bucket, call: Call): readonly AccessRequest[] {
  assertUp(tx, bucket)
  const sameBucket = sessionOf(tx, call)?.name === bucket.name
  if (sameBucket && inSession(tx, { bucket }, { mode: "ReadOnly", call })) return []
  return [sessionRequest(bucket, "ReadOnly", { call })]
}

/**
 * What a copy asks of its source: to read it, and its tags where they come along. Who may not list
 * the bucket is not told what it lacks, as in GetObject.
 */
export function sourceAccess(
  tx: ReadTx,
  input: SourceInput & { readonly TaggingDirective?: string | undefined },
  call: Call,
): readonly AccessRequest[] {
  const named = parseCopySource(input.CopySource)
  const { key, versionId } = named
  const bucket = bucketOf(tx, named, input, call)
  if (bucket.zone !== undefined) return zonalSource(tx, bucket, call)
  const version = maybeVersion(tx, bucket, named)
  const context = versionId === undefined ? {} : { "s3:VersionId": versionId }
  const ask = (plain: string, versioned: string): AccessRequest =>
    toObject(bucket, versionId === undefined ? plain : versioned, { key, context })
  const read = ask("GetObject", "GetObjectVersion")
  if (!version || version.marker)
    return [read, toBucket(bucket, versionId === undefined ? "ListBucket" : "ListBucketVersions")]
  if (!version.tags || input.TaggingDirective === "REPLACE") return [read]
  return [read, ask("GetObjectTagging", "GetObjectVersionTagging")]
}

/**
 * Throws NoSuchBucket, NoSuchKey, NoSuchVersion; InvalidRequest for a delete marker; what is
 * archived and not restored; PreconditionFailed.
 */
export function findSource(tx: ReadTx, input: SourceInput, call: Call): Source {
  const named = parseCopySource(input.CopySource)
  const { key, versionId } = named
  const bucket = bucketOf(tx, named, input, call)
  if (versionId !== undefined) assertVersionId(versionId, HEADER)
  const version = maybeVersion(tx, bucket, named)
  if (!version)
    throw versionId === undefined ? noSuchKey(key) : missingVersion(key, versionId, HEADER)
  // Both recorded.
  if (version.marker)
    throw versionId === undefined
      ? currentIsMarker(key, version.versionId)
      : invalidRequest(
          "The source of a copy request may not specifically refer to a delete marker by version " +
            "id.",
        )
  assertReadable(tx, bucket, version)
  const { etag, modifiedMs: lastModifiedMs } = version
  const failed = failedCondition(input, { etag, lastModifiedMs }, tx.now)
  if (failed !== undefined) throw preconditionFailed(failed)
  return { bucket, version, named: versionId !== undefined }
}

/** How the source's bytes are read, all of them or a range. */
export function readingOf(
  tx: WriteTx,
  { bucket, version }: Source,
  asked: {
    readonly input: SourceInput
    readonly call: Call
    readonly range: { readonly start: number; readonly end: number }
  },
): Reading {
  const { input, call, range } = asked
  noteAccess(tx, version)
  countRetrieval(tx, bucket, version, range.end - range.start)
  const key = readKey(tx, version, {
    input: {
      SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
      SSECustomerKey: input.CopySourceSSECustomerKey,
      SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
    },
    call,
  })
  return { segments: segmentsOf(tx, version), key, ...range }
}

/** `x-amz-copy-source-version-id`: recorded, not of the version `null`. */
export const sourceVersionId = (version: Version): { CopySourceVersionId?: string } =>
  version.versionId === "null" ? {} : { CopySourceVersionId: version.versionId }
