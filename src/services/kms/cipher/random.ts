import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type Out } from "../define.ts"
import { invalid, unsupported } from "../errors.ts"
import { accessTo } from "../key/access.ts"
import { connectedStore } from "../key-store/use.ts"
import { refuseRecipient } from "./recipient.ts"
import { assertZones } from "../key-store/vault.ts"

export const GenerateRandom = op.write("GenerateRandom", {
  authorize: (_tx, _input, call) => ({ ...accessTo(call), context: {} }),
  run(tx, { NumberOfBytes, CustomKeyStoreId, Recipient }, call): Out<"GenerateRandom"> {
    if (Recipient) refuseRecipient(Recipient)
    // Recorded.
    if (NumberOfBytes === undefined) throw invalid("NumberOfBytes is required.")
    if (CustomKeyStoreId !== undefined) assertRandom(tx, call, CustomKeyStoreId)
    return { Plaintext: tx.random("kms/random").bytes(NumberOfBytes) }
  },
})

/** "… generates random bytes in the AWS CloudHSM cluster"; key managers outside make none. */
function assertRandom(tx: ReadTx, call: Call, storeId: string): void {
  const store = connectedStore(tx, call, storeId)
  if (!store.cluster) throw unsupported("External key stores do not generate random bytes.")
  assertZones(tx, store, 1)
}
