import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { Version } from "../objects/version.ts"
import { openDataKey } from "./encryption.ts"
import type { EncryptionInput } from "./write-key.ts"

/** The headers by which a reader of an SSE-C object shows its key. */
export type ReadKeyInput = Pick<
  EncryptionInput,
  "SSECustomerAlgorithm" | "SSECustomerKey" | "SSECustomerKeyMD5"
>

/** The key of a version's bytes; undefined for a row that is sealed by the cloud (SSE-S3). */
export function readKey(
  tx: WriteTx,
  { bucket, encryption }: Version,
  _request: { readonly input: ReadKeyInput; readonly call: Call },
): Uint8Array | undefined {
  if (encryption?.type === "AES256" && encryption.key !== undefined)
    return openDataKey(tx, bucket, encryption.key)
  return undefined
}
