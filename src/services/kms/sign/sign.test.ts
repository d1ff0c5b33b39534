import {
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
  type KeySpec,
  type KMSClient,
  type SigningAlgorithmSpec,
} from "@aws-sdk/client-kms"
import { constants, createPublicKey, hash, verify } from "node:crypto"
import { expect, test } from "vitest"
import { bytes, openKms, refusalOf } from "../testing/open-kms.ts"

const MESSAGE = bytes("a message that is signed")

const SIGNERS: readonly (readonly [KeySpec, SigningAlgorithmSpec])[] = [
  ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"],
  ["RSA_2048", "RSASSA_PSS_SHA_256"],
  ["RSA_3072", "RSASSA_PKCS1_V1_5_SHA_384"],
  ["RSA_2048", "RSASSA_PSS_SHA_512"],
  ["ECC_NIST_P256", "ECDSA_SHA_256"],
  ["ECC_NIST_P384", "ECDSA_SHA_384"],
  ["ECC_NIST_P521", "ECDSA_SHA_512"],
  ["ECC_SECG_P256K1", "ECDSA_SHA_256"],
]

async function publicKeyOf(client: KMSClient, KeyId: string) {
  const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId }))
  return createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" })
}

test.each(SIGNERS)(
  "KMS-8 ENC-7 %s signs with %s, messages and digests, and OpenSSL agrees",
  async (KeySpec, SigningAlgorithm) => {
    const { client, key } = await openKms()
    const { KeyId, Arn } = await key({ KeySpec, KeyUsage: "SIGN_VERIFY" })
    const name = `sha${SigningAlgorithm.slice(-3)}`
    const digest = hash(name, MESSAGE, "buffer")
    const publicKey = await publicKeyOf(client, KeyId)
    const padding = SigningAlgorithm.includes("PSS")
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: digest.length }
      : {}
    const forms = [
      { Message: MESSAGE, MessageType: "RAW" },
      { Message: digest, MessageType: "DIGEST" },
    ] as const
    for (const form of forms) {
      const signed = await client.send(new SignCommand({ KeyId, SigningAlgorithm, ...form }))
      expect(signed).toMatchObject({ KeyId: Arn, SigningAlgorithm })
      const { Signature = new Uint8Array() } = signed
      expect(verify(name, MESSAGE, { key: publicKey, ...padding }, Signature)).toBe(true)
      for (const other of forms) {
        const asked = { KeyId, SigningAlgorithm, Signature, ...other }
        expect((await client.send(new VerifyCommand(asked))).SignatureValid).toBe(true)
      }
      const changed = Uint8Array.from(Signature)
      changed[Signature.length - 1]! ^= 1
      for (const other of forms) {
        for (const wrong of [changed, Signature.slice(1), bytes("none")]) {
          const asked = { KeyId, SigningAlgorithm, Signature: wrong, ...other }
          expect(await refusalOf(client.send(new VerifyCommand(asked)))).toMatch(
            /^KMSInvalidSignatureException: /,
          )
        }
      }
      const otherDigest = hash(name, "another", "buffer")
      const asked = { KeyId, SigningAlgorithm, Signature, Message: otherDigest }
      expect(
        await refusalOf(client.send(new VerifyCommand({ ...asked, MessageType: "DIGEST" }))),
      ).toMatch(/^KMSInvalidSignatureException: /)
    }
    const short = { Message: digest.subarray(1), MessageType: "DIGEST" } as const
    expect(
      await refusalOf(client.send(new SignCommand({ KeyId, SigningAlgorithm, ...short }))),
    ).toBe(`ValidationException: Digest is invalid length for algorithm ${SigningAlgorithm}.`)
  },
)

test("Ed25519 signs messages", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key({ KeySpec: "ECC_NIST_EDWARDS25519", KeyUsage: "SIGN_VERIFY" })
  const asked = { KeyId, Message: MESSAGE, SigningAlgorithm: "ED25519_SHA_512" } as const
  const { Signature = new Uint8Array() } = await client.send(new SignCommand(asked))
  expect(verify(undefined, MESSAGE, await publicKeyOf(client, KeyId), Signature)).toBe(true)
  expect(await client.send(new VerifyCommand({ ...asked, Signature }))).toMatchObject({
    SignatureValid: true,
  })
  const hashed = new SignCommand({ ...asked, SigningAlgorithm: "ED25519_PH_SHA_512" })
  expect(await refusalOf(client.send(hashed))).toMatch(/^NotImplemented: .*ED25519_PH_SHA_512/)
})

/** The runtime's OpenSSL has it, or KMS says that it has not. */
test("ML-DSA signs messages where the runtime can", async () => {
  const { client, key } = await openKms()
  const [major = 0] = process.versions.node.split(".").map(Number)
  const made = key({ KeySpec: "ML_DSA_65", KeyUsage: "SIGN_VERIFY" })
  if (major < 24) return expect(await refusalOf(made)).toMatch(/^NotImplemented: .*ML_DSA_65/)
  const { KeyId } = await made
  const asked = { KeyId, Message: MESSAGE, SigningAlgorithm: "ML_DSA_SHAKE_256" } as const
  const { Signature = new Uint8Array() } = await client.send(new SignCommand(asked))
  expect(Signature).toHaveLength(3_309)
  expect(verify(undefined, MESSAGE, await publicKeyOf(client, KeyId), Signature)).toBe(true)
  const other = new VerifyCommand({ ...asked, Message: bytes("another"), Signature })
  expect(await refusalOf(client.send(other))).toMatch(/^KMSInvalidSignatureException: /)
})

test("a key does only what it is for, by algorithms that suit it", async () => {
  const { client, key } = await openKms()
  const sign = (KeyId: string) =>
    refusalOf(
      client.send(new SignCommand({ KeyId, Message: MESSAGE, SigningAlgorithm: "ECDSA_SHA_256" })),
    )
  const mac = await key({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" })
  expect(await sign(mac.KeyId)).toBe(
    `InvalidKeyUsageException: ${mac.Arn} key usage is GENERATE_VERIFY_MAC which is not valid for Sign.`,
  )
  const ec = await key({ KeySpec: "ECC_NIST_P384", KeyUsage: "SIGN_VERIFY" })
  expect(await sign(ec.KeyId)).toBe(
    "InvalidKeyUsageException: Algorithm ECDSA_SHA_256 is incompatible with key spec ECC_NIST_P384.",
  )
})
