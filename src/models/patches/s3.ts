import type { MemberPatch, OperationPatch, Patch } from "../patch.ts"

/** What S3 answers and AWS's published model does not say. */
export const s3Patch = (): Patch => ({
  shapes: {
    // "DeleteObjects", Request Syntax: one of these is required; the model leaves them to the SDKs.
    DeleteObjectsRequest: {
      members: {
        ContentMD5: { shape: "ContentMD5", location: "header", locationName: "Content-MD5" },
        ...Object.fromEntries(CHECKSUMS.map(checksumHeader)),
      },
    },
    RefusedHeader: { type: "string" },
    ...Object.fromEntries(NOT_ENCRYPTING.map((name) => [`${name}Request`, refusesEncryption])),
    // "ListBuckets", Response Syntax has them the other way; the Java SDK 1 needs them as AWS sends them.
    ListBucketsOutput: { first: ["Owner"] },
    // Recorded: the bucket's Region stands above its lists, as above HeadBucket.
    ListObjectsOutput: {
      first: headOf("Marker", "NextMarker"),
      members: { BucketRegion: bucketRegion },
    },
    ListObjectsV2Output: {
      first: headOf(...V2_PLACES, "KeyCount"),
      members: { BucketRegion: bucketRegion },
    },
    ListObjectVersionsOutput: { first: headOf(...VERSION_PLACES) },
    // Recorded.
    HeadBucketOutput: { members: { ContentType: contentType } },
    RestoreStatusCode: { type: "integer" },
    // "RestoreObject", Responses: 202 Accepted, and 200 OK where a copy is there already.
    RestoreObjectOutput: {
      members: { StatusCode: { shape: "RestoreStatusCode", location: "statusCode" } },
    },
  },
  operations: Object.fromEntries(
    Object.entries(NO_CONTENT).map(([name, parameter]) => [name, noContent(parameter)]),
  ),
})

/**
 * "GetObject", "HeadObject": a request that names an encryption gets 400. Users quote the same of
 * parts, of completing an upload and of lists; the model knows the header for none of them.
 */
const NOT_ENCRYPTING = [
  ...(["GetObject", "HeadObject", "UploadPart", "CompleteMultipartUpload"] as const),
  ...(["ListObjects", "ListObjectsV2"] as const),
]

const refusesEncryption = {
  members: {
    ServerSideEncryption: {
      ...{ shape: "RefusedHeader", location: "header" },
      locationName: "x-amz-server-side-encryption",
    },
  },
} as const

/** As the examples of the API reference have it; the Java SDK 1 gives the name to what comes behind. */
const headOf = (...places: readonly string[]): readonly string[] => [
  ...["Name", "Prefix", ...places],
  ...["MaxKeys", "Delimiter", "EncodingType", "IsTruncated"],
]
const V2_PLACES = ["StartAfter", "ContinuationToken", "NextContinuationToken"] as const
const VERSION_PLACES = [
  ...["KeyMarker", "VersionIdMarker", "NextKeyMarker", "NextVersionIdMarker"],
] as const

const bucketRegion: MemberPatch = {
  shape: "Region",
  location: "header",
  locationName: "x-amz-bucket-region",
}

const contentType: MemberPatch = {
  shape: "ContentType",
  location: "header",
  locationName: "Content-Type",
}

const CHECKSUMS = [
  ...(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5"] as const),
  ...(["XXHASH64", "XXHASH3", "XXHASH128"] as const),
] as const

const checksumHeader = (name: (typeof CHECKSUMS)[number]): [string, MemberPatch] => [
  `Checksum${name}`,
  {
    shape: `Checksum${name}`,
    location: "header",
    locationName: `x-amz-checksum-${name.toLowerCase()}`,
  },
]

/** Recorded: 204 for these, by the parameter that tells them; 200 for the other configurations. */
const NO_CONTENT: Readonly<Record<string, string>> = {
  PutBucketAnalyticsConfiguration: "analytics",
  PutBucketIntelligentTieringConfiguration: "intelligent-tiering",
  PutBucketInventoryConfiguration: "inventory",
  PutBucketMetricsConfiguration: "metrics",
  PutBucketPolicy: "policy",
  PutBucketTagging: "tagging",
}

const noContent = (parameter: string): OperationPatch => ({
  http: { method: "PUT", requestUri: `/{Bucket}?${parameter}`, responseCode: 204 },
})
