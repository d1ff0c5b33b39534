import type { WriteTx } from "../../../kernel/transaction.ts"
import { op, type In, type Out } from "../define.ts"
import { keyAccess } from "../key/access.ts"
import { keyArn, type Key } from "../key/key.ts"
import type { EncryptionAlgorithm } from "../key/spec.ts"
import type { EncryptionContext } from "./context.ts"
import { encryptRsa } from "./rsa-cipher.ts"
import { encryptSymmetric } from "./symmetric.ts"
import { assertUse, assertWetRun, encryptionAlgorithm, useKey } from "./use.ts"

interface Plain {
  readonly plain: Uint8Array
  readonly algorithm: EncryptionAlgorithm
  readonly context: EncryptionContext | undefined
}

/** With the key as it is now: its present material, or its public half. */
export function encryptWith(tx: WriteTx, key: Key, { plain, algorithm, context }: Plain) {
  if (algorithm === "SYMMETRIC_DEFAULT") return encryptSymmetric(tx, key, { plain, context })
  return { blob: encryptRsa(tx, key, { plain, algorithm }), materialId: undefined }
}

export const Encrypt = op.write("Encrypt", {
  authorize: keyAccess(({ EncryptionContext, EncryptionAlgorithm }: In<"Encrypt">) => ({
    encryptionContext: EncryptionContext,
    keys: { "kms:EncryptionAlgorithm": EncryptionAlgorithm ?? "SYMMETRIC_DEFAULT" },
  })),
  run(tx, input, call): Out<"Encrypt"> {
    assertUse(tx, input)
    const key = useKey(tx, call, { keyId: input.KeyId, usage: "ENCRYPT_DECRYPT" })
    const algorithm = encryptionAlgorithm(key, input.EncryptionAlgorithm)
    const { Plaintext: plain, EncryptionContext: context } = input
    const { blob } = encryptWith(tx, key, { plain, algorithm, context })
    assertWetRun(input)
    return { CiphertextBlob: blob, KeyId: keyArn(key), EncryptionAlgorithm: algorithm }
  },
})
