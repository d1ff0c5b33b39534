import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { hasCustomerKey, matchingKey, type CustomerKeyInput } from "../bytes/customer-key.ts"
import { readKey } from "../bytes/read-key.ts"
import { invalidRequest } from "../errors.ts"
import type { Upload } from "./upload.ts"

/**
 * The key of a part's bytes. Under a customer's key each part must show it, and no part of another
 * upload may show one. Texts recorded. Throws InvalidRequest, and what reading with a KMS key throws.
 */
export function partKey(
  tx: WriteTx,
  { bucket, encryption }: Upload,
  { input, call }: { readonly input: CustomerKeyInput; readonly call: Call },
): Uint8Array {
  if (hasCustomerKey(input) !== (encryption.customer !== undefined))
    throw invalidRequest(
      "The multipart upload initiate requested encryption. Subsequent part requests must include " +
        "the appropriate encryption parameters.",
    )
  const key = encryption.customer
    ? matchingKey(encryption.customer, input, call.secure)
    : readKey(tx, { bucket, encryption }, { input, call })
  if (key) return key
  if (!encryption.customer) throw new Error("an upload without a key")
  throw invalidRequest("The provided encryption parameters did not match the ones used originally.")
}
