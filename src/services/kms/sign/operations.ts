import { notImplemented } from "../../../registry/not-implemented.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, invalidSignature, wrongAlgorithm } from "../errors.ts"
import { keyAccess } from "../key/access.ts"
import { keyArn, type Key } from "../key/key.ts"
import { SPECS } from "../key/spec.ts"
import { privateKeyOf, publicKeyOf } from "../material/key-objects.ts"
import { assertUse, assertWetRun, useKey } from "../cipher/use.ts"
import { ALGORITHMS, HASH_BYTES } from "./algorithm.ts"
import { signWith, verifyWith, type Signed } from "./signature.ts"

type Input = Pick<In<"Sign">, "Message" | "MessageType" | "SigningAlgorithm">

/** What is to be signed, as far as the key can. */
function signedOf({ spec }: Key, { Message, MessageType, SigningAlgorithm }: Input): Signed {
  const algorithm = SPECS[spec].signing?.find((one) => one === SigningAlgorithm)
  if (!algorithm) throw wrongAlgorithm(SigningAlgorithm, spec)
  const { scheme, hash } = ALGORITHMS[algorithm]
  const type = MessageType ?? "RAW"
  if (scheme === "ed25519ph") throw notImplemented(`the algorithm ${algorithm}`)
  if (type === "EXTERNAL_MU" && scheme === "ml-dsa")
    throw notImplemented("messages of the type EXTERNAL_MU")
  // Not verified: the words.
  if (type === "EXTERNAL_MU" || (type === "DIGEST" && !hash))
    throw invalid(`MessageType ${type} is not compatible with algorithm ${algorithm}.`)
  const isDigest = type === "DIGEST"
  // Recorded.
  if (isDigest && hash && Message.length !== HASH_BYTES[hash])
    throw invalid(`Digest is invalid length for algorithm ${algorithm}.`)
  return { algorithm, message: Message, isDigest }
}

const access = keyAccess(({ SigningAlgorithm, MessageType }: Input) => ({
  keys: { "kms:SigningAlgorithm": SigningAlgorithm, "kms:MessageType": MessageType ?? "RAW" },
}))

export const Sign = op.write("Sign", {
  authorize: access,
  run(tx, input, call): Out<"Sign"> {
    assertUse(tx, input)
    const key = useKey(tx, call, { keyId: input.KeyId, usage: "SIGN_VERIFY" })
    const signed = signedOf(key, input)
    assertWetRun(input)
    const drawSalt = (bytes: number): Uint8Array => tx.random("kms/salt").bytes(bytes)
    const Signature = signWith(privateKeyOf(tx, key), signed, drawSalt)
    return { KeyId: keyArn(key), Signature, SigningAlgorithm: signed.algorithm }
  },
})

export const Verify = op.write("Verify", {
  authorize: access,
  run(tx, input, call): Out<"Verify"> {
    assertUse(tx, input)
    const key = useKey(tx, call, { keyId: input.KeyId, usage: "SIGN_VERIFY" })
    const signed = signedOf(key, input)
    if (!verifyWith(publicKeyOf(tx, key), signed, input.Signature)) throw invalidSignature()
    assertWetRun(input)
    return { KeyId: keyArn(key), SignatureValid: true, SigningAlgorithm: signed.algorithm }
  },
})

export const signOperations = { Sign, Verify }
