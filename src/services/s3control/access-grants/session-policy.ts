import { dnsSuffix, partitionOf } from "../../../kernel/places.ts"
import { bucketArn } from "../../s3/port.ts"
import type { Permission } from "./grant.ts"
import type { Scope } from "./scope.ts"

/** What each permission gives ("Supported S3 actions in S3 Access Grants"). */
const READ_OBJECTS = [
  ...["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
  "s3:ListMultipartUploadParts",
]
const READ_BUCKET = ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"]
const WRITE_OBJECTS = [
  ...["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
  ...["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"],
]

/**
 * What cuts a location's role down to what is granted. AWS documents the actions, and that keys of
 * KMS are for S3 only to use; the text is ours.
 */
export function sessionPolicy(scope: Scope, permission: Permission, region: string): string {
  const reads = permission !== "WRITE"
  const writes = permission !== "READ"
  const bucket = bucketArn({ partition: partitionOf(region).id, name: scope.bucket })
  const keys = `${literal(scope.key)}${scope.isObject ? "" : "*"}`
  const objects = [...(reads ? READ_OBJECTS : []), ...(writes ? WRITE_OBJECTS : [])]
  const Statement: object[] = [{ Effect: "Allow", Action: objects, Resource: `${bucket}/${keys}` }]
  if (reads)
    Statement.push({
      ...{ Effect: "Allow", Action: READ_BUCKET, Resource: bucket },
      // A list without a prefix is one of the whole bucket.
      ...(keys !== "*" && { Condition: { StringLike: { "s3:prefix": keys } } }),
    })
  Statement.push({
    Effect: "Allow",
    Action: [...(reads ? ["kms:Decrypt"] : []), ...(writes ? ["kms:GenerateDataKey"] : [])],
    Resource: "*",
    Condition: { StringEquals: { "kms:ViaService": `s3.${region}.${dnsSuffix(region)}` } },
  })
  return JSON.stringify({ Version: "2012-10-17", Statement })
}

/** What a pattern would take for a sign stands for itself. A path has no wildcard inside. */
const literal = (key: string): string => key.replaceAll(/[?$]/g, (sign) => `\${${sign}}`)
