import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  SecretsManagerClient,
  StopReplicationToReplicaCommand,
  TagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { OBEYED, outcomesBy } from "../../../gateway/testing/condition.ts"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openSecret, refusalOf } from "../testing/open-secrets.ts"

const REGION = "eu-west-1"

/** A secret that is copied to another Region. */
async function openReplica(more: object = {}) {
  const secret = await openSecret()
  const there = secret.cloud.client(SecretsManagerClient, { region: REGION })
  const replicate = (force = false) =>
    secret.client.send(
      new ReplicateSecretToRegionsCommand({
        ...{ SecretId: "db", AddReplicaRegions: [{ Region: REGION, ...more }] },
        ForceOverwriteReplicaSecret: force,
      }),
    )
  const status = async () =>
    (
      await secret.client.send(new DescribeSecretCommand({ SecretId: "db" }))
    ).ReplicationStatus?.map(({ Region, Status }) => [Region, Status])
  const copied = async () =>
    (await there.send(new GetSecretValueCommand({ SecretId: "db" }))).SecretString
  return { ...secret, there, replicate, status, copied }
}

test("a secret is copied to another Region, with its value, labels, tags and policy", async () => {
  const { cloud, client, there, arn, replicate, status, copied } = await openReplica()
  const Policy = {
    ...{ Effect: "Deny", Principal: "*", Action: "secretsmanager:DeleteSecret", Resource: "*" },
  }
  const ResourcePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [Policy] })
  await client.send(new PutResourcePolicyCommand({ SecretId: "db", ResourcePolicy }))
  expect((await replicate()).ReplicationStatus).toEqual([
    { Region: REGION, KmsKeyId: "alias/aws/secretsmanager", Status: "InProgress" },
  ])
  await cloud.settle()
  expect(await status()).toEqual([[REGION, "InSync"]])
  expect(await copied()).toBe("s1")
  await client.send(new PutSecretValueCommand({ SecretId: "db", SecretString: "s2" }))
  const Tags = [{ Key: "a", Value: "b" }]
  await client.send(new TagResourceCommand({ SecretId: "db", Tags }))
  await cloud.settle()
  expect(await copied()).toBe("s2")
  const seen = await there.send(new DescribeSecretCommand({ SecretId: "db" }))
  expect(seen).toMatchObject({ PrimaryRegion: "us-east-1", Tags })
  expect(seen.ARN).toBe(arn.replace("us-east-1", REGION))
  expect(Object.values(seen.VersionIdsToStages ?? {})).toHaveLength(2)
  const read = await there.send(new GetResourcePolicyCommand({ SecretId: "db" }))
  expect(read.ResourcePolicy).toBe(ResourcePolicy)
})

test("a replica is encrypted by a key of its own Region", async () => {
  const secret = await openSecret()
  const kms = secret.cloud.client(KMSClient, { region: REGION })
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const KmsKeyId = KeyMetadata?.Arn ?? ""
  const AddReplicaRegions = [{ Region: REGION, KmsKeyId }]
  const made = await secret.client.send(
    new CreateSecretCommand({ Name: "two", SecretString: "t1", AddReplicaRegions }),
  )
  expect(made.ReplicationStatus?.[0]?.KmsKeyId).toBe(KmsKeyId)
  await secret.cloud.settle()
  const there = secret.cloud.client(SecretsManagerClient, { region: REGION })
  const read = await there.send(new GetSecretValueCommand({ SecretId: "two" }))
  expect(read.SecretString).toBe("t1")
})

test("a Region that is down catches up when it is back", async () => {
  const { cloud, client, replicate, status, copied } = await openReplica()
  await replicate()
  await cloud.settle()
  await cloud.fail({ region: REGION })
  await client.send(new PutSecretValueCommand({ SecretId: "db", SecretString: "s2" }))
  await client.send(new PutSecretValueCommand({ SecretId: "db", SecretString: "s3" }))
  await cloud.settle()
  expect(await status()).toEqual([[REGION, "Failed"]])
  await cloud.heal({ region: REGION })
  expect(await copied()).toBe("s1")
  await cloud.advance("2m")
  expect(await status()).toEqual([[REGION, "InSync"]])
  expect(await copied()).toBe("s3")
})

