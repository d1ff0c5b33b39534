import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  DecryptCommand,
  GetKeyPolicyCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
  type KMSClient,
} from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { ACCOUNT, bytes, openKms, OTHER, refusalOf, text } from "../testing/open-kms.ts"

const Plaintext = bytes("x")
const describe = async (client: KMSClient, KeyId: string) =>
  (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata
const encrypt = (client: KMSClient, KeyId: string) =>
  client.send(new EncryptCommand({ KeyId, Plaintext }))

test("KMS-4 KMS-7 a key says what it is", async () => {
  const { client, key, cloud } = await openKms({ now: "2026-01-02T03:04:05Z" })
  const made = await key({ Description: "orders" })
  expect(made).toEqual({
    AWSAccountId: ACCOUNT,
    Arn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/${made.KeyId}`,
    CreationDate: cloud.now(),
    CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    Description: "orders",
    Enabled: true,
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    KeyId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    KeyManager: "CUSTOMER",
    KeySpec: "SYMMETRIC_DEFAULT",
    KeyState: "Enabled",
    KeyUsage: "ENCRYPT_DECRYPT",
    MultiRegion: false,
    Origin: "AWS_KMS",
  })
  expect(await describe(client, made.KeyId)).toEqual(made)
  expect(await describe(client, made.Arn)).toEqual(made)
  expect((await client.send(new ListKeysCommand({}))).Keys).toEqual([
    { KeyId: made.KeyId, KeyArn: made.Arn },
  ])
})

test("keys that are not there are told as such", async () => {
  const { client } = await openKms()
  const id = "134f2428-cec1-4b25-a1ae-9048164dba47"
  const arn = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${id}`
  const absent = `NotFoundException: Key '${arn}' does not exist`
  expect(await refusalOf(describe(client, id))).toBe(absent)
  expect(await refusalOf(describe(client, arn))).toBe(absent)
  expect(await refusalOf(describe(client, "fake-key-id"))).toBe(
    "NotFoundException: Invalid keyId 'fake-key-id'",
  )
  expect(await refusalOf(describe(client, "alias/none"))).toBe(
    `NotFoundException: Alias arn:aws:kms:us-east-1:${ACCOUNT}:alias/none is not found.`,
  )
})

test("KMS-1 a key is of its Region and nothing of it is in another", async () => {
  const kms = await openKms()
  const { KeyId, Arn } = await kms.key()
  const { CiphertextBlob } = await encrypt(kms.client, KeyId)
  const elsewhere = kms.of({ region: "eu-west-1" })
  expect(await refusalOf(encrypt(elsewhere, KeyId))).toBe(
    `NotFoundException: Key '${Arn.replace("us-east-1", "eu-west-1")}' does not exist`,
  )
  expect(await refusalOf(encrypt(elsewhere, Arn))).toBe("NotFoundException: Invalid arn us-east-1")
  expect(await refusalOf(elsewhere.send(new DecryptCommand({ CiphertextBlob })))).toMatch(
    /^AccessDeniedException: The ciphertext refers to a customer master key that does not exist/,
  )
})

test("KMS-12 a disabled key refuses use until it is enabled again", async () => {
  const { client, key } = await openKms()
  const { KeyId, Arn } = await key()
  const { CiphertextBlob } = await encrypt(client, KeyId)
  await client.send(new DisableKeyCommand({ KeyId }))
  expect(await describe(client, KeyId)).toMatchObject({ Enabled: false, KeyState: "Disabled" })
  const refusal = `DisabledException: ${Arn} is disabled.`
  expect(await refusalOf(encrypt(client, KeyId))).toBe(refusal)
  expect(await refusalOf(client.send(new DecryptCommand({ CiphertextBlob })))).toBe(refusal)
  await client.send(new EnableKeyCommand({ KeyId }))
  expect(text((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext)).toBe("x")
})

test("KMS-13 deletion waits, can be cancelled, and takes the key with all it has sealed", async () => {
  const { client, key, cloud } = await openKms()
  const { KeyId, Arn } = await key()
  const { CiphertextBlob } = await encrypt(client, KeyId)
  const schedule = (PendingWindowInDays?: number) =>
    client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }))
  for (const days of [6, 31]) expect(await refusalOf(schedule(days))).toMatch(/^ValidationExc/)
  const planned = await schedule(7)
  expect(planned).toMatchObject({ KeyId: Arn, KeyState: "PendingDeletion" })
  expect(planned.DeletionDate).toEqual(new Date(cloud.now().getTime() + 7 * 86_400_000))
  const pending = `KMSInvalidStateException: ${Arn} is pending deletion.`
  expect(await refusalOf(encrypt(client, KeyId))).toBe(pending)
  expect(await refusalOf(schedule(7))).toBe(pending)
  expect(await refusalOf(client.send(new EnableKeyCommand({ KeyId })))).toBe(pending)
  await client.send(new CancelKeyDeletionCommand({ KeyId }))
  expect(await describe(client, KeyId)).toMatchObject({ KeyState: "Disabled" })
  await cloud.advance("8d")
  await client.send(new EnableKeyCommand({ KeyId }))
  await client.send(new DecryptCommand({ CiphertextBlob }))
  await schedule()
  await cloud.advance("29d")
  expect(await describe(client, KeyId)).toMatchObject({ KeyState: "PendingDeletion" })
  await cloud.advance("1d")
  expect(await refusalOf(describe(client, KeyId))).toMatch(/^NotFoundException: Key /)
  expect(await refusalOf(client.send(new DecryptCommand({ CiphertextBlob })))).toMatch(
    /^AccessDeniedException: The ciphertext refers to/,
  )
})

test("only a deletion that waits can be cancelled", async () => {
  const { client, key } = await openKms()
  const { KeyId, Arn } = await key()
  expect(await refusalOf(client.send(new CancelKeyDeletionCommand({ KeyId })))).toBe(
    `KMSInvalidStateException: ${Arn} is not pending deletion.`,
  )
})

test("the default policy passes the key on to the account", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key()
  const { Policy = "", PolicyName } = await client.send(new GetKeyPolicyCommand({ KeyId }))
  expect(PolicyName).toBe("default")
  expect(JSON.parse(Policy)).toEqual({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  })
})

