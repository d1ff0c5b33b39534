import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { Call } from "../../../../registry/call.ts"
import type { Operation } from "../../../../registry/operation.ts"
import type { Bucket } from "../../buckets/bucket.ts"
import { findAnywhere } from "../../buckets/find.ts"
import { overRate, type RateKind } from "./rate.ts"

/**
 * What counts for a prefix: GET and HEAD of objects and lists; PUT, COPY, POST and DELETE of objects.
 * Requests about buckets themselves do not, and of DeleteObjects each key does (see there).
 */
const KINDS: Readonly<Record<string, RateKind>> = Object.freeze({
  ...kindOf("read", ["GetObject", "HeadObject", "GetObjectAttributes", "GetObjectTagging"]),
  ...kindOf("read", ["GetObjectAcl", "GetObjectLegalHold", "GetObjectRetention", "ListParts"]),
  ...kindOf("read", ["ListObjects", "ListObjectsV2", "ListObjectVersions"]),
  ...kindOf("read", ["ListMultipartUploads"]),
  ...kindOf("write", ["PutObject", "CopyObject", "DeleteObject", "RestoreObject"]),
  ...kindOf("write", ["CreateMultipartUpload", "UploadPart", "UploadPartCopy"]),
  ...kindOf("write", ["CompleteMultipartUpload", "AbortMultipartUpload"]),
  ...kindOf("write", ["PutObjectAcl", "PutObjectTagging", "DeleteObjectTagging"]),
  ...kindOf("write", ["PutObjectLegalHold", "PutObjectRetention", "UpdateObjectEncryption"]),
  ...kindOf("write", ["SelectObjectContent"]),
})

function kindOf(kind: RateKind, names: readonly string[]): Record<string, RateKind> {
  return Object.fromEntries(names.map((name) => [name, kind]))
}

/** Lets operations on keys and prefixes keep to the rates of S3, wherever that is asked for. */
export function paced(
  operations: Readonly<Record<string, Operation>>,
): Readonly<Record<string, Operation>> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => {
      const kind = KINDS[name]
      return [name, kind ? Object.freeze({ ...operation, admit: admitting(kind) }) : operation]
    }),
  )
}

interface OnPrefix {
  readonly Bucket: string
  readonly Key?: string | undefined
  readonly Prefix?: string | undefined
}

const admitting =
  (kind: RateKind) =>
  (tx: WriteTx, { Bucket, Key: key, Prefix = "" }: OnPrefix, call: Call): void => {
    const bucket = bucketOf(tx, Bucket, call)
    const refusal = bucket && overRate(tx, bucket, { kind, key: key ?? Prefix })
    if (refusal) throw refusal
  }

/** What is wrong with the address is the operation's to say. */
function bucketOf(tx: ReadTx, name: string, call: Call): Bucket | undefined {
  try {
    return findAnywhere(tx, { Bucket: name }, call)
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}
