import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { validation } from "../errors.ts"
import type { Encryption } from "./table.ts"

export interface GivenEncryption {
  readonly Enabled?: boolean | undefined
  readonly SSEType?: string | undefined
  readonly KMSMasterKeyId?: string | undefined
}

/**
 * With which key a table is encrypted: undefined is AWS's own. Throws for keys of KMS as long as
 * that service is not there to keep them.
 */
export function encryptionOf(
  _tx: WriteTx,
  given: GivenEncryption | undefined,
  _call: Call,
): Encryption | undefined {
  if (!given?.Enabled) return undefined
  throw validation("KMS keys are not supported yet: tables are encrypted with AWS owned keys")
}
