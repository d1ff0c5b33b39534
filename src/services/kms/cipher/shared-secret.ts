import { createPublicKey, diffieHellman, type KeyObject } from "node:crypto"
import { op, type In, type Out } from "../define.ts"
import { invalid } from "../errors.ts"
import { keyAccess } from "../key/access.ts"
import { keyArn } from "../key/key.ts"
import { privateKeyOf } from "../material/key-objects.ts"
import { assertUse, assertWetRun, useKey } from "./use.ts"

export const DeriveSharedSecret = op.write("DeriveSharedSecret", {
  authorize: keyAccess(({ KeyAgreementAlgorithm }: In<"DeriveSharedSecret">) => ({
    keys: { "kms:KeyAgreementAlgorithm": KeyAgreementAlgorithm },
  })),
  run(tx, input, call): Out<"DeriveSharedSecret"> {
    assertUse(tx, input)
    const key = useKey(tx, call, { keyId: input.KeyId, usage: "KEY_AGREEMENT" })
    const secret = agree(privateKeyOf(tx, key), input.PublicKey)
    assertWetRun(input)
    return {
      ...{ KeyId: keyArn(key), SharedSecret: secret, KeyOrigin: key.origin },
      KeyAgreementAlgorithm: "ECDH",
    }
  },
})

/** Recorded: a public key that is none, or of another curve, is refused without words. */
function agree(privateKey: KeyObject, der: Uint8Array): Buffer {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" })
    return diffieHellman({ privateKey, publicKey })
  } catch {
    throw invalid("")
  }
}