test("when the primary's Region is down its replicas can be read, and one can take its place", async () => {
  const { cloud, there, replicate, copied } = await openReplica()
  await replicate()
  await cloud.settle()
  await cloud.fail({ region: "us-east-1" })
  expect(await copied()).toBe("s1")
  const put = () => there.send(new PutSecretValueCommand({ SecretId: "db", SecretString: "s2" }))
  expect(await refusalOf(put())).toBe(
    "InvalidParameterException: Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  )
  await there.send(new StopReplicationToReplicaCommand({ SecretId: "db" }))
  await put()
  expect(await copied()).toBe("s2")
})

test("a secret of the same name is overwritten only by force", async () => {
  const { cloud, there, replicate, status, copied } = await openReplica()
  await there.send(new CreateSecretCommand({ Name: "db", SecretString: "own" }))
  await replicate()
  await cloud.settle()
  expect(await status()).toEqual([[REGION, "Failed"]])
  expect(await copied()).toBe("own")
  await replicate(true)
  await cloud.settle()
  expect(await status()).toEqual([[REGION, "InSync"]])
  expect(await copied()).toBe("s1")
})

test("a secret with replicas stays until they are removed", async () => {
  const { cloud, client, arn, replicate, status, copied } = await openReplica()
  await replicate()
  await cloud.settle()
  const remove = () => client.send(new DeleteSecretCommand({ SecretId: "db" }))
  expect(await refusalOf(remove())).toBe(
    `InvalidParameterException: You can't delete secret ${arn} that still has replica regions [${REGION}].`,
  )
  const input = { SecretId: "db", RemoveReplicaRegions: [REGION] }
  await client.send(new RemoveRegionsFromReplicationCommand(input))
  expect(await status()).toBeUndefined()
  expect(await refusalOf(copied())).toMatch(/^ResourceNotFoundException/)
  expect(await refusalOf(remove())).toBe("no refusal")
  const own = [{ Region: "us-east-1" }]
  const again = new ReplicateSecretToRegionsCommand({ SecretId: "db", AddReplicaRegions: own })
  expect(await refusalOf(client.send(again))).toMatch(/marked for deletion/)
})

test("a replica's key can be changed in its own Region, and nothing else of it", async () => {
  const { cloud, there, client, replicate, status, copied } = await openReplica()
  await replicate()
  await cloud.settle()
  const kms = cloud.client(KMSClient, { region: REGION })
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const KmsKeyId = KeyMetadata?.Arn ?? ""
  await there.send(new UpdateSecretCommand({ SecretId: "db", KmsKeyId }))
  await cloud.settle()
  expect(await status()).toEqual([[REGION, "InSync"]])
  expect(await copied()).toBe("s1")
  await client.send(new PutSecretValueCommand({ SecretId: "db", SecretString: "s2" }))
  await cloud.settle()
  expect(await copied()).toBe("s2")
  const versions = await there.send(new ListSecretVersionIdsCommand({ SecretId: "db" }))
  expect(versions.Versions?.map(({ KmsKeyIds }) => KmsKeyIds)).toEqual([[KmsKeyId], [KmsKeyId]])
  const change = there.send(new UpdateSecretCommand({ SecretId: "db", Description: "x" }))
  expect(await refusalOf(change)).toMatch(/^InvalidParameterException: Operation not permitted/)
  await kms.send(new DisableKeyCommand({ KeyId: KmsKeyId }))
  expect(await refusalOf(copied())).toMatch(/^DecryptionFailure/)
})

test("a key that is not there fails the copy, and the next call mends it", async () => {
  const { cloud, client, replicate, status } = await openReplica({ KmsKeyId: "alias/none" })
  await replicate()
  await cloud.settle()
  expect(await status()).toEqual([[REGION, "Failed"]])
  await client.send(new PutSecretValueCommand({ SecretId: "db", SecretString: "s2" }))
  const AddReplicaRegions = [{ Region: REGION }]
  await client.send(new ReplicateSecretToRegionsCommand({ SecretId: "db", AddReplicaRegions }))
  await cloud.settle()
  expect(await status()).toEqual([[REGION, "InSync"]])
})

test("who makes a secret with replicas is asked for both, of the secret that is to be", async () => {
  const { cloud } = await openSecret()
  const user = await newUser(cloud.client(IAMClient), "ann")
  const secrets = cloud.client(SecretsManagerClient, { credentials: user.credentials })
  const create = () =>
    secrets.send(
      new CreateSecretCommand({
        ...{ Name: "two", SecretString: "x", AddReplicaRegions: [{ Region: REGION }] },
      }),
    )
  const condition = {
    action: "secretsmanager:ReplicateSecretToRegions",
    key: "secretsmanager:SecretId",
    value: "arn:aws:secretsmanager:us-east-1:000000000000:secret:two",
  }
  expect(await outcomesBy(user, condition, create)).toEqual(OBEYED)
})
