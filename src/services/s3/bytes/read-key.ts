import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { Version } from "../objects/version.ts"
import {
  hasCustomerKey,
  notApplicable,
  openWithCustomerKey,
  type CustomerKeyInput,
} from "./customer-key.ts"
import { openDataKey } from "./encryption.ts"
import { openKmsKey } from "./kms-key.ts"

/** The headers by which a reader of an SSE-C object shows its key. */
export type ReadKeyInput = CustomerKeyInput

interface Reading {
  readonly input: ReadKeyInput
  readonly call: Call
}

/**
 * The key of a version's bytes; undefined for a row that has it beside them (SSE-S3). Throws
 * where the reader shows no key or another one, or may not use the KMS key.
 */
export function readKey(
  tx: WriteTx,
  version: Pick<Version, "bucket" | "encryption">,
  { input, call }: Reading,
): Uint8Array | undefined {
  const { bucket, encryption } = version
  if (encryption?.customer) return openWithCustomerKey(encryption.customer, input, call.secure)
  if (hasCustomerKey(input)) throw notApplicable()
  if (encryption?.key === undefined) return undefined
  return encryption.type === "AES256"
    ? openDataKey(tx, bucket, encryption.key)
    : openKmsKey(tx, encryption, call)
}

/** What a reader of metadata must show: a customer's key, but no right on a KMS key. */
export function assertMayDescribe({ encryption }: Version, { input, call }: Reading): void {
  if (encryption?.customer) openWithCustomerKey(encryption.customer, input, call.secure)
  else if (hasCustomerKey(input)) throw notApplicable()
}