test("a policy that locks its author out is refused, unless that is meant", async () => {
  const { client, key } = await openKms()
  const statement = { Effect: "Allow", Principal: { AWS: OTHER }, Action: "kms:*", Resource: "*" }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] })
  const refusal =
    "MalformedPolicyDocumentException: The new key policy will not allow you to update the key " +
    "policy in the future."
  expect(await refusalOf(client.send(new CreateKeyCommand({ Policy })))).toBe(refusal)
  const { KeyId } = await key()
  expect(await refusalOf(client.send(new PutKeyPolicyCommand({ KeyId, Policy })))).toBe(refusal)
  const meant = { KeyId, Policy, BypassPolicyLockoutSafetyCheck: true }
  await client.send(new PutKeyPolicyCommand(meant))
  expect(await refusalOf(client.send(new GetKeyPolicyCommand({ KeyId })))).toMatch(
    /^AccessDeniedException: .*no resource-based policy allows the kms:GetKeyPolicy action/,
  )
  expect(await refusalOf(client.send(new CreateKeyCommand({ Policy: "{" })))).toMatch(
    /^MalformedPolicyDocumentException: /,
  )
})

test("tags and descriptions change", async () => {
  const { client, key } = await openKms()
  const { KeyId } = await key({ Tags: [{ TagKey: "a", TagValue: "1" }] })
  await client.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: "b", TagValue: "2" }] }))
  await client.send(new UntagResourceCommand({ KeyId, TagKeys: ["a"] }))
  const { Tags } = await client.send(new ListResourceTagsCommand({ KeyId }))
  expect(Tags).toEqual([{ TagKey: "b", TagValue: "2" }])
  await client.send(new UpdateKeyDescriptionCommand({ KeyId, Description: "new" }))
  expect(await describe(client, KeyId)).toMatchObject({ Description: "new" })
  const tag = (...names: string[]) =>
    refusalOf(key({ Tags: names.map((TagKey) => ({ TagKey, TagValue: "" })) }))
  expect(await tag("a", "a")).toBe("TagException: Duplicate tag keys")
  expect(await tag("AWS:x")).toBe("TagException: Tags beginning with aws: are reserved")
  expect(await tag(...Array.from({ length: 51 }, (_, at) => `t${at}`))).toBe(
    "TagException: Too many tags",
  )
})

test("what a key is for must suit what it is", async () => {
  const { client, key } = await openKms()
  expect(await refusalOf(key({ KeySpec: "HMAC_256" }))).toBe(
    "ValidationException: You must specify a KeyUsage value for all KMS keys except for " +
      "symmetric encryption keys.",
  )
  expect(await refusalOf(key({ KeySpec: "RSA_2048", KeyUsage: "KEY_AGREEMENT" }))).toBe(
    "ValidationException: KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048",
  )
  expect(await refusalOf(key({ KeySpec: "SM2", KeyUsage: "SIGN_VERIFY" }))).toMatch(
    /^UnsupportedOperationException: /,
  )
  expect((await client.send(new ListKeysCommand({}))).Keys).toEqual([])
})

test("lists come in pages", async () => {
  const { client, key } = await openKms()
  const made = [await key(), await key(), await key()].map(({ KeyId }) => KeyId)
  const first = await client.send(new ListKeysCommand({ Limit: 2 }))
  expect(first).toMatchObject({ Truncated: true })
  const rest = await client.send(new ListKeysCommand({ Limit: 2, Marker: first.NextMarker }))
  expect(rest).toMatchObject({ Truncated: false })
  const told = [...(first.Keys ?? []), ...(rest.Keys ?? [])].map(({ KeyId }) => KeyId)
  expect(new Set(told)).toEqual(new Set(made))
  expect(await refusalOf(client.send(new ListKeysCommand({ Marker: "x" })))).toMatch(
    /^InvalidMarkerException: /,
  )
})

test("an account has as many keys as its quota says", async () => {
  const { cloud, key } = await openKms()
  await cloud.setQuota({ service: "kms", quota: "L-C2F1777E", value: 1 })
  await key()
  expect(await refusalOf(key())).toMatch(/^LimitExceededException: /)
})
