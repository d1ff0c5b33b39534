import {
  GenerateMacCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  SignCommand,
} from "@aws-sdk/client-kms"
import { createHmac, generateKeyPairSync, randomBytes, verify } from "node:crypto"
import { expect, test } from "vitest"
import { FOREVER, openImport } from "../testing/open-import.ts"
import { bytes, refusalOf } from "../testing/open-kms.ts"

test.each(["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_256"] as const)(
  "KMS-6 KMS-30 material comes from outside, wrapped by %s, and goes again",
  async (algorithm) => {
    const key = await openImport()
    expect(await key.state()).toMatchObject({
      ...{ KeyState: "PendingImport", Enabled: false, Origin: "EXTERNAL" },
    })
    const pending = `KMSInvalidStateException: ${key.Arn} is pending import.`
    expect(await refusalOf(key.encrypt())).toBe(pending)
    const material = randomBytes(32)
    const imported = await key.importMaterial(material, {}, algorithm)
    expect(imported.KeyId).toBe(key.Arn)
    expect(await key.state()).toMatchObject({
      ...{ KeyState: "Enabled", ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" },
      CurrentKeyMaterialId: imported.KeyMaterialId,
    })
    const { CiphertextBlob } = await key.encrypt()
    await key.forget()
    const without = await key.state()
    expect(without).toMatchObject({
      ...{ KeyState: "PendingImport", CurrentKeyMaterialId: imported.KeyMaterialId },
    })
    expect(without).not.toHaveProperty("ExpirationModel")
    expect(await refusalOf(key.decrypt(CiphertextBlob))).toBe(pending)
    expect(await refusalOf(key.importMaterial(randomBytes(32)))).toMatch(
      /^IncorrectKeyMaterialException: /,
    )
    await key.importMaterial(material, {}, algorithm)
    expect(await key.decrypt(CiphertextBlob)).toBe("x")
  },
)

test("material that expires is gone at its time", async () => {
  const key = await openImport()
  const material = randomBytes(32)
  expect(await refusalOf(key.importMaterial(material, { ExpirationModel: undefined }))).toBe(
    "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
  )
  const ValidTo = new Date(key.cloud.now().getTime() + 3_600_000)
  const expiring = { ValidTo, ExpirationModel: "KEY_MATERIAL_EXPIRES" } as const
  await key.importMaterial(material, expiring)
  const { CiphertextBlob } = await key.encrypt()
  const seconds = new Date(Math.floor(ValidTo.getTime() / 1000) * 1000)
  const told = await key.state()
  expect(told).toMatchObject({ ExpirationModel: "KEY_MATERIAL_EXPIRES" })
  expect(told?.ValidTo?.getTime()).toBeGreaterThanOrEqual(seconds.getTime())
  await key.cloud.advance("59m")
  expect(await key.decrypt(CiphertextBlob)).toBe("x")
  await key.cloud.advance("1m")
  expect(await key.state()).toMatchObject({ KeyState: "PendingImport" })
  await key.importMaterial(material)
  await key.cloud.advance("400d")
  expect(await key.decrypt(CiphertextBlob)).toBe("x")
})

test("an import token is of one key, for 24 hours, and of this cloud", async () => {
  const key = await openImport()
  const other = await key.key({ Origin: "EXTERNAL" })
  const { ImportToken, ParametersValidTo } = await key.parameters()
  expect(ParametersValidTo).toEqual(new Date(key.cloud.now().getTime() + 86_400_000))
  const asked = { ImportToken, EncryptedKeyMaterial: bytes("x"), ...FOREVER }
  const send = (more: { KeyId: string; ImportToken?: Uint8Array }) =>
    refusalOf(key.client.send(new ImportKeyMaterialCommand({ ...asked, ...more })))
  expect(await send({ KeyId: other.KeyId })).toMatch(/^InvalidImportTokenException: /)
  const made = { KeyId: key.KeyId, ImportToken: bytes("x") }
  expect(await send(made)).toMatch(/^InvalidImportTokenException: /)
  expect(await send({ KeyId: key.KeyId })).toMatch(/^InvalidCiphertextException: /)
  await key.cloud.advance("24h")
  expect(await send({ KeyId: key.KeyId })).toMatch(/^ExpiredImportTokenException: /)
})

test("material has the form of its key", async () => {
  const key = await openImport()
  for (const size of [16, 31, 33])
    expect(await refusalOf(key.importMaterial(randomBytes(size)))).toMatch(
      /^IncorrectKeyMaterialException: /,
    )
  const { KeyId, Arn } = await key.key()
  const asked = {
    KeyId,
    WrappingAlgorithm: "RSAES_OAEP_SHA_256",
    WrappingKeySpec: "RSA_2048",
  } as const
  expect(await refusalOf(key.client.send(new GetParametersForImportCommand(asked)))).toBe(
    `UnsupportedOperationException: ${Arn} origin is AWS_KMS which is not valid for this operation.`,
  )
})

test("imported material rotates on demand, when the next is there", async () => {
  const key = await openImport()
  const rotate = () => key.client.send(new RotateKeyOnDemandCommand({ KeyId: key.KeyId }))
  const [one, two] = [randomBytes(32), randomBytes(32)]
  await key.importMaterial(one)
  const { CiphertextBlob } = await key.encrypt()
  expect(await refusalOf(rotate())).toBe(
    `KMSInvalidStateException: No available key material pending rotation for the key: ${key.Arn}.`,
  )
  const fresh = { ImportType: "NEW_KEY_MATERIAL" } as const
  const next = await key.importMaterial(two, fresh)
  expect((await key.state())?.CurrentKeyMaterialId).not.toBe(next.KeyMaterialId)
  expect(await refusalOf(key.importMaterial(randomBytes(32), fresh))).toMatch(
    /^KMSInvalidStateException: New key material \(id: \w{64}\) cannot be imported into KMS key /,
  )
  await rotate()
  expect((await key.state())?.CurrentKeyMaterialId).toBe(next.KeyMaterialId)
  expect(await key.decrypt(CiphertextBlob)).toBe("x")
  const all = { KeyId: key.KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" } as const
  const { Rotations } = await key.client.send(new ListKeyRotationsCommand(all))
  expect(Rotations).toMatchObject([
    { KeyMaterialState: "NON_CURRENT", ImportState: "IMPORTED" },
    { KeyMaterialState: "CURRENT", ImportState: "IMPORTED", RotationType: "ON_DEMAND" },
  ])
  await key.forget(Rotations?.[0]?.KeyMaterialId)
  expect(await key.state()).toMatchObject({ KeyState: "PendingImport" })
  await key.importMaterial(one)
  expect(await key.decrypt(CiphertextBlob)).toBe("x")
})

test("KMS-31 private keys and HMAC keys are imported too", async () => {
  const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  const der = pair.privateKey.export({ type: "pkcs8", format: "der" })
  const ec = await openImport({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" })
  await ec.importMaterial(der, {}, "RSA_AES_KEY_WRAP_SHA_1")
  const asked = { KeyId: ec.KeyId, Message: bytes("m"), SigningAlgorithm: "ECDSA_SHA_256" } as const
  const { Signature = new Uint8Array() } = await ec.client.send(new SignCommand(asked))
  expect(verify("sha256", bytes("m"), pair.publicKey, Signature)).toBe(true)
  const wrong = await openImport({ KeySpec: "ECC_NIST_P384", KeyUsage: "SIGN_VERIFY" })
  expect(await refusalOf(wrong.importMaterial(der))).toMatch(/^IncorrectKeyMaterialException: /)
  const rsa = await openImport({ KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" })
  expect(await refusalOf(rsa.parameters("RSAES_OAEP_SHA_256"))).toMatch(/^ValidationException: /)
  const rsaKey = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey
  const rsaDer = rsaKey.export({ type: "pkcs8", format: "der" })
  await rsa.importMaterial(rsaDer, {}, "RSA_AES_KEY_WRAP_SHA_256")
  const mac = await openImport({ KeySpec: "HMAC_384", KeyUsage: "GENERATE_VERIFY_MAC" })
  const secret = randomBytes(48)
  await mac.importMaterial(secret)
  const { Mac } = await mac.client.send(
    new GenerateMacCommand({
      ...{ KeyId: mac.KeyId, Message: bytes("m"), MacAlgorithm: "HMAC_SHA_384" },
    }),
  )
  expect(Buffer.from(Mac ?? [])).toEqual(createHmac("sha384", secret).update("m").digest())
})
