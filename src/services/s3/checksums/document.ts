import { hash } from "node:crypto"
import type { WireRequest } from "../../../kernel/wire.ts"
import { badChecksum, badContentMd5, invalidDigest, invalidRequest } from "../errors.ts"
import { ALGORITHMS, checksumOf, headerOf, isChecksum } from "./checksum.ts"

type Sent = Pick<WireRequest, "headers" | "body">

/**
 * Operations whose input is a document, and whether a digest must come with it: so say the first API
 * reference, and tests that AWS passes, of those here. Of others it is not asked for: tags of objects
 * are taken without (as users quote it), and older SDKs for Go send none with them.
 */
const DOCUMENTS: Readonly<Record<string, "required" | "optional">> = {
  ...{ DeleteObjects: "required", PutBucketTagging: "required", PutBucketCors: "required" },
  ...{ PutBucketLifecycleConfiguration: "required", PutBucketReplication: "required" },
  ...{ PutObjectLockConfiguration: "required", PutObjectTagging: "optional" },
  ...{ PutBucketAbac: "optional", PutBucketAccelerateConfiguration: "optional" },
  ...{ PutBucketAcl: "optional", PutBucketEncryption: "optional", PutBucketLogging: "optional" },
  ...{ PutBucketNotificationConfiguration: "optional", PutBucketOwnershipControls: "optional" },
  ...{ PutBucketPolicy: "optional", PutBucketRequestPayment: "optional" },
  ...{ PutBucketVersioning: "optional", PutBucketWebsite: "optional", PutObjectAcl: "optional" },
  ...{ PutObjectLegalHold: "optional", PutObjectRetention: "optional", RestoreObject: "optional" },
  ...{ PutPublicAccessBlock: "optional", UpdateObjectEncryption: "optional" },
  ...{ PutBucketAnalyticsConfiguration: "optional", PutBucketInventoryConfiguration: "optional" },
  ...{ PutBucketMetricsConfiguration: "optional", SelectObjectContent: "optional" },
  ...{ PutBucketIntelligentTieringConfiguration: "optional", CreateBucket: "optional" },
  // Its checksum is that of the object.
  CompleteMultipartUpload: "optional",
}
const OF_THE_OBJECT = "CompleteMultipartUpload"

/**
 * Holds a document to the digests that its headers name: what differs is not what was written. Throws
 * InvalidDigest, BadDigest and InvalidRequest.
 */
export function verifyDocument(operation: string, { headers, body }: Sent): void {
  const digest = Object.hasOwn(DOCUMENTS, operation) ? DOCUMENTS[operation] : undefined
  if (digest === undefined) return
  const md5 = headers["content-md5"]
  if (md5 !== undefined) assertMd5(md5, body)
  const named = operation !== OF_THE_OBJECT && assertChecksums({ headers, body })
  if (digest === "required" && md5 === undefined && !named)
    throw invalidRequest(
      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    )
}

/** In what form the digests are told is recorded of objects only. */
function assertMd5(given: string, body: Uint8Array): void {
  if (!/^[A-Za-z0-9+/]{22}==$/.test(given)) throw invalidDigest(given)
  const computed = hash("md5", body, "base64")
  if (computed !== given) throw badContentMd5(given, computed)
}

/** Whether there was one. */
function assertChecksums({ headers, body }: Sent): boolean {
  let named = false
  for (const algorithm of ALGORITHMS) {
    const header = headerOf(algorithm)
    const given = headers[header]
    if (given === undefined) continue
    named = true
    if (!isChecksum(algorithm, given))
      throw invalidRequest(`Value for ${header} header is invalid.`)
    if (checksumOf(algorithm, body) !== given) throw badChecksum(algorithm)
  }
  return named
}
