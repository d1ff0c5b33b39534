import type { ActionContext } from "../../../kernel/action.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, wrongAlgorithm } from "../errors.ts"
import { keyAccess } from "../key/access.ts"
import { keyArn } from "../key/key.ts"
import { isOutside, proxyOfKey, wrapOutside } from "./external.ts"
import { encryptSymmetric } from "./symmetric.ts"
import { assertUse, assertWetRun, useKey } from "./use.ts"

type Input = In<"GenerateDataKey"> | In<"GenerateDataKeyWithoutPlaintext">

const BYTES = Object.freeze({ AES_256: 32, AES_128: 16 })

function bytesOf({ NumberOfBytes, KeySpec }: Input): number {
  // As users quote it.
  if ((NumberOfBytes === undefined) === (KeySpec === undefined))
    throw invalid("Please specify either number of bytes or key spec.")
  return NumberOfBytes ?? BYTES[KeySpec as keyof typeof BYTES]
}

function generate(tx: WriteTx, input: Input, call: Call) {
  assertUse(tx, input)
  const bytes = bytesOf(input)
  const key = useKey(tx, call, { keyId: input.KeyId, usage: "ENCRYPT_DECRYPT" })
  if (key.spec !== "SYMMETRIC_DEFAULT") throw wrongAlgorithm("SYMMETRIC_DEFAULT", key.spec)
  const plain = tx.random("kms/data-key").bytes(bytes)
  const context = input.EncryptionContext
  const { blob, materialId } = encryptSymmetric(tx, key, { plain, context })
  assertWetRun(input)
  return { key, plain, blob, materialId }
}

const access = keyAccess(({ EncryptionContext }: Input) => ({
  encryptionContext: EncryptionContext,
  keys: { "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" },
}))

export const GenerateDataKey = op.action("GenerateDataKey", {
  authorize: access,
  begin(tx, input, call): Out<"GenerateDataKey"> | undefined {
    return isOutside(tx, input.KeyId, call) ? undefined : withPlain(generate(tx, input, call))
  },
  async run(ctx, input, call): Promise<Out<"GenerateDataKey">> {
    return withPlain(await generateOutside(ctx, input, call))
  },
})

export const GenerateDataKeyWithoutPlaintext = op.action("GenerateDataKeyWithoutPlaintext", {
  authorize: access,
  begin(tx, input, call): Out<"GenerateDataKeyWithoutPlaintext"> | undefined {
    return isOutside(tx, input.KeyId, call) ? undefined : withoutPlain(generate(tx, input, call))
  },
  async run(ctx, input, call): Promise<Out<"GenerateDataKeyWithoutPlaintext">> {
    return withoutPlain(await generateOutside(ctx, input, call))
  },
})

async function generateOutside(ctx: ActionContext, input: Input, call: Call): Promise<Generated> {
  const inner = await ctx.write((tx) => {
    const made = generate(tx, input, call)
    return { ...made, proxy: proxyOfKey(tx, made.key), context: input.EncryptionContext }
  })
  return { ...inner, blob: await wrapOutside(ctx, call, inner) }
}

type Generated = ReturnType<typeof generate>

const withoutPlain = ({ key, blob, materialId }: Generated) => ({
  ...{ CiphertextBlob: blob, KeyId: keyArn(key), KeyMaterialId: materialId },
})

const withPlain = (made: Generated): Out<"GenerateDataKey"> => ({
  ...withoutPlain(made),
  Plaintext: made.plain,
})
