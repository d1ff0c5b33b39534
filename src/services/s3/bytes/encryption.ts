import { hash } from "node:crypto"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"

export { Keystream } from "../../../kernel/blobs/keystream.ts"

/** How the bytes of a version are encrypted. A version without one: SSE-S3, in a row with its key. */
export interface Encryption {
  readonly type: "AES256" | "aws:kms" | "aws:kms:dsse" | "SSE-C"
  /** The object's own key, base64: sealed for the cloud, or as KMS gave it. None with SSE-C. */
  readonly key?: string | undefined
  /** ARN of the KMS key. */
  readonly kmsKey?: string | undefined
  /** The encryption context that the writer gave, as JSON text in base64. */
  readonly context?: string | undefined
  readonly bucketKey?: true | undefined
  /** SSE-C: what tells the customer's key again without keeping it. */
  readonly customer?: CustomerCheck | undefined
}

/** Base64. The object's key follows from the customer's key and the salt; the hash does not. */
export interface CustomerCheck {
  readonly salt: string
  readonly hash: string
}

const KEY_BYTES = 32

const purposeOfKey = (bucket: number) => ({ purpose: "s3/data-key", context: String(bucket) })

/** A new key of one object, and the form in which SSE-S3 keeps it. */
export function newDataKey(tx: WriteTx, bucket: number): { plain: Uint8Array; sealed: string } {
  const plain = tx.random("s3/data-key").bytes(KEY_BYTES)
  return { plain, sealed: sealDataKey(tx, bucket, plain) }
}

/** A key of an object in the form in which SSE-S3 keeps it in that bucket. */
export const sealDataKey = (tx: WriteTx, bucket: number, plain: Uint8Array): string =>
  tx.seal(plain, purposeOfKey(bucket)).toString("base64")

export const openDataKey = (tx: ReadTx, bucket: number, sealed: string): Uint8Array =>
  tx.unseal(Buffer.from(sealed, "base64"), purposeOfKey(bucket))

/** An object's key from its customer's, and what tells that key again. */
export function customerKeyed(
  customerKey: Uint8Array,
  salt: Uint8Array,
): { plain: Uint8Array; check: CustomerCheck } {
  const derive = (use: string): Buffer =>
    hash("sha256", Buffer.concat([Buffer.from(use), salt, customerKey]), "buffer")
  return {
    plain: derive("s3/customer-data-key"),
    check: {
      salt: Buffer.from(salt).toString("base64"),
      hash: derive("s3/customer-check").toString("base64"),
    },
  }
}
