import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { keyAccess } from "../key/access.ts"
import { keyArn, type Key } from "../key/key.ts"
import type { EncryptionAlgorithm } from "../key/spec.ts"
import type { EncryptionContext } from "./context.ts"
import { isOutside, proxyOfKey, wrapOutside } from "./external.ts"
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

export const Encrypt = op.action("Encrypt", {
  authorize: keyAccess(({ EncryptionContext, EncryptionAlgorithm }: In<"Encrypt">) => ({
    encryptionContext: EncryptionContext,
    keys: { "kms:EncryptionAlgorithm": EncryptionAlgorithm ?? "SYMMETRIC_DEFAULT" },
  })),
  begin(tx, input, call): Out<"Encrypt"> | undefined {
    if (isOutside(tx, input.KeyId, call)) return undefined
    const done = encrypt(tx, input, call)
    return answer(done, done.blob)
  },
  async run(ctx, input, call): Promise<Out<"Encrypt">> {
    const done = await ctx.write((tx) => {
      const inner = encrypt(tx, input, call)
      return { ...inner, proxy: proxyOfKey(tx, inner.key), context: input.EncryptionContext }
    })
    return answer(done, await wrapOutside(ctx, call, done))
  },
})

function encrypt(tx: WriteTx, input: In<"Encrypt">, call: Call) {
  assertUse(tx, input)
  const key = useKey(tx, call, { keyId: input.KeyId, usage: "ENCRYPT_DECRYPT" })
  const algorithm = encryptionAlgorithm(key, input.EncryptionAlgorithm)
  const { Plaintext: plain, EncryptionContext: context } = input
  const { blob } = encryptWith(tx, key, { plain, algorithm, context })
  assertWetRun(input)
  return { key, algorithm, blob }
}

interface Done {
  readonly key: Key
  readonly algorithm: EncryptionAlgorithm
}

const answer = ({ key, algorithm }: Done, blob: Uint8Array): Out<"Encrypt"> => ({
  ...{ CiphertextBlob: blob, KeyId: keyArn(key), EncryptionAlgorithm: algorithm },
})
