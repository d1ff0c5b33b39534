import { hash } from "node:crypto"
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import {
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  S3Client,
  type ReplicationRule,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import {
  allow,
  configure,
  headOf,
  openReplication,
  ruleTo,
  type TestReplication,
} from "../testing/open-replication.ts"

const EUROPE = "eu-west-1"
const LARGE = Buffer.alloc(40_000, "large ")

async function keysOf({ cloud }: TestReplication): Promise<[string, string]> {
  const made = ["us-east-1", EUROPE].map((region) =>
    cloud.client(KMSClient, { region }).send(new CreateKeyCommand({})),
  )
  const [here, there] = await Promise.all(made)
  return [here!.KeyMetadata!.Arn!, there!.KeyMetadata!.Arn!]
}

const withKey = (ReplicaKmsKeyID: string): Partial<ReplicationRule> => ({
  SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
  Destination: { Bucket: "", EncryptionConfiguration: { ReplicaKmsKeyID } },
})

const mayUse = (...actions: string[]) => ({
  more: actions.map((Action) => ({ Action: `kms:${Action}`, Resource: "*" })),
})

test("S3-122 SSE-S3, SSE-KMS and SSE-C objects replicate, each in its own manner", async () => {
  const replication = await openReplication({ target: { region: EUROPE } })
  const { cloud, put, settled, statuses, source, target } = replication
  const [here, there] = await keysOf(replication)
  for (const { client: owner, Bucket } of [source, target]) {
    const Rules = [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const },
        BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] },
      },
    ]
    const ServerSideEncryptionConfiguration = { Rules }
    await owner.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
  }
  const kms = { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: here }
  await put("unnamed", "x", kms)
  await settled()
  expect(await statuses("unnamed")).toEqual([undefined, undefined])
  await configure(source, ruleTo("copies", withKey(there)))
  await allow(cloud, mayUse("Decrypt", "Encrypt"))
  for (const [Key, Body] of [
    ["small", "small"],
    ["large", LARGE],
  ] as const) {
    await put(`${Key}-s3`, Body)
    await put(`${Key}-kms`, Body, kms)
    await settled()
    for (const kind of ["s3", "kms"]) {
      expect(await statuses(`${Key}-${kind}`)).toEqual(["COMPLETED", "REPLICA"])
      const at = { Bucket: "copies", Key: `${Key}-${kind}` }
      const { Body: read } = await target.client.send(new GetObjectCommand(at))
      expect(await read?.transformToString()).toBe(Body.toString())
    }
  }
  expect((await headOf(target, "large-kms"))?.SSEKMSKeyId).toBe(there)
  expect((await headOf(target, "large-s3"))?.ServerSideEncryption).toBe("AES256")
  const key = Buffer.alloc(32, "k")
  const customer = {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: hash("md5", key, "base64"),
  }
  const secure = cloud.client(S3Client, {
    ...{ forcePathStyle: true, endpoint: "https://localhost:4566" },
  })
  await secure.send(new PutObjectCommand({ Bucket: "photos", Key: "c", Body: LARGE, ...customer }))
  await settled()
  const far = cloud.client(S3Client, {
    ...{ forcePathStyle: true, endpoint: "https://localhost:4566", region: EUROPE },
  })
  const { Body, ReplicationStatus } = await far.send(
    new GetObjectCommand({ Bucket: "copies", Key: "c", ...customer }),
  )
  expect(await Body?.transformToString()).toBe(LARGE.toString())
  expect(ReplicationStatus).toBe("REPLICA")
})

test("without rights on the keys, or with a key that is not usable, it fails", async () => {
  const replication = await openReplication({ target: { region: EUROPE } })
  const { cloud, put, settled, statuses, source } = replication
  const [here, there] = await keysOf(replication)
  await configure(source, ruleTo("copies", withKey(there)))
  const attempt = async (Key: string) => {
    await put(Key, "x", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: here })
    await settled()
    return statuses(Key)
  }
  const failed = ["FAILED", undefined]
  expect(await attempt("a")).toEqual(failed)
  await allow(cloud, mayUse("Decrypt"))
  expect(await attempt("b")).toEqual(failed)
  await allow(cloud, mayUse("Encrypt"))
  expect(await attempt("c")).toEqual(failed)
  await allow(cloud, mayUse("Decrypt", "Encrypt"))
  expect(await attempt("d")).toEqual(["COMPLETED", "REPLICA"])
  const kms = cloud.client(KMSClient, { region: EUROPE })
  await kms.send(new DisableKeyCommand({ KeyId: there }))
  expect(await attempt("e")).toEqual(failed)
})
