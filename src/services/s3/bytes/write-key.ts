import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { headerNotImplemented } from "../errors.ts"
import { newDataKey, type Encryption } from "./encryption.ts"
import type { Call } from "../../../registry/call.ts"

/** The encryption headers of a write. */
export interface EncryptionInput {
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly SSEKMSEncryptionContext?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
  readonly SSECustomerAlgorithm?: string | undefined
  readonly SSECustomerKey?: string | undefined
  readonly SSECustomerKeyMD5?: string | undefined
}

/** The key under which an object is about to be written. */
export interface WriteKey {
  /** Absent: SSE-S3 of a body that is small enough for a row. */
  readonly encryption?: Encryption | undefined
  readonly plain?: Uint8Array | undefined
}

/**
 * Chooses how a write is encrypted – by its headers, else as the bucket says, else SSE-S3 – and
 * makes the key. `small`: the bytes go into a row, which SSE-S3 seals as it is.
 */
export function writeKey(
  tx: WriteTx,
  bucket: Bucket,
  { input, small }: { input: EncryptionInput; call: Call; small: boolean },
): WriteKey {
  if (input.ServerSideEncryption !== undefined && input.ServerSideEncryption !== "AES256")
    throw headerNotImplemented("x-amz-server-side-encryption")
  if (input.SSECustomerAlgorithm !== undefined)
    throw headerNotImplemented("x-amz-server-side-encryption-customer-algorithm")
  if (small) return {}
  const { plain, sealed } = newDataKey(tx, bucket.id)
  return { plain, encryption: { type: "AES256", key: sealed } }
}
