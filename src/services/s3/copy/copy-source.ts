import { invalidArgument } from "../errors.ts"

/** What `x-amz-copy-source` names. */
export interface CopySource {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
}

/** An object "as accessed through the access point" ("CopyObject", x-amz-copy-source). */
const THROUGH_POINT = /^(arn:[^:]+:s3:[^:]+:\d+:accesspoint\/[^/]+)\/object\/(.+)$/s

/** What can be a bucket, or what leads to one; of today's buckets, and of those of old. */
const BUCKET = /^(?!\d+\.\d+\.\d+\.\d+$)[A-Za-z0-9._-]{3,255}$/

/**
 * Reads `bucket/key?versionId=…`, URL-encoded, with or without a slash in front. Throws
 * InvalidArgument.
 */
export function parseCopySource(header: string): CopySource {
  const question = header.indexOf("?")
  const path = decoded(question < 0 ? header : header.slice(0, question)).replace(/^\/+/, "")
  const query = question < 0 ? "" : header.slice(question + 1)
  const versionId = new URLSearchParams(query).get("versionId") ?? undefined
  const [, point, pointKey] = THROUGH_POINT.exec(path) ?? []
  if (point !== undefined && pointKey !== undefined)
    return { bucket: point, key: pointKey, versionId }
  const slash = path.indexOf("/")
  const bucket = slash < 0 ? path : path.slice(0, slash)
  // As users quote it, of an encoded slash that was encoded again.
  if (bucket !== "" && !bucket.startsWith("arn:") && !BUCKET.test(bucket))
    throw invalidSource("Invalid copy source bucket name", header)
  // Recorded, with this value of the argument.
  if (slash <= 0 || slash === path.length - 1)
    throw invalidSource("Invalid copy source object key", "x-amz-copy-source")
  return { bucket, key: path.slice(slash + 1), versionId }
}

/** Recorded: a plus is a space. Of what is not encoded well, the words are as users quote them. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch {
    throw invalidSource("Invalid copy source encoding", text)
  }
}

const invalidSource = (message: string, value: string) =>
  invalidArgument(message, "x-amz-copy-source", value)
