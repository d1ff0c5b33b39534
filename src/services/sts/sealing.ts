import { SealBrokenError } from "../../kernel/sealing/sealing.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"

export type SealPurpose = "authorization-message" | "session-token" | "forwarded"

const sealOf = (purpose: SealPurpose) => ({ purpose: `sts/${purpose}`, context: "" })

/** Encrypts so that nobody else can read, make or change it. */
export const seal = (tx: WriteTx, purpose: SealPurpose, plain: Uint8Array): Buffer =>
  tx.seal(plain, sealOf(purpose))

/** What was sealed here for this purpose; nothing for all else. */
export function unseal(tx: ReadTx, purpose: SealPurpose, sealed: Uint8Array): Buffer | undefined {
  try {
    return tx.unseal(sealed, sealOf(purpose))
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined
    throw error
  }
}
