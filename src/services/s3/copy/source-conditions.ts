import { matches } from "../objects/conditions.ts"

/** The four headers that a copy may put on its source. Times are epoch milliseconds. */
export interface SourceConditions {
  readonly CopySourceIfMatch?: string | undefined
  readonly CopySourceIfNoneMatch?: string | undefined
  readonly CopySourceIfModifiedSince?: number | undefined
  readonly CopySourceIfUnmodifiedSince?: number | undefined
}

/** The object that they are held against. */
interface Source {
  /** Without quotes. */
  readonly etag: string
  readonly lastModifiedMs: number
}

/** HTTP's dates have no fractions of seconds. */
const seconds = (ms: number): number => Math.floor(ms / 1000)

/**
 * The header that does not hold, as S3 spells it in `Condition`; undefined when all hold. The order
 * is recorded. A source that matches If-Match passes whatever If-Unmodified-Since says, and a date
 * in the future is no If-Modified-Since (both recorded, of UploadPartCopy and of CopyObject). That
 * one says nothing beside If-None-Match is HTTP's rule, and found so by authors of a gateway.
 */
export function failedCondition(
  asked: SourceConditions,
  source: Source,
  nowMs: number,
): string | undefined {
  const modified = seconds(source.lastModifiedMs)
  const { CopySourceIfMatch: match, CopySourceIfNoneMatch: noneMatch } = asked
  const { CopySourceIfModifiedSince: since, CopySourceIfUnmodifiedSince: unmodifiedSince } = asked
  if (match !== undefined && !matches(source.etag, match)) return "x-amz-copy-source-If-Match"
  const matched = match !== undefined
  if (!matched && unmodifiedSince !== undefined && modified > seconds(unmodifiedSince))
    return "x-amz-copy-source-If-Unmodified-Since"
  if (noneMatch !== undefined)
    return matches(source.etag, noneMatch) ? "x-amz-copy-source-If-None-Match" : undefined
  if (since !== undefined && modified <= seconds(since) && seconds(since) <= seconds(nowMs))
    return "x-amz-copy-source-If-Modified-Since"
  return undefined
}
