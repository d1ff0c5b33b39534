import { op, type In, type Out } from "../define.ts"
import { invalid, unsupported, wrongOrigin } from "../errors.ts"
import { namedKeyAccess } from "../key/access.ts"
import { findNamedKey, foundKey } from "../key/find.ts"
import { keyArn, type Key } from "../key/key.ts"
import { SPECS, type KeySpec } from "../key/spec.ts"
import { assertState, type KeyState } from "../key/state.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { IMPORT_MS } from "../limits.ts"
import { generatePair } from "../material/generate.ts"
import { sealImportToken } from "./token.ts"

type Input = In<"GetParametersForImport">

const IMPORTABLE: readonly KeyState[] = ["Enabled", "Disabled", "PendingImport"]

/** A key of the origin EXTERNAL, in a state that takes material. */
export function importableKey(tx: ReadTx, keyId: string, call: Call): Key {
  const { key } = foundKey(findNamedKey(tx, keyId, call))
  // Recorded.
  if (key.origin !== "EXTERNAL") throw wrongOrigin(keyArn(key), key.origin)
  assertState(tx, key, IMPORTABLE)
  return key
}

export const GetParametersForImport = op.action("GetParametersForImport", {
  authorize: namedKeyAccess(({ WrappingAlgorithm, WrappingKeySpec }: Input) => ({
    "kms:WrappingAlgorithm": WrappingAlgorithm,
    "kms:WrappingKeySpec": WrappingKeySpec,
  })),
  begin(tx, input, call) {
    assertWrapping(importableKey(tx, input.KeyId, call), input)
    return undefined
  },
  async run(ctx, input, call): Promise<Out<"GetParametersForImport">> {
    const { WrappingAlgorithm: algorithm, WrappingKeySpec: spec } = input
    if (spec === "SM2") throw unsupported()
    const pair = await generatePair(spec as KeySpec)
    return ctx.write((tx) => {
      const arn = keyArn(importableKey(tx, input.KeyId, call))
      const validToMs = tx.now + IMPORT_MS
      const privateKey = Buffer.from(pair.secret).toString("base64")
      const ImportToken = sealImportToken(tx, { arn, algorithm, privateKey, validToMs })
      return { KeyId: arn, ImportToken, PublicKey: pair.publicKey, ParametersValidTo: validToMs }
    })
  },
})

/** ("Select a wrapping algorithm"); the words are not verified. */
function assertWrapping({ spec }: Key, { WrappingAlgorithm, WrappingKeySpec }: Input): void {
  if (WrappingAlgorithm === "SM2PKE" || WrappingKeySpec === "SM2")
    throw notImplemented("the wrapping algorithm SM2PKE")
  // "As of October 10, 2023, AWS KMS does not support RSAES_PKCS1_V1_5".
  if (WrappingAlgorithm === "RSAES_PKCS1_V1_5")
    throw unsupported("The wrapping algorithm RSAES_PKCS1_V1_5 is not supported.")
  const { family, curve } = SPECS[spec]
  if (WrappingAlgorithm.startsWith("RSA_AES_KEY_WRAP")) return
  const tooLong = curve === "secp521r1" && WrappingKeySpec === "RSA_2048"
  if (family === "rsa" || family === "ml-dsa" || tooLong)
    throw invalid(`${WrappingAlgorithm} with ${WrappingKeySpec} cannot wrap keys of ${spec}.`)
}
