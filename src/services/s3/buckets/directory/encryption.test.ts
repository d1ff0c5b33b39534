import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import {
  CreateSessionCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { refusalOf } from "../../testing/open-bucket.ts"
import { openDirectory } from "../../testing/open-directory.ts"

test("objects take the bucket's KMS key, which it keeps for life, and its bucket key", async () => {
  const { cloud, client, Bucket, put, text } = await openDirectory()
  const kms = cloud.client(KMSClient)
  const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata
  const [one, other] = [await newKey(), await newKey()]
  const encrypt = (SSEAlgorithm: string, KMSMasterKeyID?: string) =>
    client.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: {
                SSEAlgorithm: SSEAlgorithm as "aws:kms",
                KMSMasterKeyID,
              },
            },
          ],
        },
      }),
    )
  expect(await refusalOf(encrypt("aws:kms"))).toMatch(/^InvalidRequest 400/)
  expect(await refusalOf(encrypt("aws:kms", "alias/mine"))).toMatch(/^InvalidRequest 400/)
  expect(await refusalOf(encrypt("aws:kms:dsse", one?.KeyId))).toMatch(/^InvalidRequest 400/)
  await put("before", "0")
  await encrypt("aws:kms", one?.KeyId)
  const { ServerSideEncryptionConfiguration } = await client.send(
    new GetBucketEncryptionCommand({ Bucket }),
  )
  expect(ServerSideEncryptionConfiguration?.Rules).toEqual([
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: one?.KeyId },
      BucketKeyEnabled: true,
    },
  ])
  expect(await client.send(new CreateSessionCommand({ Bucket }))).toMatchObject({
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: one?.Arn,
    BucketKeyEnabled: true,
  })
  await put("a", "1")
  await put("a", "2", { WriteOffsetBytes: 1 })
  await put("b", "1", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: one?.Arn })
  expect(await text("a")).toBe("12")
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))).toMatchObject({
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: one?.Arn,
    BucketKeyEnabled: true,
  })
  expect(await refusalOf(put("c", "1", { ServerSideEncryption: "AES256" }))).toMatch(
    /^InvalidRequest 400/,
  )
  expect(await refusalOf(put("before", "1", { WriteOffsetBytes: 1 }))).toMatch(
    /^EncryptionTypeMismatch 400/,
  )
  await client.send(new DeleteBucketEncryptionCommand({ Bucket }))
  expect(await refusalOf(encrypt("aws:kms", other?.KeyId))).toMatch(/^InvalidRequest 400/)
  await encrypt("aws:kms", one?.Arn)
  await kms.send(new DisableKeyCommand({ KeyId: one?.KeyId }))
  expect(
    await refusalOf(cloud.client(S3Client).send(new CreateSessionCommand({ Bucket }))),
  ).toMatch(/^KMS\.DisabledException 400/)
})
