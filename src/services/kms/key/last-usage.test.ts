import {
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GetKeyLastUsageCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
} from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { bytes, openKms, OTHER, refusalOf } from "../testing/open-kms.ts"

test("a key tells its last use that went well: which, when, and of what request", async () => {
  const { client, cloud, key } = await openKms()
  const { KeyId, Arn } = await key()
  const lastUsage = () => client.send(new GetKeyLastUsageCommand({ KeyId }))
  const fresh = await lastUsage()
  expect(fresh).toMatchObject({ KeyId: Arn, KeyCreationDate: cloud.now() })
  expect(fresh.TrackingStartDate).toEqual(fresh.KeyCreationDate)
  expect(fresh.KeyLastUsage).toBeUndefined()
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId, Plaintext: bytes("x"), EncryptionContext: { a: "b" } }),
  )
  await cloud.advance("1h")
  const wrong = client.send(new DecryptCommand({ CiphertextBlob }))
  expect(await refusalOf(wrong)).toMatch(/^InvalidCiphertextException/)
  await client.send(new DescribeKeyCommand({ KeyId }))
  expect((await lastUsage()).KeyLastUsage?.Operation).toBe("Encrypt")
  const { $metadata } = await client.send(
    new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: "b" } }),
  )
  expect((await lastUsage()).KeyLastUsage).toMatchObject({
    ...{ Operation: "Decrypt", Timestamp: cloud.now(), KmsRequestId: $metadata.requestId },
  })
  await cloud.advance("1m")
  await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: "b" } }))
  expect((await lastUsage()).KeyLastUsage?.Timestamp).toEqual(cloud.now())
})

test("uses of private keys count; an alias is no name here, and strangers are not told", async () => {
  const { client, key, of, user } = await openKms()
  const { KeyId } = await key({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" })
  await client.send(
    new SignCommand({ KeyId, Message: bytes("x"), SigningAlgorithm: "ECDSA_SHA_256" }),
  )
  const ask = new GetKeyLastUsageCommand({ KeyId })
  expect((await client.send(ask)).KeyLastUsage?.Operation).toBe("Sign")
  const byAlias = new GetKeyLastUsageCommand({ KeyId: "alias/x" })
  expect(await refusalOf(client.send(byAlias))).toMatch(/^NotFoundException: /)
  expect(await refusalOf((await user("ann")).send(ask))).toMatch(/^AccessDenied/)
  expect(await refusalOf(of({ account: OTHER }).send(ask))).toMatch(/^NotFoundException: /)
})

test("a policy keeps keys that were used of late from being disabled and deleted", async () => {
  const { client, cloud, key, user } = await openKms()
  const { KeyId } = await key()
  const ann = await user("ann", {
    ...{ Effect: "Allow", Action: "kms:*", Resource: "*" },
    Condition: { NumericGreaterThanEqualsIfExists: { "kms:TrailingDaysWithoutKeyUsage": "30" } },
  })
  const disable = () => refusalOf(ann.send(new DisableKeyCommand({ KeyId })))
  const remove = () => refusalOf(ann.send(new ScheduleKeyDeletionCommand({ KeyId })))
  const encrypt = () => client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  await cloud.advance("31d")
  await encrypt()
  for (const refusal of [await disable(), await remove()]) expect(refusal).toMatch(/^AccessDenied/)
  await cloud.advance("29d")
  expect(await disable()).toMatch(/^AccessDenied/)
  await cloud.advance("1d")
  expect(await disable()).toBe("no refusal")
  expect(await remove()).toBe("no refusal")
})
