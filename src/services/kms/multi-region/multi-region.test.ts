import {
  CreateAliasCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  KMSClient,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  UpdatePrimaryRegionCommand,
} from "@aws-sdk/client-kms"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { OBEYED, outcomesBy } from "../../../gateway/testing/condition.ts"
import { newUser } from "../../../gateway/testing/identity.ts"
import { bytes, openKms, refusalOf, text } from "../testing/open-kms.ts"

const ReplicaRegion = "eu-west-1"

async function openReplica() {
  const kms = await openKms()
  const { client, cloud } = kms
  const { KeyId, Arn } = await kms.key({ MultiRegion: true, Description: "primary" })
  const made = await client.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion }))
  await cloud.settle()
  const there = kms.of({ region: ReplicaRegion })
  const describe = async (of = client) =>
    (await of.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata
  const encrypt = (of = client) => of.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  return { ...kms, there, KeyId, Arn, made, describe, encrypt }
}

test("KMS-33 a multi-Region key has one id and material in its Regions", async () => {
  const { client, there, KeyId, Arn, made, describe, encrypt } = await openReplica()
  expect(KeyId).toMatch(/^mrk-[0-9a-f]{32}$/)
  const replicaArn = Arn.replace("us-east-1", ReplicaRegion)
  expect(made.ReplicaKeyMetadata).toMatchObject({
    ...{ KeyId, Arn: replicaArn, KeyState: "Creating", Enabled: false, Description: "" },
    MultiRegionConfiguration: {
      MultiRegionKeyType: "REPLICA",
      PrimaryKey: { Arn, Region: "us-east-1" },
      ReplicaKeys: [{ Arn: replicaArn, Region: ReplicaRegion }],
    },
  })
  expect(made).not.toHaveProperty("ReplicaTags")
  expect(await describe(there)).toMatchObject({ KeyState: "Enabled", Enabled: true })
  expect((await describe())?.MultiRegionConfiguration?.MultiRegionKeyType).toBe("PRIMARY")
  const sealed = await encrypt()
  const opened = await there.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }))
  expect([text(opened.Plaintext), opened.KeyId]).toEqual(["x", replicaArn])
  const back = await encrypt(there)
  const home = await client.send(new DecryptCommand({ CiphertextBlob: back.CiphertextBlob }))
  expect(home.KeyId).toBe(Arn)
})

test("KMS-34 each of them has a state, aliases and a policy of its own", async () => {
  const { client, there, KeyId, describe, encrypt } = await openReplica()
  await client.send(new CreateAliasCommand({ AliasName: "alias/a", TargetKeyId: KeyId }))
  expect((await there.send(new ListAliasesCommand({}))).Aliases).toEqual([])
  await there.send(new DisableKeyCommand({ KeyId }))
  expect(await describe()).toMatchObject({ KeyState: "Enabled" })
  expect(await refusalOf(encrypt(there))).toMatch(/^DisabledException: /)
  await encrypt()
})

test("material that rotates does so in all Regions", async () => {
  const { client, there, cloud, KeyId, describe, encrypt } = await openReplica()
  const { CiphertextBlob } = await encrypt()
  await client.send(new EnableKeyRotationCommand({ KeyId }))
  const status = await there.send(new GetKeyRotationStatusCommand({ KeyId }))
  expect(status).toMatchObject({ KeyRotationEnabled: true })
  expect(await refusalOf(there.send(new EnableKeyRotationCommand({ KeyId })))).toMatch(
    /^UnsupportedOperationException: .* is not a multi-region primary key\.$/,
  )
  const before = (await describe())?.CurrentKeyMaterialId
  await cloud.advance("365d")
  const after = (await describe())?.CurrentKeyMaterialId
  expect(after).not.toBe(before)
  expect((await describe(there))?.CurrentKeyMaterialId).toBe(after)
  expect(text((await there.send(new DecryptCommand({ CiphertextBlob }))).Plaintext)).toBe("x")
})

test("only the primary makes replicas, one in a Region", async () => {
  const { client, there, key, KeyId, Arn } = await openReplica()
  const replicate = (of = client, region = "ap-south-1", id = KeyId) =>
    refusalOf(of.send(new ReplicateKeyCommand({ KeyId: id, ReplicaRegion: region })))
  expect(await replicate(there)).toBe(
    `UnsupportedOperationException: ${Arn.replace("us-east-1", ReplicaRegion)} is not a multi-region primary key.`,
  )
  expect(await replicate(client, ReplicaRegion)).toMatch(/^AlreadyExistsException: /)
  expect(await replicate(client, "cn-north-1")).toMatch(/^ValidationException: /)
  const single = await key()
  expect(await replicate(client, "ap-south-1", single.KeyId)).toMatch(/is not a multi-region/)
})

test("another Region's key becomes the primary, and takes rotation over", async () => {
  const { client, there, cloud, KeyId, describe } = await openReplica()
  await client.send(new EnableKeyRotationCommand({ KeyId }))
  await client.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: ReplicaRegion }))
  expect((await describe())?.MultiRegionConfiguration?.MultiRegionKeyType).toBe("REPLICA")
  expect((await describe(there))?.MultiRegionConfiguration?.MultiRegionKeyType).toBe("PRIMARY")
  const before = (await describe())?.CurrentKeyMaterialId
  await cloud.advance("365d")
  expect((await describe())?.CurrentKeyMaterialId).not.toBe(before)
  const update = new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: "ap-south-1" })
  expect(await refusalOf(there.send(update))).toMatch(/^UnsupportedOperationException: /)
})

test("a primary goes after its replicas", async () => {
  const { client, there, cloud, KeyId, describe } = await openReplica()
  const schedule = (of = client) =>
    of.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
  const waiting = await schedule()
  expect(waiting).toMatchObject({ KeyState: "PendingReplicaDeletion", PendingWindowInDays: 7 })
  expect(waiting.DeletionDate).toBeUndefined()
  await cloud.advance("30d")
  expect(await describe()).toMatchObject({
    ...{ KeyState: "PendingReplicaDeletion", PendingDeletionWindowInDays: 7 },
  })
  await schedule(there)
  await cloud.advance("7d")
  expect(await refusalOf(describe(there))).toMatch(/^NotFoundException/)
  expect(await describe()).toMatchObject({ KeyState: "PendingDeletion" })
  await cloud.advance("7d")
  expect(await refusalOf(describe())).toMatch(/^NotFoundException/)
})

test("who makes a replica makes a key as the primary is, for policies to look at", async () => {
  const { cloud, key } = await openKms()
  const { KeyId } = await key({ MultiRegion: true })
  const user = await newUser(cloud.client(IAMClient), "ann")
  const kms = cloud.client(KMSClient, { credentials: user.credentials })
  const condition = { action: "kms:CreateKey", key: "kms:KeySpec", value: "SYMMETRIC_DEFAULT" }
  const replicate = () => kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion }))
  expect(await outcomesBy(user, condition, replicate)).toEqual(OBEYED)
})
