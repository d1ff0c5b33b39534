import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { accessToKey } from "../key/access.ts"
import { findKey } from "../key/find.ts"
import { keyArn } from "../key/key.ts"
import {
  accessToOpen,
  isSealedOutside,
  open,
  openOutside,
  type Opened,
  type Sealed,
} from "./decrypt.ts"
import { encryptWith } from "./encrypt.ts"
import { isOutside, proxyOfKey, wrapOutside } from "./external.ts"
import { assertUse, assertWetRun, encryptionAlgorithm, useKey } from "./use.ts"

const sealedOf = (input: In<"ReEncrypt">): Sealed => ({
  blob: input.CiphertextBlob,
  keyId: input.SourceKeyId,
  algorithm: input.SourceEncryptionAlgorithm,
  context: input.SourceEncryptionContext,
  ignoresBlob: input.DryRunModifiers?.includes("IGNORE_CIPHERTEXT") ?? false,
  DryRun: input.DryRun,
})

export const ReEncrypt = op.action("ReEncrypt", {
  authorize(tx, input, call) {
    const destination = findKey(tx, input.DestinationKeyId, call)
    const to = accessToKey(tx, call, destination, {
      operation: "ReEncryptTo",
      encryptionContext: input.DestinationEncryptionContext,
      keys: {
        "kms:EncryptionAlgorithm": input.DestinationEncryptionAlgorithm ?? "SYMMETRIC_DEFAULT",
      },
    })
    const from = accessToOpen(tx, call, { sealed: sealedOf(input), operation: "ReEncryptFrom" })
    const same = { "kms:ReEncryptOnSameKey": String(from.resource === to.resource) }
    return [from, to].map((one) => ({ ...one, context: { ...one.context, ...same } }))
  },
  begin(tx, input, call): Out<"ReEncrypt"> | undefined {
    assertUse(tx, input)
    const sealed = sealedOf(input)
    const waits = isSealedOutside(tx, call, sealed) || isOutside(tx, input.DestinationKeyId, call)
    if (waits) return undefined
    const from = open(tx, call, sealed)
    const to = encryptTo(tx, { input, call, from })
    return answer(from, to, to.blob)
  },
  async run(ctx, input, call): Promise<Out<"ReEncrypt">> {
    const from = await openOutside(ctx, call, sealedOf(input))
    const to = await ctx.write((tx) => encryptTo(tx, { input, call, from }))
    return answer(from, to, await wrapOutside(ctx, call, to))
  },
})

interface Asked {
  readonly input: In<"ReEncrypt">
  readonly call: Call
  readonly from: Opened
}

function encryptTo(tx: WriteTx, { input, call, from }: Asked) {
  const key = useKey(tx, call, { keyId: input.DestinationKeyId, usage: "ENCRYPT_DECRYPT" })
  const algorithm = encryptionAlgorithm(key, input.DestinationEncryptionAlgorithm)
  const context = input.DestinationEncryptionContext
  const { blob, materialId } = encryptWith(tx, key, { plain: from.plain, algorithm, context })
  assertWetRun(input)
  return { key, algorithm, context, blob, materialId, proxy: proxyOfKey(tx, key) }
}

const answer = (from: Opened, to: ReturnType<typeof encryptTo>, blob: Uint8Array) => ({
  CiphertextBlob: blob,
  SourceKeyId: keyArn(from.key),
  KeyId: keyArn(to.key),
  SourceEncryptionAlgorithm: from.algorithm,
  DestinationEncryptionAlgorithm: to.algorithm,
  ...(from.materialId !== undefined && { SourceKeyMaterialId: from.materialId }),
  ...(to.materialId !== undefined && { DestinationKeyMaterialId: to.materialId }),
})
