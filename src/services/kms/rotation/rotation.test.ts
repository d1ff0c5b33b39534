import {
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
} from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { bytes, openKms, refusalOf, text, type TestKms } from "../testing/open-kms.ts"

/** A key with the means to look at its material. */
async function openKey(kms: TestKms) {
  const { client } = kms
  const { KeyId, Arn } = await kms.key()
  return {
    KeyId,
    Arn,
    encrypt: async () =>
      (await client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))).CiphertextBlob,
    decrypt: (CiphertextBlob?: Uint8Array) => client.send(new DecryptCommand({ CiphertextBlob })),
    material: async () =>
      (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.CurrentKeyMaterialId,
    rotations: async () =>
      (await client.send(new ListKeyRotationsCommand({ KeyId }))).Rotations ?? [],
    status: () => client.send(new GetKeyRotationStatusCommand({ KeyId })),
  }
}

test("KMS-23 KMS-24 a key rotates by its period, and old ciphertexts still open", async () => {
  const kms = await openKms()
  const key = await openKey(kms)
  const { KeyId, Arn } = key
  expect(await key.status()).toMatchObject({ KeyRotationEnabled: false })
  await kms.client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
  expect(await key.status()).toMatchObject({
    ...{ KeyId: Arn, KeyRotationEnabled: true, RotationPeriodInDays: 90 },
    NextRotationDate: new Date(kms.cloud.now().getTime() + 90 * 86_400_000),
  })
  const old = [await key.encrypt()]
  const first = await key.material()
  await kms.cloud.advance("89d")
  expect(await key.material()).toBe(first)
  await kms.cloud.advance("1d")
  expect(await key.material()).not.toBe(first)
  old.push(await key.encrypt())
  await kms.cloud.advance("90d")
  for (const [at, blob] of old.entries()) {
    const opened = await key.decrypt(blob)
    expect([text(opened.Plaintext), opened.KeyId]).toEqual(["x", Arn])
    if (at === 0) expect(opened.KeyMaterialId).toBe(first)
  }
  expect(await key.rotations()).toMatchObject([
    { RotationType: "AUTOMATIC", KeyId: Arn, KeyMaterialState: "NON_CURRENT" },
    { RotationType: "AUTOMATIC", KeyMaterialId: await key.material(), KeyMaterialState: "CURRENT" },
  ])
  await kms.client.send(new DisableKeyRotationCommand({ KeyId }))
  await kms.cloud.advance("365d")
  expect(await key.rotations()).toHaveLength(2)
})

test("the period is 365 days unless it is said, of 90 to 2,560", async () => {
  const kms = await openKms()
  const key = await openKey(kms)
  const { KeyId } = key
  await kms.client.send(new EnableKeyRotationCommand({ KeyId }))
  expect(await key.status()).toMatchObject({ RotationPeriodInDays: 365 })
  for (const RotationPeriodInDays of [89, 2_561]) {
    const enable = new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays })
    expect(await refusalOf(kms.client.send(enable))).toMatch(/^ValidationException: /)
  }
})

test("a disabled key does not rotate, and catches up when it is enabled", async () => {
  const kms = await openKms()
  const key = await openKey(kms)
  const { KeyId } = key
  await kms.client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
  await kms.client.send(new DisableKeyCommand({ KeyId }))
  await kms.cloud.advance("200d")
  expect(await key.rotations()).toHaveLength(0)
  await kms.client.send(new EnableKeyCommand({ KeyId }))
  expect(await key.rotations()).toHaveLength(1)
  await kms.cloud.advance("90d")
  expect(await key.rotations()).toHaveLength(2)
})

test("a key rotates on demand 25 times", async () => {
  const kms = await openKms()
  const key = await openKey(kms)
  const { KeyId, Arn } = key
  const blob = await key.encrypt()
  const rotate = () => kms.client.send(new RotateKeyOnDemandCommand({ KeyId }))
  for (let times = 0; times < 25; times++) expect((await rotate()).KeyId).toBe(Arn)
  expect(await refusalOf(rotate())).toBe(
    "LimitExceededException: The on-demand rotations limit has been reached for the given keyId. " +
      `No more on-demand rotations can be performed for this key: ${Arn}`,
  )
  expect(await key.rotations()).toHaveLength(25)
  expect(text((await key.decrypt(blob)).Plaintext)).toBe("x")
  const all = new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" })
  expect((await kms.client.send(all)).Rotations).toHaveLength(26)
})

test("what cannot rotate says so", async () => {
  const { client, key } = await openKms()
  const { KeyId, Arn } = await key()
  await client.send(new DisableKeyCommand({ KeyId }))
  expect(await refusalOf(client.send(new RotateKeyOnDemandCommand({ KeyId })))).toBe(
    `DisabledException: ${Arn} is disabled.`,
  )
  const mac = await key({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" })
  const rotate = new RotateKeyOnDemandCommand({ KeyId: mac.KeyId })
  expect(await refusalOf(client.send(rotate))).toMatch(/^UnsupportedOperationException: /)
  await client.send(new DisableKeyCommand({ KeyId: mac.KeyId }))
  expect(await refusalOf(client.send(rotate))).toBe(`DisabledException: ${mac.Arn} is disabled.`)
  const imported = await key({ Origin: "EXTERNAL" })
  const enable = new EnableKeyRotationCommand({ KeyId: imported.KeyId })
  expect(await refusalOf(client.send(enable))).toBe(
    `UnsupportedOperationException: ${imported.Arn} origin is EXTERNAL which is not valid for ` +
      "this operation.",
  )
})
