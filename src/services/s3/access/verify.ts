import type { WireRequest } from "../../../kernel/wire.ts"
import { verifyDocument } from "../checksums/document.ts"
import { assertNoCopySource } from "../copy/misplaced.ts"
import { invalidArgument } from "../errors.ts"

/**
 * Operations that take no version, and say so: recorded of parts, lists, deletions of buckets and what
 * is read of them, and in tests that AWS passes of objects that are written. Others leave it unread.
 */
const TAKES_NO_VERSION =
  /^(?:PutObject|CopyObject|UploadPart|UploadPartCopy|ListObjects|ListObjectsV2|ListObjectVersions|ListMultipartUploads|DeleteBucket|PutBucketVersioning|PutBucketTagging|GetBucket(?!Acl$).*)$/

/** What is refused before anything is looked up. Throws InvalidArgument, MethodNotAllowed, and as for documents. */
export function verifyRequest(operation: string, request: WireRequest): void {
  if (request.query.includes("versionId")) assertTakesVersion(operation, request.query)
  assertNoCopySource(request)
  verifyDocument(operation, request)
}

function assertTakesVersion(operation: string, query: string): void {
  if (!TAKES_NO_VERSION.test(operation)) return
  const versionId = new URLSearchParams(query).get("versionId")
  if (versionId === null) return
  throw invalidArgument("This operation does not accept a version-id.", "versionId", versionId)
}
