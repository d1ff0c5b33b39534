import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UpdateObjectEncryptionCommand,
} from "@aws-sdk/client-s3"
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

test("objects move from SSE-S3 to a KMS key, and their bytes stay", async () => {
  const { cloud, client, Bucket, put } = await openBucket()
  const kms = cloud.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const KMSKeyArn = KeyMetadata?.Arn ?? ""
  const large = "x".repeat(100_000)
  for (const [Key, body] of [
    ["small", "value"],
    ["large", large],
    ["empty", ""],
  ] as const) {
    const before = await put(Key, body)
    const ref = { Bucket, Key }
    await client.send(
      new UpdateObjectEncryptionCommand({ ...ref, ObjectEncryption: { SSEKMS: { KMSKeyArn } } }),
    )
    const got = await client.send(new GetObjectCommand(ref))
    expect(got).toMatchObject({
      ...{ ServerSideEncryption: "aws:kms", SSEKMSKeyId: KMSKeyArn, ETag: before.ETag },
    })
    expect(await got.Body?.transformToString()).toBe(body)
  }
  await kms.send(new DisableKeyCommand({ KeyId: KMSKeyArn }))
  const refused = client.send(new GetObjectCommand({ Bucket, Key: "large" }))
  expect(await refusalOf(refused)).toContain("KMS.DisabledException")
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "large" }))
  expect(head.ContentLength).toBe(100_000)
})

test("what cannot be updated", async () => {
  const { client, Bucket } = await openBucket()
  const update = (KMSKeyArn: string) =>
    client.send(
      new UpdateObjectEncryptionCommand({
        ...{ Bucket, Key: "a", ObjectEncryption: { SSEKMS: { KMSKeyArn } } },
      }),
    )
  const unknown = "arn:aws:kms:us-east-1:000000000000:key/12345678-1234-1234-1234-123456789012"
  expect(await refusalOf(update(unknown))).toContain("NoSuchKey 404")
  await client.send(
    new PutObjectCommand({ Bucket, Key: "a", Body: "x", ServerSideEncryption: "aws:kms:dsse" }),
  )
  expect(await refusalOf(update(unknown))).toContain("DSSE-KMS or SSE-C")
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  expect(await refusalOf(update(unknown))).toContain("KMS.NotFoundException")
  expect(await refusalOf(update("alias/mine"))).toContain(
    "a valid AWS KMS key Amazon Resource Name",
  )
  const others = unknown.replace("000000000000", "111111111111")
  expect(await refusalOf(update(others))).toContain("AccessDenied 403: The AWS KMS key")
})
