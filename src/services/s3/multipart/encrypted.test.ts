import { createHash } from "node:crypto"
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3"
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

const FIRST = Buffer.alloc(5 * 1024 ** 2, "first part ")
const LAST = Buffer.from("and the last")

async function openSecure() {
  const bucket = await openBucket("secure", { config: { endpoint: "https://localhost" } })
  const { client, Bucket } = bucket
  /** Uploads two parts, with the same headers each, and completes. */
  const upload = async (Key: string, begun: object, each: object = {}) => {
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ...begun }),
    )
    const Parts = []
    for (const [at, Body] of [FIRST, LAST].entries()) {
      const part = { Bucket, Key, UploadId, PartNumber: at + 1, Body, ...each }
      const { ETag } = await client.send(new UploadPartCommand(part))
      Parts.push({ PartNumber: at + 1, ETag })
    }
    const MultipartUpload = { Parts }
    return client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }),
    )
  }
  const read = async (Key: string, more = {}) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }
  const head = (Key: string, more = {}) =>
    client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED", ...more }))
  return { ...bucket, upload, read, head }
}

test("parts under a KMS key", async () => {
  const { cloud, upload, read, head } = await openSecure()
  const { KeyMetadata } = await cloud.client(KMSClient).send(new CreateKeyCommand({}))
  const SSEKMSKeyId = KeyMetadata?.Arn
  const done = await upload("a", { ServerSideEncryption: "aws:kms", SSEKMSKeyId })
  expect(done).toMatchObject({ ServerSideEncryption: "aws:kms", SSEKMSKeyId })
  // Recorded: the object has the checksum, the answer to its completion has not.
  expect(done.ChecksumCRC64NVME).toBeUndefined()
  expect((await head("a")).ChecksumCRC64NVME).toBeDefined()
  expect((await read("a")).equals(Buffer.concat([FIRST, LAST]))).toBe(true)
  const range = `bytes=${FIRST.length - 3}-${FIRST.length + 2}`
  expect((await read("a", { Range: range })).toString()).toBe(`${FIRST.subarray(-3).toString()}and`)
})

test("parts under a customer's key, which every part needs", async () => {
  const { client, Bucket, upload, read, head } = await openSecure()
  await client.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
            BlockedEncryptionTypes: { EncryptionType: ["NONE"] },
          },
        ],
      },
    }),
  )
  const keyOf = (letter: string) => {
    const key = Buffer.alloc(32, letter)
    return {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: key.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
    }
  }
  const own = keyOf("k")
  const appropriate =
    "InvalidRequest 400: The multipart upload initiate requested encryption. Subsequent part " +
    "requests must include the appropriate encryption parameters."
  expect(await refusalOf(upload("a", own))).toBe(appropriate)
  expect(await refusalOf(upload("a", {}, own))).toBe(appropriate)
  expect(await refusalOf(upload("a", own, keyOf("other")))).toBe(
    "InvalidRequest 400: The provided encryption parameters did not match the ones used originally.",
  )
  await upload("a", own, own)
  // Recorded: no checksum but one that was asked for.
  expect((await head("a", own)).ChecksumType).toBeUndefined()
  expect(await refusalOf(read("a"))).toContain("InvalidRequest 400")
  expect((await read("a", own)).equals(Buffer.concat([FIRST, LAST]))).toBe(true)
  const from = {
    CopySource: `${Bucket}/a`,
    CopySourceSSECustomerAlgorithm: own.SSECustomerAlgorithm,
    CopySourceSSECustomerKey: own.SSECustomerKey,
    CopySourceSSECustomerKeyMD5: own.SSECustomerKeyMD5,
  }
  const keyless = client.send(
    new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` }),
  )
  expect(await refusalOf(keyless)).toContain("InvalidRequest 400")
  await client.send(new CopyObjectCommand({ Bucket, Key: "b", ...from }))
  expect((await read("b")).subarray(-LAST.length).equals(LAST)).toBe(true)
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "c" }))
  const part = { Bucket, Key: "c", UploadId, PartNumber: 1 }
  await client.send(new UploadPartCopyCommand({ ...part, ...from }))
})
