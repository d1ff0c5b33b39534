import { hash } from "node:crypto"
import type { WireRequest } from "../../../kernel/wire.ts"
import {
  badChecksum,
  badContentMd5,
  emptyBody,
  invalidPayloadMark,
  invalidRequest,
} from "../errors.ts"
import {
  ALGORITHMS,
  assertKnownChecksums,
  checksumClaim,
  checksumOf,
  contentMd5,
  headerOf,
  memberOf,
  type ChecksumMember,
} from "./checksum.ts"
import { assertSize } from "./document-size.ts"

type Sent = Pick<WireRequest, "headers" | "body">

/** What must come with a document. */
interface Rule {
  /** A digest. */
  readonly digest?: true
  /** The document itself. */
  readonly body?: true
}

const BOTH: Rule = { digest: true, body: true }
const DIGEST: Rule = { digest: true }
const BODY: Rule = { body: true }
const NEITHER: Rule = Object.freeze({})

/**
 * Operations whose input is a document. Which digests AWS asks for is quoted by users of tags, locks,
 * legal holds, lifecycle and rules for other origins, said in the first API reference of deletions and
 * replication, and of retention it is in what a gateway's authors found of each operation; they, too,
 * found that of others none is asked for. That a document may not be empty is quoted of notifications,
 * versioning and an object's tags; of the rest it is documented ("Error responses"), but not where
 * grants may stand in headers, and recorded otherwise of locks of objects.
 */
const DOCUMENTS: Readonly<Record<string, Rule>> = {
  ...{ DeleteObjects: BOTH, PutBucketTagging: BOTH, PutBucketCors: BOTH },
  ...{ PutBucketLifecycleConfiguration: BOTH, PutBucketReplication: BOTH },
  ...{ PutObjectLockConfiguration: BOTH, PutObjectTagging: BODY },
  ...{ PutObjectLegalHold: DIGEST, PutObjectRetention: DIGEST },
  ...{ PutBucketAbac: BODY, PutBucketAccelerateConfiguration: BODY },
  ...{ PutBucketAcl: NEITHER, PutBucketEncryption: BODY, PutBucketLogging: BODY },
  ...{ PutBucketNotificationConfiguration: BODY, PutBucketOwnershipControls: BODY },
  ...{ PutBucketPolicy: NEITHER, PutBucketRequestPayment: BODY },
  ...{ PutBucketVersioning: BODY, PutBucketWebsite: BODY, PutObjectAcl: NEITHER },
  ...{ PutPublicAccessBlock: BODY, UpdateObjectEncryption: NEITHER, RestoreObject: NEITHER },
  ...{ PutBucketAnalyticsConfiguration: BODY, PutBucketInventoryConfiguration: BODY },
  ...{ PutBucketMetricsConfiguration: BODY, SelectObjectContent: NEITHER },
  ...{ PutBucketIntelligentTieringConfiguration: BODY, CreateBucket: NEITHER },
  // Its checksum is that of the object.
  CompleteMultipartUpload: NEITHER,
}
const OF_THE_OBJECT = "CompleteMultipartUpload"
/** Recorded: its refusal names no checksum, though one will do. */
const NAMES_MD5_ONLY = "PutBucketLifecycleConfiguration"

/**
 * Holds a document to the digests that its headers name: what differs is not what was written. Throws
 * MissingRequestBodyError, MaxMessageLengthExceeded, InvalidDigest, BadDigest and InvalidRequest.
 */
export function verifyDocument(operation: string, { headers, body }: Sent): void {
  const rule = Object.hasOwn(DOCUMENTS, operation) ? DOCUMENTS[operation] : undefined
  if (rule === undefined) return
  // Only bytes of objects come in chunks (not verified but of buckets' documents).
  if (headers["x-amz-content-sha256"]?.startsWith("STREAMING-")) throw invalidPayloadMark()
  if (rule.body && body.length === 0) throw emptyBody()
  assertSize(operation, body.length)
  const md5 = contentMd5(headers["content-md5"])
  const claim = operation === OF_THE_OBJECT ? undefined : claimOf(headers)
  if (rule.digest && md5 === undefined && !claim)
    throw invalidRequest(
      "Missing required header for this request: Content-MD5" +
        (operation === NAMES_MD5_ONLY ? "" : " OR x-amz-checksum-*"),
    )
  if (md5 !== undefined) assertMd5(md5, body)
  if (claim && checksumOf(claim.algorithm, body) !== claim.expected)
    throw badChecksum(claim.algorithm)
}

/** The checksum that headers say of a document, by the rules for those of objects. */
function claimOf(headers: WireRequest["headers"]) {
  assertKnownChecksums(headers)
  const said: { [Member in ChecksumMember | "ChecksumAlgorithm"]?: string | undefined } = {}
  for (const algorithm of ALGORITHMS) said[memberOf(algorithm)] = headers[headerOf(algorithm)]
  said.ChecksumAlgorithm = headers["x-amz-sdk-checksum-algorithm"]
  return checksumClaim(said)
}

/** In what form the digests are told is recorded of objects only. */
function assertMd5(given: string, body: Uint8Array): void {
  const computed = hash("md5", body, "base64")
  if (computed !== given) throw badContentMd5(given, computed)
}
