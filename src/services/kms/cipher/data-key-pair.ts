import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { unsupported, wrongAlgorithm } from "../errors.ts"
import { keyAccess } from "../key/access.ts"
import { keyArn, type Key } from "../key/key.ts"
import type { KeySpec } from "../key/spec.ts"
import { generatePair } from "../material/generate.ts"
import { partitionOf } from "../../../kernel/places.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { proxyOfKey, wrapOutside } from "./external.ts"
import { encryptSymmetric } from "./symmetric.ts"
import { assertUse, assertWetRun, countRequest, usableKey } from "./use.ts"

type Input = In<"GenerateDataKeyPair"> | In<"GenerateDataKeyPairWithoutPlaintext">

const access = keyAccess(({ EncryptionContext, KeyPairSpec }: Input) => ({
  encryptionContext: EncryptionContext,
  keys: { "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "kms:DataKeyPairSpec": KeyPairSpec },
}))

function assertPair(tx: ReadTx, { KeyPairSpec, ...input }: Input, { region }: Call): void {
  assertUse(tx, input)
  if (KeyPairSpec !== "SM2") return
  // "SM2 (China Regions only)"
  if (partitionOf(region).id !== "aws-cn")
    throw unsupported("KeyPairSpec SM2 is not supported in this region.")
  throw notImplemented("pairs of the spec SM2")
}

/** What refuses a pair does so before one is made, and again when it is there. */
function wrappingKey(tx: ReadTx, input: Input, call: Call): Key {
  assertPair(tx, input, call)
  const key = usableKey(tx, call, { keyId: input.KeyId, usage: "ENCRYPT_DECRYPT" })
  if (key.spec !== "SYMMETRIC_DEFAULT") throw wrongAlgorithm("SYMMETRIC_DEFAULT", key.spec)
  assertWetRun(input)
  return key
}

async function generate(ctx: ActionContext, input: Input, call: Call) {
  const pair = await generatePair(input.KeyPairSpec as KeySpec)
  const done = await ctx.write((tx) => {
    const key = wrappingKey(tx, input, call)
    countRequest(tx, key, call)
    const context = input.EncryptionContext
    const { blob, materialId } = encryptSymmetric(tx, key, { plain: pair.secret, context })
    return { key, context, blob, materialId, proxy: proxyOfKey(tx, key) }
  })
  const told = {
    PrivateKeyCiphertextBlob: await wrapOutside(ctx, call, done),
    ...{ PublicKey: pair.publicKey, KeyId: keyArn(done.key) },
    ...{ KeyPairSpec: input.KeyPairSpec, KeyMaterialId: done.materialId },
  }
  return { told, secret: pair.secret }
}

export const GenerateDataKeyPair = op.action("GenerateDataKeyPair", {
  authorize: access,
  begin(tx, input, call) {
    wrappingKey(tx, input, call)
    return undefined
  },
  async run(ctx, input, call): Promise<Out<"GenerateDataKeyPair">> {
    const { told, secret } = await generate(ctx, input, call)
    return { ...told, PrivateKeyPlaintext: secret }
  },
})

export const GenerateDataKeyPairWithoutPlaintext = op.action(
  "GenerateDataKeyPairWithoutPlaintext",
  {
    authorize: access,
    begin(tx, input, call) {
      wrappingKey(tx, input, call)
      return undefined
    },
    async run(ctx, input, call): Promise<Out<"GenerateDataKeyPairWithoutPlaintext">> {
      return (await generate(ctx, input, call)).told
    },
  },
)
