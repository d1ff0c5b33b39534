import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import {
  decrypt,
  encrypt,
  generateDataKey,
  managedKey,
  type DataKey,
  type EncryptionContext,
} from "../../kms/port.ts"
import { bucketArn, type Bucket } from "../buckets/bucket.ts"
import { accessDenied, invalidArgument } from "../errors.ts"
import type { Encryption } from "./encryption.ts"

const MANAGED_ALIAS = "alias/aws/s3"

/**
 * A data key of one object, with the caller's rights on the KMS key; without a key's name under
 * `aws/s3`, which is made on its first use, by its alias as well (as AWS's command line tests it).
 */
export function kmsDataKey(
  tx: WriteTx,
  bucket: Bucket,
  asked: {
    readonly keyId: string | undefined
    readonly context: EncryptionContext
    readonly call: Call
  },
): DataKey {
  const { call, context } = asked
  assertSigned(call)
  const { keyId: named } = asked
  const managed = named === undefined || named === MANAGED_ALIAS
  const keyId = managed ? managedArn(tx, bucket, call) : named
  assertKeyName(keyId, bucket)
  return inWordsOfS3(() => generateDataKey(tx, call, { keyId, context }))
}

/** Wraps a key that is there already. The caller needs `kms:Encrypt`. */
export function wrapWithKms(
  tx: WriteTx,
  bucket: Bucket,
  asked: {
    readonly plain: Uint8Array
    readonly keyId: string
    readonly context: EncryptionContext
    readonly call: Call
  },
): { readonly blob: Uint8Array; readonly keyArn: string } {
  const { call, ...key } = asked
  assertSigned(call)
  assertKeyName(key.keyId, bucket)
  return inWordsOfS3(() => encrypt(tx, call, key))
}

/** The key of an object's bytes. The caller needs `kms:Decrypt`. */
export function openKmsKey(tx: WriteTx, encryption: Encryption, call: Call): Uint8Array {
  assertSigned(call)
  const blob = Buffer.from(encryption.key ?? "", "base64")
  const context = encryption.context === undefined ? {} : contextOf(encryption.context)
  // A copy from another Region acts in its own; the key is where the source is.
  const region = parseArn(encryption.kmsKey ?? "")?.region
  return inWordsOfS3(() => decrypt(tx, call, { blob, context, ...(region && { region }) })).plain
}

/** The context that a header gives: base64 of JSON, of texts alone. */
export function parseContext(header: string): EncryptionContext {
  try {
    return contextOf(header)
  } catch {
    throw invalidArgument(
      "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string " +
        "holding JSON which represents a string-string map",
      "x-amz-server-side-encryption-context",
      header,
    )
  }
}

/** "Encryption context": the object's ARN, or, where a bucket key is used, the bucket's. */
export const objectContext = (
  bucket: Bucket,
  key: string,
  bucketKey: boolean,
): EncryptionContext => ({
  "aws:s3:arn": bucketKey ? bucketArn(bucket) : `${bucketArn(bucket)}/${key}`,
})

/** What a version keeps of its key that KMS wrapped. */
export const kmsEncryption = (
  type: "aws:kms" | "aws:kms:dsse",
  { blob, keyArn }: Pick<DataKey, "blob" | "keyArn">,
  { context, bucketKey }: { readonly context: EncryptionContext; readonly bucketKey: boolean },
): Encryption => ({
  type,
  key: Buffer.from(blob).toString("base64"),
  kmsKey: keyArn,
  context: contextText(context),
  ...(bucketKey && { bucketKey }),
})

const contextText = (context: EncryptionContext): string =>
  Buffer.from(JSON.stringify(context)).toString("base64")

function contextOf(base64: string): EncryptionContext {
  const value: unknown = JSON.parse(Buffer.from(base64, "base64").toString())
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError()
  const pairs = Object.entries(value)
  if (pairs.some(([, text]) => typeof text !== "string")) throw new TypeError()
  return Object.fromEntries(pairs) as EncryptionContext
}

/** "Amazon S3 … AWS KMS keys": requests without a signature cannot use a key of KMS. */
function assertSigned({ principal }: Call): void {
  if (principal.type === "anonymous")
    throw invalidArgument(
      "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature " +
        "Version 4.",
      "Authorization",
      "null",
    )
}

function managedArn(tx: WriteTx, { region }: Bucket, { account, partition }: Call): string {
  const { id } = managedKey(tx, { account, region, alias: "aws/s3" })
  return `arn:${partition}:kms:${region}:${account}:key/${id}`
}

/** Recorded: a key is of the bucket's Region, and what is no name of one is told apart. */
function assertKeyName(keyId: string, { region }: Bucket): void {
  const arn = parseArn(keyId)
  if (arn && arn.region !== region) throw kmsError("NotFoundException", `Invalid arn ${arn.region}`)
  if (!arn && !/^alias\/|^(?:mrk-[0-9a-f]{32}|[0-9a-f-]{36})$/.test(keyId))
    throw kmsError("NotFoundException", `Invalid keyId '${keyId}'`)
}

/** Recorded: KMS's errors under S3's roof. */
function inWordsOfS3<T>(ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (error.code === "AccessDenied" || error.code === "AccessDeniedException")
      throw accessDenied(error.message)
    throw kmsError(error.code, error.message)
  }
}

const kmsError = (code: string, message: string): AwsError =>
  new AwsError(`KMS.${code}`, message, { status: 400 })
