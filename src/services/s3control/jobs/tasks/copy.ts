import type { BatchJob, BatchTask } from "../job.ts"
import { bucketOfArn } from "../s3.ts"
import { grantHeaders } from "./grants.ts"

type Copy = NonNullable<BatchJob["given"]["Operation"]["S3PutObjectCopy"]>

/** The copy of one object ("Copy objects"). */
export function copyInput(copy: Copy, { bucket, key, versionId }: BatchTask) {
  const { TargetResource = "", TargetKeyPrefix: prefix = "", NewObjectTagging: tags } = copy
  const plain = decodeURIComponent(key)
  const source = plain.split("/").map(encodeURIComponent).join("/")
  return defined({
    Bucket: bucketOfArn(TargetResource),
    Key: prefix === "" ? plain : `${prefix}/${plain}`,
    CopySource: `${bucket}/${source}${versionId === undefined ? "" : `?versionId=${versionId}`}`,
    CopySourceIfModifiedSince: copy.ModifiedSinceConstraint,
    CopySourceIfUnmodifiedSince: copy.UnModifiedSinceConstraint,
    ACL: copy.CannedAccessControlList,
    ...grantHeaders(copy.AccessControlGrants ?? []),
    ...metadataOf(copy),
    ...encryptionOf(copy),
    ...(tags && { TaggingDirective: "REPLACE", Tagging: tagText(tags) }),
    WebsiteRedirectLocation: copy.RedirectLocation,
    RequestPayer: copy.RequesterPays ? "requester" : undefined,
    StorageClass: copy.StorageClass,
    ObjectLockLegalHoldStatus: copy.ObjectLockLegalHoldStatus,
    ObjectLockMode: copy.ObjectLockMode,
    ObjectLockRetainUntilDate: copy.ObjectLockRetainUntilDate,
    ChecksumAlgorithm: copy.ChecksumAlgorithm,
  })
}

/** An empty set leaves the copy without tags. */
const tagText = (tags: NonNullable<Copy["NewObjectTagging"]>): string =>
  tags.map(({ Key, Value }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`).join("&")

function metadataOf({ MetadataDirective, NewObjectMetadata: given }: Copy): object {
  if (!given) return { MetadataDirective }
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage } = given
  const { ContentType, HttpExpiresDate, UserMetadata: Metadata } = given
  const says = { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage }
  const more = {
    ...{ ...says, ContentType, Metadata },
    Expires: HttpExpiresDate === undefined ? undefined : new Date(HttpExpiresDate).toUTCString(),
  }
  // What says how the copy is encrypted alone replaces nothing.
  const replaces = Object.values(more).some((one) => one !== undefined)
  return { MetadataDirective: MetadataDirective ?? (replaces ? "REPLACE" : undefined), ...more }
}

function encryptionOf({ NewObjectMetadata, SSEAwsKmsKeyId: key, BucketKeyEnabled }: Copy): object {
  const isKms = key !== undefined || NewObjectMetadata?.SSEAlgorithm === "KMS"
  return {
    ServerSideEncryption: isKms ? "aws:kms" : NewObjectMetadata?.SSEAlgorithm,
    SSEKMSKeyId: key,
    BucketKeyEnabled,
  }
}

/** An absent member is not one of an undefined value. */
const defined = <Of extends object>(of: Of): Of =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Of
