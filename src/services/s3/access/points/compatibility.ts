import type { Call } from "../../../../registry/call.ts"
import { accessDenied, notForAccessPoints } from "../../errors.ts"

/** Throws where a Multi-Region Access Point does not take the operation, or nobody signed. */
export function assertMultiRegion({ operation, principal }: Call): void {
  if (!OPERATIONS.has(operation)) throw notForAccessPoints(operation)
  // "Multi-Region Access Points don't support anonymous requests."
  if (principal.type === "anonymous") throw accessDenied()
}

/** "Multi-Region Access Point compatibility with S3 operations". */
const OPERATIONS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload"],
    ...["DeleteObject", "DeleteObjectTagging", "GetObject", "GetObjectAcl", "GetObjectLegalHold"],
    ...["GetObjectRetention", "GetObjectTagging", "HeadObject", "ListMultipartUploads"],
    ...["ListObjectsV2", "ListParts", "PutObject", "PutObjectAcl", "PutObjectLegalHold"],
    ...["PutObjectRetention", "PutObjectTagging", "RestoreObject", "UploadPart"],
  ]),
)
