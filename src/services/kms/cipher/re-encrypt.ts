import { op, type In, type Out } from "../define.ts"
import { accessToKey } from "../key/access.ts"
import { findKey } from "../key/find.ts"
import { keyArn } from "../key/key.ts"
import { accessToOpen, open, type Sealed } from "./decrypt.ts"
import { encryptWith } from "./encrypt.ts"
import { assertUse, assertWetRun, encryptionAlgorithm, useKey } from "./use.ts"

const sealedOf = (input: In<"ReEncrypt">): Sealed => ({
  blob: input.CiphertextBlob,
  keyId: input.SourceKeyId,
  algorithm: input.SourceEncryptionAlgorithm,
  context: input.SourceEncryptionContext,
  ignoresBlob: input.DryRunModifiers?.includes("IGNORE_CIPHERTEXT") ?? false,
  DryRun: input.DryRun,
})

export const ReEncrypt = op.write("ReEncrypt", {
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
  run(tx, input, call): Out<"ReEncrypt"> {
    assertUse(tx, input)
    const from = open(tx, call, sealedOf(input))
    const key = useKey(tx, call, { keyId: input.DestinationKeyId, usage: "ENCRYPT_DECRYPT" })
    const algorithm = encryptionAlgorithm(key, input.DestinationEncryptionAlgorithm)
    const context = input.DestinationEncryptionContext
    const to = encryptWith(tx, key, { plain: from.plain, algorithm, context })
    assertWetRun(input)
    return {
      CiphertextBlob: to.blob,
      SourceKeyId: keyArn(from.key),
      KeyId: keyArn(key),
      SourceEncryptionAlgorithm: from.algorithm,
      DestinationEncryptionAlgorithm: algorithm,
      ...(from.materialId !== undefined && { SourceKeyMaterialId: from.materialId }),
      ...(to.materialId !== undefined && { DestinationKeyMaterialId: to.materialId }),
    }
  },
})
