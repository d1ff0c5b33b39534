import { createHmac, timingSafeEqual } from "node:crypto"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidMac, wrongAlgorithm } from "../errors.ts"
import { keyAccess } from "../key/access.ts"
import { keyArn, type Key } from "../key/key.ts"
import { SPECS, type MacAlgorithm } from "../key/spec.ts"
import { secretOf } from "../material/key-objects.ts"
import { assertUse, assertWetRun, useKey } from "../cipher/use.ts"

const HASHES: Readonly<Record<MacAlgorithm, string>> = {
  HMAC_SHA_224: "sha224",
  HMAC_SHA_256: "sha256",
  HMAC_SHA_384: "sha384",
  HMAC_SHA_512: "sha512",
}

type Input = Pick<In<"GenerateMac">, "Message" | "MacAlgorithm">

function macOf(tx: ReadTx, key: Key, { Message, MacAlgorithm }: Input): Buffer {
  const algorithm = SPECS[key.spec].macs?.find((one) => one === MacAlgorithm)
  if (!algorithm) throw wrongAlgorithm(MacAlgorithm, key.spec)
  return createHmac(HASHES[algorithm], secretOf(tx, key)).update(Message).digest()
}

const access = keyAccess(({ MacAlgorithm }: Input) => ({
  keys: { "kms:MacAlgorithm": MacAlgorithm },
}))

export const GenerateMac = op.write("GenerateMac", {
  authorize: access,
  run(tx, input, call): Out<"GenerateMac"> {
    assertUse(tx, input)
    const key = useKey(tx, call, { keyId: input.KeyId, usage: "GENERATE_VERIFY_MAC" })
    const Mac = macOf(tx, key, input)
    assertWetRun(input)
    return { KeyId: keyArn(key), Mac, MacAlgorithm: input.MacAlgorithm }
  },
})

export const VerifyMac = op.write("VerifyMac", {
  authorize: access,
  run(tx, input, call): Out<"VerifyMac"> {
    assertUse(tx, input)
    const key = useKey(tx, call, { keyId: input.KeyId, usage: "GENERATE_VERIFY_MAC" })
    const mac = macOf(tx, key, input)
    if (mac.length !== input.Mac.length || !timingSafeEqual(mac, input.Mac)) throw invalidMac()
    assertWetRun(input)
    return { KeyId: keyArn(key), MacValid: true, MacAlgorithm: input.MacAlgorithm }
  },
})

export const macOperations = { GenerateMac, VerifyMac }
