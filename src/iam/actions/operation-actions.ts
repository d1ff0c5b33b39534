/** What tells of an operation which action it needs. */
export interface OperationName {
  /** The name by which the service's requests are signed. */
  readonly signingName: string
  /** `SendMessage` */
  readonly operation: string
}

/** Signing names that are not the prefix of the service's actions. */
const PREFIXES: Readonly<Record<string, string>> = {
  awsssoportal: "sso",
  cloudcontrolapi: "cloudformation",
  "iot-jobs-data": "iotjobsdata",
  iotdata: "iot",
  ioteventsdata: "iotevents",
  IoTSecuredTunneling: "iot",
  monitoring: "cloudwatch",
  "mturk-requester": "mechanicalturk",
  "partnercentral-account": "partnercentral",
  "partnercentral-benefits": "partnercentral",
  "partnercentral-channel": "partnercentral",
  "partnercentral-selling": "partnercentral",
  tagging: "tag",
}

/**
 * Operations whose action has another name: `service Operation` → the actions that a request may
 * need, the plainest first ("Required permissions for Amazon S3 API operations" and each service's
 * page of the service authorization reference).
 */
const NAMED_OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  "access-analyzer GetFindingV2": ["access-analyzer:GetFinding"],
  "access-analyzer ListFindingsV2": ["access-analyzer:ListFindings"],
  "cloudfront CreateDistributionWithTags": [
    "cloudfront:CreateDistribution",
    "cloudfront:TagResource",
  ],
  "dax TransactGetItems": ["dax:GetItem"],
  "dax TransactWriteItems": [
    ...["dax:PutItem", "dax:UpdateItem", "dax:DeleteItem", "dax:ConditionCheckItem"],
  ],
  // Of no API: what replication between accounts may do is asked before.
  "dynamodb AskReplication": [
    ...["dynamodb:ReadDataForReplication", "dynamodb:WriteDataForReplication"],
    "dynamodb:ReplicateSettings",
  ],
  "dynamodb BatchExecuteStatement": [
    ...["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert"],
    ...["dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"],
  ],
  "dynamodb ExecuteStatement": [
    ...["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert"],
    ...["dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"],
  ],
  "dynamodb ExecuteTransaction": [
    ...["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert"],
    ...["dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete", "dynamodb:ConditionCheckItem"],
  ],
  "dynamodb TransactGetItems": ["dynamodb:GetItem"],
  "dynamodb TransactWriteItems": [
    ...["dynamodb:PutItem", "dynamodb:UpdateItem"],
    ...["dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"],
  ],
  "kms ReEncrypt": ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
  "lambda GetLayerVersionByArn": ["lambda:GetLayerVersion"],
  "lambda Invoke": ["lambda:InvokeFunction"],
  "lambda InvokeWithResponseStream": ["lambda:InvokeFunction"],
  "sns PublishBatch": ["sns:Publish"],
  "sqs ChangeMessageVisibilityBatch": ["sqs:ChangeMessageVisibility"],
  "sqs DeleteMessageBatch": ["sqs:DeleteMessage"],
  "sqs SendMessageBatch": ["sqs:SendMessage"],
  // Of no API: what the generated manifest of a batch job is made of.
  "s3 ListForBatch": ["s3:PutInventoryConfiguration"],
  // Of no API: the query of a restore.
  "s3 QueryArchive": ["s3:GetObject", "s3:GetObjectVersion"],
  // Of no API: S3 asks so for what replication does.
  "s3 AskReplication": [
    ...["s3:GetReplicationConfiguration", "s3:ListBucket", "s3:GetObjectVersionForReplication"],
    ...["s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging", "s3:GetObjectRetention"],
    ...["s3:GetObjectLegalHold", "s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
    "s3:ObjectOwnerOverrideToBucketOwner",
  ],
  "s3 CompleteMultipartUpload": ["s3:PutObject"],
  "s3 CopyObject": ["s3:PutObject", "s3:GetObject"],
  "s3 CreateMultipartUpload": ["s3:PutObject"],
  "s3 CreateMultiRegionAccessPoint": ["s3:CreateMultiRegionAccessPoint", "s3:ListAllMyBuckets"],
  "s3 CreateSession": ["s3express:CreateSession"],
  "s3 DeleteAccessPointScope": ["s3express:DeleteAccessPointScope"],
  "s3 GetAccessPointScope": ["s3express:GetAccessPointScope"],
  "s3 ListAccessPointsForDirectoryBuckets": ["s3express:ListAccessPointsForDirectoryBuckets"],
  "s3 PutAccessPointScope": ["s3express:PutAccessPointScope"],
  "s3 DeleteBucketCors": ["s3:PutBucketCORS"],
  "s3 DeleteBucketEncryption": ["s3:PutEncryptionConfiguration"],
  "s3 DeleteBucketLifecycle": ["s3:PutLifecycleConfiguration"],
  "s3 DeleteBucketOwnershipControls": ["s3:PutBucketOwnershipControls"],
  "s3 DeleteBucketReplication": ["s3:PutReplicationConfiguration"],
  "s3 DeleteBucketTagging": ["s3:PutBucketTagging"],
  "s3 DeleteObject": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  "s3 DeleteObjectTagging": ["s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"],
  "s3 DeleteObjects": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  "s3 DeletePublicAccessBlock": ["s3:PutBucketPublicAccessBlock", "s3:PutAccountPublicAccessBlock"],
  "s3 GetBucketAccelerateConfiguration": ["s3:GetAccelerateConfiguration"],
  "s3 GetBucketCors": ["s3:GetBucketCORS"],
  "s3 GetBucketEncryption": ["s3:GetEncryptionConfiguration"],
  "s3 GetBucketLifecycle": ["s3:GetLifecycleConfiguration"],
  "s3 GetBucketLifecycleConfiguration": ["s3:GetLifecycleConfiguration"],
  "s3 GetBucketNotificationConfiguration": ["s3:GetBucketNotification"],
  "s3 GetBucketReplication": ["s3:GetReplicationConfiguration"],
  // Where a function answers, S3 Object Lambda asks for its own.
  "s3 GetObject": [
    ...["s3:GetObject", "s3:GetObjectVersion"],
    ...["s3-object-lambda:GetObject", "s3-object-lambda:GetObjectVersion"],
  ],
  "s3 GetObjectAcl": ["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
  "s3 GetObjectAttributes": ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAttributes"],
  "s3 GetObjectLockConfiguration": ["s3:GetBucketObjectLockConfiguration"],
  "s3 GetObjectTagging": ["s3:GetObjectTagging", "s3:GetObjectVersionTagging"],
  "s3 GetPublicAccessBlock": ["s3:GetBucketPublicAccessBlock", "s3:GetAccountPublicAccessBlock"],
  "s3 HeadBucket": ["s3:ListBucket"],
  "s3 HeadObject": [
    ...["s3:GetObject", "s3:GetObjectVersion"],
    ...["s3-object-lambda:GetObject", "s3-object-lambda:GetObjectVersion"],
  ],
  "s3 ListBuckets": ["s3:ListAllMyBuckets"],
  "s3 ListDirectoryBuckets": ["s3express:ListAllMyDirectoryBuckets"],
  "s3 ListMultipartUploads": ["s3:ListBucketMultipartUploads"],
  "s3 ListObjectVersions": ["s3:ListBucketVersions"],
  "s3 ListObjects": ["s3:ListBucket", "s3-object-lambda:ListBucket"],
  "s3 ListObjectsV2": ["s3:ListBucket", "s3-object-lambda:ListBucket"],
  "s3 ListParts": ["s3:ListMultipartUploadParts"],
  "s3 PostObject": ["s3:PutObject"],
  "s3 PutBucketAccelerateConfiguration": ["s3:PutAccelerateConfiguration"],
  "s3 PutBucketCors": ["s3:PutBucketCORS"],
  "s3 PutBucketEncryption": ["s3:PutEncryptionConfiguration"],
  "s3 PutBucketLifecycle": ["s3:PutLifecycleConfiguration"],
  "s3 PutBucketLifecycleConfiguration": ["s3:PutLifecycleConfiguration"],
  "s3 PutBucketNotificationConfiguration": ["s3:PutBucketNotification"],
  "s3 PutBucketReplication": ["s3:PutReplicationConfiguration"],
  "s3 PutObjectAcl": ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
  "s3 PutObjectLockConfiguration": ["s3:PutBucketObjectLockConfiguration"],
  "s3 PutObjectTagging": ["s3:PutObjectTagging", "s3:PutObjectVersionTagging"],
  "s3 PutPublicAccessBlock": ["s3:PutBucketPublicAccessBlock", "s3:PutAccountPublicAccessBlock"],
  "s3 RenameObject": ["s3express:CreateSession"],
  "s3 SelectObjectContent": ["s3:GetObject"],
  "s3 UploadPart": ["s3:PutObject"],
  "s3 UploadPartCopy": ["s3:PutObject", "s3:GetObject"],
  "s3 WriteGetObjectResponse": ["s3-object-lambda:WriteGetObjectResponse"],
}

/** Where the bucket is a directory bucket ("Authorizing Zonal …" and "Regional endpoint API operations"). */
const OF_DIRECTORY_BUCKETS: Readonly<Record<string, string>> = {
  AbortMultipartUpload: "s3express:CreateSession",
  CompleteMultipartUpload: "s3express:CreateSession",
  CopyObject: "s3express:CreateSession",
  CreateAccessPoint: "s3express:CreateAccessPoint",
  CreateBucket: "s3express:CreateBucket",
  CreateMultipartUpload: "s3express:CreateSession",
  DeleteAccessPoint: "s3express:DeleteAccessPoint",
  DeleteAccessPointPolicy: "s3express:DeleteAccessPointPolicy",
  DeleteBucket: "s3express:DeleteBucket",
  DeleteBucketEncryption: "s3express:PutEncryptionConfiguration",
  DeleteBucketInventoryConfiguration: "s3express:PutInventoryConfiguration",
  DeleteBucketLifecycle: "s3express:PutLifecycleConfiguration",
  DeleteBucketMetricsConfiguration: "s3express:PutMetricsConfiguration",
  DeleteBucketPolicy: "s3express:DeleteBucketPolicy",
  DeleteObject: "s3express:CreateSession",
  DeleteObjects: "s3express:CreateSession",
  GetAccessPoint: "s3express:GetAccessPoint",
  GetAccessPointPolicy: "s3express:GetAccessPointPolicy",
  GetBucketEncryption: "s3express:GetEncryptionConfiguration",
  GetBucketInventoryConfiguration: "s3express:GetInventoryConfiguration",
  GetBucketLifecycleConfiguration: "s3express:GetLifecycleConfiguration",
  GetBucketMetricsConfiguration: "s3express:GetMetricsConfiguration",
  GetBucketPolicy: "s3express:GetBucketPolicy",
  GetObject: "s3express:CreateSession",
  GetObjectAttributes: "s3express:CreateSession",
  HeadBucket: "s3express:CreateSession",
  HeadObject: "s3express:CreateSession",
  ListBucketInventoryConfigurations: "s3express:GetInventoryConfiguration",
  ListBucketMetricsConfigurations: "s3express:GetMetricsConfiguration",
  ListMultipartUploads: "s3express:CreateSession",
  ListObjectsV2: "s3express:CreateSession",
  ListParts: "s3express:CreateSession",
  ListTagsForResource: "s3express:ListTagsForResource",
  PutAccessPointPolicy: "s3express:PutAccessPointPolicy",
  PutBucketEncryption: "s3express:PutEncryptionConfiguration",
  PutBucketInventoryConfiguration: "s3express:PutInventoryConfiguration",
  PutBucketLifecycleConfiguration: "s3express:PutLifecycleConfiguration",
  PutBucketMetricsConfiguration: "s3express:PutMetricsConfiguration",
  PutBucketPolicy: "s3express:PutBucketPolicy",
  PutObject: "s3express:CreateSession",
  TagResource: "s3express:TagResource",
  UntagResource: "s3express:UntagResource",
  UploadPart: "s3express:CreateSession",
  UploadPartCopy: "s3express:CreateSession",
}

/** Analytics, inventory, metrics and tiering: a bucket's numbered configurations, written by Put. */
const BUCKET_CONFIGURATION =
  /^(Get|Put|Delete|List)Bucket((?:Analytics|IntelligentTiering|Inventory|Metrics)Configuration)s?$/

/**
 * The actions that an operation may ask for, the plainest first: the one with its name, or those
 * that AWS documents. Whether AWS's list has them is for the test of the catalogue to say.
 */
export function operationActions(name: OperationName): readonly string[] {
  const { signingName, operation } = name
  if (signingName !== "s3" || !Object.hasOwn(OF_DIRECTORY_BUCKETS, operation))
    return ownActions(name)
  return [...ownActions(name), OF_DIRECTORY_BUCKETS[operation] as string]
}

function ownActions({ signingName, operation }: OperationName): readonly string[] {
  const named = `${signingName} ${operation}`
  if (Object.hasOwn(NAMED_OTHERWISE, named)) return NAMED_OTHERWISE[named] as readonly string[]
  const prefix = Object.hasOwn(PREFIXES, signingName) ? PREFIXES[signingName] : signingName
  const configuration = signingName === "s3" ? BUCKET_CONFIGURATION.exec(operation) : null
  if (!configuration) return [`${prefix}:${operation}`]
  const [, verb = "", noun = ""] = configuration
  return [`s3:${verb === "Put" || verb === "Delete" ? "Put" : "Get"}${noun}`]
}
