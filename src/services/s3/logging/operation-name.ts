/**
 * `REST.HTTP_method.resource_type`: the resource types of operations as AWS's logs have them
 * ("Amazon S3 server access log format", "Tracking Amazon S3 usage with access logs"). Of
 * operations that are not here it follows from their names, which is not verified.
 */
const RESOURCES: Readonly<Record<string, string>> = {
  ...{ GetObject: "OBJECT", HeadObject: "OBJECT", PutObject: "OBJECT", DeleteObject: "OBJECT" },
  ...{ PostObject: "OBJECT", ListObjects: "BUCKET", ListObjectsV2: "BUCKET", HeadBucket: "BUCKET" },
  ...{ CreateBucket: "BUCKET", DeleteBucket: "BUCKET", ListObjectVersions: "BUCKETVERSIONS" },
  ...{ GetBucketAcl: "ACL", PutBucketAcl: "ACL", GetObjectAcl: "ACL", PutObjectAcl: "ACL" },
  ...{ GetBucketPolicy: "BUCKETPOLICY", PutBucketPolicy: "BUCKETPOLICY" },
  ...{ DeleteBucketPolicy: "BUCKETPOLICY", GetBucketLogging: "LOGGING_STATUS" },
  ...{ PutBucketLogging: "LOGGING_STATUS", GetObjectTagging: "OBJECT_TAGGING" },
  ...{ PutObjectTagging: "OBJECT_TAGGING", DeleteObjectTagging: "OBJECT_TAGGING" },
  ...{ CreateMultipartUpload: "UPLOADS", ListMultipartUploads: "UPLOADS", UploadPart: "PART" },
  ...{ CompleteMultipartUpload: "UPLOAD", AbortMultipartUpload: "UPLOAD", ListParts: "UPLOAD" },
  ...{ DeleteObjects: "MULTI_OBJECT_DELETE", RestoreObject: "OBJECT_RESTORE" },
  ...{ GetBucketLifecycleConfiguration: "LIFECYCLE", PutBucketLifecycleConfiguration: "LIFECYCLE" },
  ...{ DeleteBucketLifecycle: "LIFECYCLE", GetBucketNotificationConfiguration: "NOTIFICATION" },
  ...{ PutBucketNotificationConfiguration: "NOTIFICATION" },
  ...{ GetBucketAccelerateConfiguration: "ACCELERATE" },
  ...{ PutBucketAccelerateConfiguration: "ACCELERATE" },
}

export function operationName(operation: string | undefined, method: string): string {
  switch (operation) {
    case undefined:
      return `REST.${method}.BUCKET`
    case "CopyObject":
      return "REST.COPY.OBJECT"
    case "UploadPartCopy":
      return "REST.COPY.PART"
    default: {
      const known = Object.hasOwn(RESOURCES, operation) ? RESOURCES[operation] : undefined
      return `REST.${method}.${known ?? named(operation)}`
    }
  }
}

/** `GetBucketRequestPayment` is about `REQUEST_PAYMENT`. */
const named = (operation: string): string =>
  operation
    .replace(/^(?:Get|Put|Delete|List|Create|Update|Head)(?:Bucket)?/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toUpperCase() || "BUCKET"
