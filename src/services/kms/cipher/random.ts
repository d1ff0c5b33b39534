import { op, type Out } from "../define.ts"
import { invalid, notImplemented } from "../errors.ts"
import { accessTo } from "../key/access.ts"
import { connectedStore } from "../key-store/use.ts"

export const GenerateRandom = op.write("GenerateRandom", {
  authorize: (_tx, _input, call) => ({ ...accessTo(call), context: {} }),
  run(tx, { NumberOfBytes, CustomKeyStoreId, Recipient }, call): Out<"GenerateRandom"> {
    if (Recipient) throw notImplemented("answers for Nitro enclaves (Recipient)")
    // Recorded.
    if (NumberOfBytes === undefined) throw invalid("NumberOfBytes is required.")
    if (CustomKeyStoreId !== undefined) connectedStore(tx, call, CustomKeyStoreId)
    return { Plaintext: tx.random("kms/random").bytes(NumberOfBytes) }
  },
})
