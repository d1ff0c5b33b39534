import type { Bucket } from "../buckets/bucket.ts"
import { checksumMembers } from "../checksums/checksum.ts"
import type { Out } from "../define.ts"
import { DEFAULT_TYPE } from "./new-object.ts"
import type { Version } from "./version.ts"

type Head = Out<"HeadObject">

/** The headers of GetObject and HeadObject for a version, but for its length and range. */
export function describe(bucket: Bucket, version: Version, checksums: boolean): Head {
  const { headers, metadata, storageClass, tags, websiteRedirect } = version
  return {
    AcceptRanges: "bytes",
    LastModified: version.modifiedMs,
    ETag: `"${version.etag}"`,
    ...(bucket.versioning !== undefined && { VersionId: version.versionId }),
    ContentType: DEFAULT_TYPE,
    ...headers,
    ...(metadata && { Metadata: metadata }),
    ...(storageClass !== undefined && { StorageClass: storageClass }),
    ...(tags && { TagCount: Object.keys(tags).length }),
    ...(websiteRedirect !== undefined && { WebsiteRedirectLocation: websiteRedirect }),
    ...encryptionMembers(version),
    ...(checksums && checksumMembers(version.checksum)),
  }
}

/** The members by which answers to reads and writes tell how an object is encrypted. */
export function encryptionMembers({ encryption }: Pick<Version, "encryption">): EncryptionMembers {
  if (!encryption || encryption.type === "AES256") return SSE_S3
  if (encryption.type === "SSE-C") return {}
  return {
    ServerSideEncryption: encryption.type,
    SSEKMSKeyId: encryption.kmsKey,
    ...(encryption.bucketKey && { BucketKeyEnabled: true }),
  }
}

type EncryptionMembers = Pick<
  Head,
  "ServerSideEncryption" | "SSEKMSKeyId" | "BucketKeyEnabled" | "SSECustomerAlgorithm"
>

const SSE_S3: EncryptionMembers = Object.freeze({ ServerSideEncryption: "AES256" })
