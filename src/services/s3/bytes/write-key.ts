import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { accessDenied, invalidArgument } from "../errors.ts"
import { customerKey, hasCustomerKey, type CustomerKeyInput } from "./customer-key.ts"
import { customerKeyed, newDataKey, type Encryption } from "./encryption.ts"
import { kmsDataKey, kmsEncryption, objectContext, parseContext } from "./kms-key.ts"

/** The encryption headers of a write, and its key. */
export interface EncryptionInput extends CustomerKeyInput {
  readonly Key?: string | undefined
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly SSEKMSEncryptionContext?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
}

/** The key under which an object is about to be written. */
export interface WriteKey {
  /** Absent: SSE-S3 of a body that is small enough for a row, where its key is, too. */
  readonly encryption?: Encryption | undefined
  readonly plain?: Uint8Array | undefined
}

interface Request {
  readonly input: EncryptionInput
  readonly call: Call
  /** The bytes go into a row, where SSE-S3 keeps their key beside them. */
  readonly small: boolean
}

const HEADER = "x-amz-server-side-encryption"

/**
 * Chooses how a write is encrypted – by its headers, else as the bucket says, else SSE-S3 – and
 * makes the key. Throws what the headers or KMS are at fault with.
 */
export function writeKey(tx: WriteTx, bucket: Bucket, request: Request): WriteKey {
  const { input, call, small } = request
  const asked = input.ServerSideEncryption
  if (hasCustomerKey(input)) {
    if (asked === undefined && input.SSEKMSKeyId !== undefined) throw needsKms(asked)
    return customersKey(tx, bucket, { input, call })
  }
  const algorithm = asked ?? bucket.config.encryption?.algorithm ?? "AES256"
  if (algorithm === "aws:kms" || algorithm === "aws:kms:dsse")
    return kmsKey(tx, bucket, { input, call, algorithm })
  if (algorithm !== "AES256")
    throw new AwsError(
      "InvalidEncryptionAlgorithmError",
      "The Encryption request you specified is not valid. Supported value: AES256.",
      { status: 400, members: { ArgumentName: HEADER, ArgumentValue: algorithm } },
    )
  if (input.SSEKMSKeyId !== undefined) throw needsKms(asked)
  if (small) return {}
  const { plain, sealed } = newDataKey(tx, bucket.id)
  return { plain, encryption: { type: "AES256", key: sealed } }
}

const needsKms = (asked: string | undefined): AwsError =>
  invalidArgument(
    `Server Side Encryption with AWS KMS managed key requires HTTP header ${HEADER} : aws:kms`,
    HEADER,
    asked,
  )

const SALT_BYTES = 16

/** Recorded, but for the refusal of blocked SSE-C, which is documented without its words. */
function customersKey(
  tx: WriteTx,
  { config }: Bucket,
  { input, call }: Pick<Request, "input" | "call">,
): WriteKey {
  if (input.ServerSideEncryption !== undefined)
    throw invalidArgument(
      "Server Side Encryption with Customer provided key is incompatible with the encryption method " +
        "specified",
      HEADER,
      input.ServerSideEncryption,
    )
  const key = customerKey(input, call.secure)
  if (config.encryption?.customerKeysBlocked)
    throw accessDenied(
      "Access Denied because server-side encryption with customer-provided keys is blocked for this " +
        "bucket.",
    )
  const salt = tx.random("s3/customer-salt").bytes(SALT_BYTES)
  const { plain, check } = customerKeyed(key, salt)
  return { plain, encryption: { type: "SSE-C", customer: check } }
}

function kmsKey(
  tx: WriteTx,
  bucket: Bucket,
  { input, call, algorithm }: Omit<Request, "small"> & { algorithm: "aws:kms" | "aws:kms:dsse" },
): WriteKey {
  const { encryption: preset } = bucket.config
  // What the bucket says of the key goes with what it says of the algorithm.
  const inherited = input.ServerSideEncryption === undefined
  const keyId = input.SSEKMSKeyId ?? (inherited ? preset?.keyId : undefined)
  const bucketKey =
    // Recorded: what the bucket says of bucket keys counts where the request names the algorithm, too.
    algorithm === "aws:kms" && (input.BucketKeyEnabled ?? preset?.bucketKey ?? false)
  const given =
    input.SSEKMSEncryptionContext === undefined ? {} : parseContext(input.SSEKMSEncryptionContext)
  const context = { ...objectContext(bucket, input.Key ?? "", bucketKey), ...given }
  const made = kmsDataKey(tx, bucket, { keyId, context, call })
  return { plain: made.plain, encryption: kmsEncryption(algorithm, made, { context, bucketKey }) }
}
