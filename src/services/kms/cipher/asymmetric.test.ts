import {
  DecryptCommand,
  DeriveSharedSecretCommand,
  EncryptCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  GetPublicKeyCommand,
  VerifyMacCommand,
  type DataKeyPairSpec,
  type MacAlgorithmSpec,
} from "@aws-sdk/client-kms"
import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  publicEncrypt,
} from "node:crypto"
import { expect, test } from "vitest"
import { bytes, openKms, refusalOf, text } from "../testing/open-kms.ts"

const Plaintext = bytes("my secret")

test("KMS-8 ENC-5 what anybody encrypts with the public key only KMS decrypts", async () => {
  const { client, key } = await openKms()
  const { KeyId, Arn } = await key({ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" })
  const told = await client.send(new GetPublicKeyCommand({ KeyId }))
  expect(told).toMatchObject({
    ...{ KeyId: Arn, KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" },
    EncryptionAlgorithms: ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
  })
  const der = Buffer.from(told.PublicKey ?? [])
  const outside = publicEncrypt(
    {
      key: createPublicKey({ key: der, format: "der", type: "spki" }),
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: "sha256",
    },
    Plaintext,
  )
  const decrypt = (CiphertextBlob: Uint8Array | undefined, id?: string) =>
    client.send(
      new DecryptCommand({
        ...{ CiphertextBlob, KeyId: id },
        EncryptionAlgorithm: "RSAES_OAEP_SHA_256",
      }),
    )
  expect(text((await decrypt(outside, KeyId)).Plaintext)).toBe("my secret")
  const asked = { KeyId, Plaintext, EncryptionAlgorithm: "RSAES_OAEP_SHA_256" } as const
  const sealed = await client.send(new EncryptCommand(asked))
  expect(text((await decrypt(sealed.CiphertextBlob, KeyId)).Plaintext)).toBe("my secret")
  expect(await refusalOf(decrypt(outside))).toMatch(/^ValidationException: /)
  expect(await refusalOf(decrypt(outside.fill(1, 0, 9), KeyId))).toMatch(/^InvalidCiphertextExc/)
})

test("an RSA key takes what fits into it", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key({ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" })
  const sizes = { RSAES_OAEP_SHA_1: 214, RSAES_OAEP_SHA_256: 190 } as const
  for (const [EncryptionAlgorithm, most] of Object.entries(sizes)) {
    const encrypt = (size: number) =>
      client.send(
        new EncryptCommand({
          ...{ KeyId, Plaintext: new Uint8Array(size) },
          EncryptionAlgorithm: EncryptionAlgorithm as keyof typeof sizes,
        }),
      )
    await encrypt(most)
    expect(await refusalOf(encrypt(most + 1))).toBe(
      `ValidationException: Algorithm ${EncryptionAlgorithm} and key spec RSA_2048 cannot ` +
        `encrypt data larger than ${most} bytes.`,
    )
  }
})

test("KMS-3 no call gives the private key of a key pair away", async () => {
  const { client, key, cloud } = await openKms()
  const { KeyId } = await key({ KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" })
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }))
  expect(() =>
    createPrivateKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "pkcs8" }),
  ).toThrow()
  const { KeyId: symmetric, Arn } = await key()
  expect(await refusalOf(client.send(new GetPublicKeyCommand({ KeyId: symmetric })))).toBe(
    `UnsupportedOperationException: ${Arn} is not an asymmetric key.`,
  )
  expect(cloud.reports).toEqual([])
})

test("two sides agree on a secret that neither sends", async () => {
  const { client, key } = await openKms()
  const { KeyId, Arn } = await key({ KeySpec: "ECC_NIST_P384", KeyUsage: "KEY_AGREEMENT" })
  const own = generateKeyPairSync("ec", { namedCurve: "secp384r1" })
  const derive = (publicKey: Uint8Array) =>
    client.send(
      new DeriveSharedSecretCommand({
        ...{ KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey: publicKey },
      }),
    )
  const answer = await derive(own.publicKey.export({ type: "spki", format: "der" }))
  expect(answer).toMatchObject({ KeyId: Arn, KeyOrigin: "AWS_KMS", KeyAgreementAlgorithm: "ECDH" })
  const { PublicKey = [] } = await client.send(new GetPublicKeyCommand({ KeyId }))
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" })
  const secret = diffieHellman({ privateKey: own.privateKey, publicKey })
  expect(Buffer.from(answer.SharedSecret ?? [])).toEqual(secret)
  const other = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey
  for (const wrong of [bytes("no key"), other.export({ type: "spki", format: "der" })])
    expect(await refusalOf(derive(wrong))).toMatch(/^ValidationException: /)
})

test.each([
  ["HMAC_SHA_224", "sha224"],
  ["HMAC_SHA_256", "sha256"],
  ["HMAC_SHA_384", "sha384"],
  ["HMAC_SHA_512", "sha512"],
] as const)("KMS-8 %s tells a message that was changed", async (MacAlgorithm, name) => {
  const { client, key } = await openKms()
  const KeySpec = `HMAC_${name.slice(3)}` as "HMAC_224"
  const { KeyId, Arn } = await key({ KeySpec, KeyUsage: "GENERATE_VERIFY_MAC" })
  const asked = { KeyId, MacAlgorithm, Message: Plaintext }
  const made = await client.send(new GenerateMacCommand(asked))
  expect(made).toMatchObject({ KeyId: Arn, MacAlgorithm })
  expect(made.Mac).toHaveLength(createHmac(name, "x").digest().length)
  const { Mac } = made
  expect((await client.send(new VerifyMacCommand({ ...asked, Mac }))).MacValid).toBe(true)
  for (const wrong of [{ Message: bytes("another") }, { Mac: bytes("short") }])
    expect(await refusalOf(client.send(new VerifyMacCommand({ ...asked, Mac, ...wrong })))).toMatch(
      /^KMSInvalidMacException: /,
    )
  const otherName: MacAlgorithmSpec = name === "sha256" ? "HMAC_SHA_512" : "HMAC_SHA_256"
  const other = new GenerateMacCommand({ ...asked, MacAlgorithm: otherName })
  expect(await refusalOf(client.send(other))).toBe(
    `InvalidKeyUsageException: Algorithm ${otherName} is incompatible with key spec ${KeySpec}.`,
  )
})

test.each(["RSA_2048", "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"] as const)(
  "a data key pair of %s comes with its private half sealed",
  async (KeyPairSpec: DataKeyPairSpec) => {
    const { client, key } = await openKms()
    const { KeyId, Arn } = await key()
    const asked = { KeyId, KeyPairSpec, EncryptionContext: { a: "1" } }
    const made = await client.send(new GenerateDataKeyPairCommand(asked))
    expect(made).toMatchObject({ KeyId: Arn, KeyPairSpec })
    const pkcs8 = (der: Uint8Array | undefined) =>
      createPrivateKey({ key: Buffer.from(der ?? []), format: "der", type: "pkcs8" })
    const spki = createPublicKey(pkcs8(made.PrivateKeyPlaintext)).export({
      ...{ type: "spki", format: "der" },
    })
    expect(Buffer.from(made.PublicKey ?? [])).toEqual(spki)
    const opened = await client.send(
      new DecryptCommand({
        CiphertextBlob: made.PrivateKeyCiphertextBlob,
        EncryptionContext: { a: "1" },
      }),
    )
    expect(opened.Plaintext).toEqual(made.PrivateKeyPlaintext)
    const hidden = await client.send(new GenerateDataKeyPairWithoutPlaintextCommand(asked))
    expect(hidden).not.toHaveProperty("PrivateKeyPlaintext")
    const dry = new GenerateDataKeyPairCommand({ ...asked, DryRun: true })
    expect(await refusalOf(client.send(dry))).toMatch(/^DryRunOperationException: /)
  },
)

test("random bytes come in the number that is asked for", async () => {
  const { client } = await openKms()
  const draw = async (NumberOfBytes?: number) =>
    (await client.send(new GenerateRandomCommand({ NumberOfBytes }))).Plaintext
  expect(await draw(1_024)).toHaveLength(1_024)
  expect(await draw(32)).not.toEqual(await draw(32))
  expect(await refusalOf(draw())).toBe("ValidationException: NumberOfBytes is required.")
  expect(await refusalOf(draw(1_025))).toMatch(/^ValidationException: 1 validation error/)
})
