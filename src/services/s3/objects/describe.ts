import type { Bucket } from "../buckets/bucket.ts"
import { restoreHeader } from "../archive/restore.ts"
import type { Out } from "../define.ts"
import { expirationMember } from "../lifecycle/operations.ts"
import { lockMembers } from "../lock/object-lock.ts"
import { DEFAULT_TYPE } from "./new-object.ts"
import { toldMetadata } from "./user-metadata.ts"
import type { Version } from "./version.ts"

type Head = Out<"HeadObject">

/** The headers of GetObject and HeadObject for a version, but for length, range and checksum. */
export function describe(bucket: Bucket, version: Version, input: GivenKey): Head {
  const { headers, metadata, storageClass, tags, websiteRedirect } = version
  return {
    AcceptRanges: "bytes",
    LastModified: version.modifiedMs,
    ETag: `"${version.etag}"`,
    ...(bucket.versioning !== undefined && { VersionId: version.versionId }),
    ContentType: DEFAULT_TYPE,
    ...headers,
    ...(metadata && { Metadata: toldMetadata(metadata) }),
    ...(storageClass !== undefined && { StorageClass: storageClass }),
    ...tagCount(tags),
    ...(websiteRedirect !== undefined && { WebsiteRedirectLocation: websiteRedirect }),
    ...(version.restore && { Restore: restoreHeader(version.restore) }),
    ...(version.lock && lockMembers(version.lock)),
    ...(version.replication && { ReplicationStatus: version.replication.status }),
    ...encryptionMembers(version, input),
    // Recorded: of a version by its id it is not told.
    ...(input.VersionId === undefined && expirationMember(bucket, version)),
  }
}

/** Recorded: what has no tags says nothing of them, though it once had some. */
function tagCount(tags: Version["tags"]): { readonly TagCount?: number } {
  const count = tags ? Object.keys(tags).length : 0
  return count > 0 ? { TagCount: count } : {}
}

/** Of the headers of a caller's own key: the one that is answered. */
interface GivenKey {
  readonly VersionId?: string | undefined
  readonly SSECustomerKeyMD5?: string | undefined
}

/** The members by which answers to reads and writes tell how an object is encrypted. */
export function encryptionMembers(
  { encryption }: Pick<Version, "encryption">,
  { SSECustomerKeyMD5 }: GivenKey = {},
): EncryptionMembers {
  if (!encryption || encryption.type === "AES256") return SSE_S3
  if (encryption.type === "SSE-C") return { SSECustomerAlgorithm: "AES256", SSECustomerKeyMD5 }
  return {
    ServerSideEncryption: encryption.type,
    SSEKMSKeyId: encryption.kmsKey,
    ...(encryption.bucketKey && { BucketKeyEnabled: true }),
  }
}

type EncryptionMembers = Pick<
  Head,
  | "ServerSideEncryption"
  | "SSEKMSKeyId"
  | "BucketKeyEnabled"
  | "SSECustomerAlgorithm"
  | "SSECustomerKeyMD5"
>

const SSE_S3: EncryptionMembers = Object.freeze({ ServerSideEncryption: "AES256" })
