import { AwsError } from "../../../protocols/aws-error.ts"
import { headerNotImplemented, noSuchKey, preconditionFailed } from "../errors.ts"
import type { Version } from "./version.ts"

export interface ReadConditions {
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string | undefined
  readonly IfModifiedSince?: number | undefined
  readonly IfUnmodifiedSince?: number | undefined
}

const SECOND_MS = 1_000

/**
 * GetObject's and HeadObject's conditions, in HTTP's order (RFC 9110, 13.2.2; "GetObject",
 * If-Match …): a tag counts more than a date. Throws PreconditionFailed, or what is a 304.
 */
export function assertRead(version: Version, conditions: ReadConditions, nowMs: number): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions
  // Dates of HTTP have no milliseconds.
  const modifiedMs = Math.floor(version.modifiedMs / SECOND_MS) * SECOND_MS
  if (IfMatch !== undefined) {
    if (!matches(version.etag, IfMatch)) throw preconditionFailed("If-Match")
  } else if (IfUnmodifiedSince !== undefined && modifiedMs > IfUnmodifiedSince)
    throw preconditionFailed("If-Unmodified-Since")
  if (IfNoneMatch !== undefined) {
    if (matches(version.etag, IfNoneMatch)) throw notModified(version)
  } else if (
    IfModifiedSince !== undefined &&
    // Recorded: a date that is still to come says nothing.
    IfModifiedSince <= nowMs &&
    modifiedMs <= IfModifiedSince
  )
    throw notModified(version)
}

/** Recorded: 304 has no body, and tells tag and date. */
const notModified = (version: Version): AwsError =>
  new AwsError("NotModified", "Not Modified", {
    status: 304,
    headers: {
      ETag: `"${version.etag}"`,
      "Last-Modified": new Date(version.modifiedMs).toUTCString(),
      ...(version.versionId !== "null" && { "x-amz-version-id": version.versionId }),
    },
  })

export interface WriteConditions {
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string | undefined
}

/** Recorded: which values and combinations S3 does not know. */
export function checkWriteConditions({ IfMatch, IfNoneMatch }: WriteConditions): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined)
    throw headerNotImplemented(
      "If-Match,If-None-Match",
      "Multiple conditional request headers present in the request",
    )
  if (IfNoneMatch !== undefined && IfNoneMatch !== "*")
    throw headerNotImplemented(
      "If-None-Match",
      "We don't accept the provided value of If-None-Match header for this API",
    )
  if (IfMatch === "*")
    throw headerNotImplemented(
      "If-Match",
      "We don't accept the provided value of If-Match header for this API",
    )
}

/** "Conditional writes": a delete marker counts as no object. Throws PreconditionFailed, NoSuchKey. */
export function assertWrite(
  current: Version | undefined,
  { IfMatch, IfNoneMatch }: WriteConditions,
  key: string,
): void {
  const there = current && !current.marker ? current : undefined
  if (IfNoneMatch !== undefined && there) throw preconditionFailed("If-None-Match")
  if (IfMatch === undefined) return
  if (!there) throw noSuchKey(key)
  if (!matches(there.etag, IfMatch)) throw preconditionFailed("If-Match")
}

interface DeleteConditions {
  readonly VersionId?: string | undefined
  readonly IfMatch?: string | undefined
  readonly IfMatchLastModifiedTime?: number | undefined
  readonly IfMatchSize?: number | undefined
}

/**
 * "How to perform conditional deletes"; recorded: conditions on date and size are of directory
 * buckets alone. What is not there is NoSuchKey, as shown on AWS for a bucket without versions.
 * Throws PreconditionFailed, NoSuchKey.
 */
export function assertDelete(
  current: Version | undefined,
  conditions: DeleteConditions,
  key: string,
): void {
  const { IfMatch, IfMatchLastModifiedTime, IfMatchSize } = conditions
  if (IfMatchLastModifiedTime !== undefined)
    throw headerNotImplemented("x-amz-if-match-last-modified-time")
  if (IfMatchSize !== undefined) throw headerNotImplemented("x-amz-if-match-size")
  if (IfMatch === undefined) return
  // Recorded: also where the version has that tag.
  if (conditions.VersionId !== undefined) throw headerNotImplemented("If-Match")
  const there = current && !current.marker ? current : undefined
  if (!there) throw noSuchKey(key)
  if (!matches(there.etag, IfMatch)) throw preconditionFailed("If-Match")
}

/** Conditions of directory buckets alone. Throws PreconditionFailed. */
export function assertDirectoryDelete(
  version: Version | undefined,
  { IfMatchLastModifiedTime: timeMs, IfMatchSize: size }: DeleteConditions,
): void {
  const seconds = (ms: number): number => Math.floor(ms / SECOND_MS)
  if (timeMs !== undefined && (!version || seconds(version.modifiedMs) !== seconds(timeMs)))
    throw preconditionFailed("x-amz-if-match-last-modified-time")
  if (size !== undefined && version?.sizeBytes !== size)
    throw preconditionFailed("x-amz-if-match-size")
}

/** A list of tags, quoted or not, or `*`. */
export const matches = (etag: string, wanted: string): boolean =>
  wanted
    .split(",")
    .map((one) => one.trim().replace(/^"|"$/g, ""))
    .some((one) => one === "*" || one === etag)
