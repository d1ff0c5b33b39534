import { unchecked } from "../../../../registry/authorize.ts"
import type { Operation } from "../../../../registry/operation.ts"
import { headerNotImplemented, invalidArgument, invalidStorageClass } from "../../errors.ts"
import { ZONAL_CLASS } from "../../objects/store.ts"
import { expectedCreation, md5NotSupported, notOfDirectories } from "./errors.ts"

/**
 * Members of inputs that directory buckets do not know ("This functionality is not supported for
 * directory buckets" with each of them in the API reference), and the headers that carry them. That
 * 501 is the answer to each of them is documented of tags and expected owners, and quoted of
 * Content-MD5.
 */
const REFUSED: Readonly<Record<string, string>> = {
  ACL: "x-amz-acl",
  BucketNamespace: "x-amz-bucket-namespace",
  BypassGovernanceRetention: "x-amz-bypass-governance-retention",
  CopySourceSSECustomerAlgorithm: "x-amz-copy-source-server-side-encryption-customer-algorithm",
  GrantFullControl: "x-amz-grant-full-control",
  GrantRead: "x-amz-grant-read",
  GrantReadACP: "x-amz-grant-read-acp",
  GrantWrite: "x-amz-grant-write",
  GrantWriteACP: "x-amz-grant-write-acp",
  MFA: "x-amz-mfa",
  ObjectLockEnabledForBucket: "x-amz-bucket-object-lock-enabled",
  ObjectLockLegalHoldStatus: "x-amz-object-lock-legal-hold",
  ObjectLockMode: "x-amz-object-lock-mode",
  ObjectLockRetainUntilDate: "x-amz-object-lock-retain-until-date",
  ObjectOwnership: "x-amz-object-ownership",
  OptionalObjectAttributes: "x-amz-optional-object-attributes",
  RequestPayer: "x-amz-request-payer",
  SSECustomerAlgorithm: "x-amz-server-side-encryption-customer-algorithm",
  SSECustomerKey: "x-amz-server-side-encryption-customer-key",
  SSECustomerKeyMD5: "x-amz-server-side-encryption-customer-key-MD5",
  StartAfter: "start-after",
  Tagging: "x-amz-tagging",
  UploadIdMarker: "upload-id-marker",
  WebsiteRedirectLocation: "x-amz-website-redirect-location",
}

/** Throws NotImplemented for what a request says that directory buckets do not know. */
export function refuseMembers(input: object): void {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || value === false) continue
    if (member === "ContentMD5") throw md5NotSupported()
    if (Object.hasOwn(REFUSED, member)) throw headerNotImplemented(REFUSED[member] as string)
  }
  const { VersionId, StorageClass } = input as { VersionId?: string; StorageClass?: string }
  // "… only the null value of the version ID is supported".
  if (VersionId !== undefined && VersionId !== "null")
    throw invalidArgument("Invalid version id specified", "versionId", VersionId)
  if (StorageClass !== undefined && StorageClass !== ZONAL_CLASS)
    throw invalidStorageClass(StorageClass)
}

/** Documents that a bucket of the other kind is configured with. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  PutBucketAbac: "AbacStatus",
  PutBucketAccelerateConfiguration: "AccelerateConfiguration",
  PutBucketAcl: "AccessControlPolicy",
  PutBucketAnalyticsConfiguration: "AnalyticsConfiguration",
  PutBucketCors: "CORSConfiguration",
  PutBucketIntelligentTieringConfiguration: "IntelligentTieringConfiguration",
  PutBucketLogging: "BucketLoggingStatus",
  PutBucketNotificationConfiguration: "NotificationConfiguration",
  PutBucketOwnershipControls: "OwnershipControls",
  PutBucketReplication: "ReplicationConfiguration",
  PutBucketRequestPayment: "RequestPaymentConfiguration",
  PutBucketTagging: "Tagging",
  PutBucketVersioning: "VersioningConfiguration",
  PutBucketWebsite: "WebsiteConfiguration",
  PutObjectLockConfiguration: "ObjectLockConfiguration",
  PutPublicAccessBlock: "PublicAccessBlockConfiguration",
}

/** An operation that directory buckets do not have. */
export function refused(name: string): Operation {
  return Object.freeze({
    kind: "write",
    name,
    authorize: unchecked("directory buckets do not have this: it is refused whoever asks"),
    run: () => {
      const root = Object.hasOwn(DOCUMENTS, name) ? DOCUMENTS[name] : undefined
      throw root === undefined ? notOfDirectories() : expectedCreation(root)
    },
  })
}
