import { createHash, randomBytes } from "node:crypto"
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3"
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"

const SIZES = [10, 100_000]

/** A bucket that is called over TLS and lets customers' keys in, as SSE-C asks for. */
async function openSecure(): Promise<TestBucket> {
  const bucket = await openBucket("photos", { config: { endpoint: "https://localhost:4566" } })
  const Rules: ServerSideEncryptionRule[] = [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
      BlockedEncryptionTypes: { EncryptionType: ["NONE"] },
    },
  ]
  await bucket.client.send(
    new PutBucketEncryptionCommand({
      Bucket: bucket.Bucket,
      ServerSideEncryptionConfiguration: { Rules },
    }),
  )
  return bucket
}

function customerKey(key = randomBytes(32)) {
  return {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  }
}

test("S3-73 S3-81 without a word SSE-S3 encrypts, and its answer says so", async () => {
  const { client, Bucket, put } = await openBucket()
  for (const size of SIZES) {
    expect((await put("a", randomBytes(size))).ServerSideEncryption).toBe("AES256")
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))
    expect(head.ServerSideEncryption).toBe("AES256")
  }
})

test("S3-71 S3-76 the header chooses: AES256, aws:kms or aws:kms:dsse, each object for itself", async () => {
  const { client, Bucket, put } = await openBucket()
  for (const ServerSideEncryption of ["AES256", "aws:kms", "aws:kms:dsse"] as const)
    for (const size of SIZES) {
      const Body = randomBytes(size)
      const answer = await put(ServerSideEncryption, Body, { ServerSideEncryption })
      expect(answer.ServerSideEncryption).toBe(ServerSideEncryption)
      const got = await client.send(new GetObjectCommand({ Bucket, Key: ServerSideEncryption }))
      expect(got.ServerSideEncryption).toBe(ServerSideEncryption)
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? "").equals(Body)).toBe(true)
      const isMd5 = got.ETag === `"${createHash("md5").update(Body).digest("hex")}"`
      expect(isMd5).toBe(ServerSideEncryption === "AES256")
    }
  expect(await refusalOf(put("a", "x", { ServerSideEncryption: "rot13" as "AES256" }))).toMatch(
    /^InvalidEncryptionAlgorithmError 400/,
  )
})

test("S3-83 a key of one's own, or aws/s3; a disabled or unknown key is told in KMS's words", async () => {
  const { cloud, client, Bucket, put, text } = await openBucket()
  const kms = cloud.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const { KeyId = "", Arn = "" } = KeyMetadata ?? {}
  const encrypted: Partial<PutObjectCommandInput> = { ServerSideEncryption: "aws:kms" }
  const byAlias = await put("alias", "x", { ...encrypted, SSEKMSKeyId: "alias/aws/s3" })
  const managed = await put("managed", "x", encrypted)
  expect(byAlias.SSEKMSKeyId).toBe(managed.SSEKMSKeyId)
  expect(managed.SSEKMSKeyId).toMatch(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/)
  const own = await put("own", "hello", { ...encrypted, SSEKMSKeyId: KeyId })
  expect(own.SSEKMSKeyId).toBe(Arn)
  expect(await text("own")).toBe("hello")
  await kms.send(new DisableKeyCommand({ KeyId }))
  expect(await refusalOf(text("own"))).toBe(`KMS.DisabledException 400: ${Arn} is disabled.`)
  // Metadata is not encrypted.
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "own" }))
  expect(head.SSEKMSKeyId).toBe(Arn)
  const under = (SSEKMSKeyId: string) => refusalOf(put("b", "x", { ...encrypted, SSEKMSKeyId }))
  expect(await under("fake-key-id")).toBe("KMS.NotFoundException 400: Invalid keyId 'fake-key-id'")
  expect(await under("134f2428-cec1-4b25-a1ae-9048164dba47")).toBe(
    "KMS.NotFoundException 400: Key 'arn:aws:kms:us-east-1:000000000000:key/" +
      "134f2428-cec1-4b25-a1ae-9048164dba47' does not exist",
  )
  expect(
    await under("arn:aws:kms:eu-west-1:000000000000:key/134f2428-cec1-4b25-a1ae-9048164dba47"),
  ).toBe("KMS.NotFoundException 400: Invalid arn eu-west-1")
})

test("S3-77 S3-78 a customer's key opens what it closed, and no other does", async () => {
  const { client, Bucket, put } = await openSecure()
  const key = customerKey()
  for (const size of SIZES) {
    const Body = randomBytes(size)
    const answer = await put("secret", Body, key)
    expect(answer).toMatchObject({
      SSECustomerAlgorithm: "AES256",
      SSECustomerKeyMD5: key.SSECustomerKeyMD5,
    })
    expect(answer.ServerSideEncryption).toBeUndefined()
    const get = (more: object) =>
      client.send(new GetObjectCommand({ Bucket, Key: "secret", ...more }))
    const got = await get(key)
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? "").equals(Body)).toBe(true)
    const part = await get({ ...key, Range: "bytes=5-8" })
    expect(Buffer.from((await part.Body?.transformToByteArray()) ?? "")).toEqual(
      Body.subarray(5, 9),
    )
    expect(await refusalOf(get({}))).toBe(
      "InvalidRequest 400: The object was stored using a form of Server Side Encryption. The " +
        "correct parameters must be provided to retrieve the object.",
    )
    expect(await refusalOf(get(customerKey()))).toBe(
      "AccessDenied 403: Requests specifying Server Side Encryption with Customer provided keys " +
        "must provide the correct secret key.",
    )
    expect(await refusalOf(get(customerKey(randomBytes(10))))).toMatch(/^AccessDenied 403/)
    const head = new HeadObjectCommand({ Bucket, Key: "secret" })
    expect(await refusalOf(client.send(head))).toMatch(/ 400:/)
  }
})

test("S3-79 a customer's key is taken over HTTPS only, whole and with its hash", async () => {
  const secure = await openSecure()
  const key = customerKey()
  const plain = secure.cloud.client(S3Client, { endpoint: "http://localhost:4566" })
  const input = { Bucket: "photos", Key: "a", Body: "x" }
  expect(await refusalOf(plain.send(new PutObjectCommand({ ...input, ...key })))).toBe(
    "InvalidRequest 400: Requests specifying Server Side Encryption with Customer provided keys " +
      "must be made over a secure connection.",
  )
  const put = (more: object) => refusalOf(secure.put("a", "x", { ...key, ...more }))
  expect(await put({ SSECustomerAlgorithm: "KMS" })).toBe(
    "InvalidEncryptionAlgorithmError 400: The Encryption request you specified is not valid. " +
      "Supported value: AES256.",
  )
  expect(await put({ ServerSideEncryption: "AES256" })).toMatch(
    /^InvalidArgument 400: Server Side Encryption with Customer provided key is incompatible/,
  )
  expect(await put({ SSEKMSKeyId: "abc" })).toBe(
    "InvalidArgument 400: Server Side Encryption with AWS KMS managed key requires HTTP header " +
      "x-amz-server-side-encryption : aws:kms",
  )
  expect(await put(customerKey(randomBytes(10)))).toBe(
    "InvalidArgument 400: The secret key was invalid for the specified algorithm.",
  )
})

test("S3-72 S3-89 the bucket's default is for writes that name none", async () => {
  const { client, Bucket, put } = await openBucket()
  const Rules: ServerSideEncryptionRule[] = [
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true },
  ]
  await client.send(
    new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }),
  )
  const byDefault = await put("a", "x")
  expect([byDefault.ServerSideEncryption, byDefault.BucketKeyEnabled]).toEqual(["aws:kms", true])
  const chosen = await put("b", "x", { ServerSideEncryption: "AES256" })
  expect([chosen.ServerSideEncryption, chosen.BucketKeyEnabled]).toEqual(["AES256", undefined])
})

test("since April 2026 a new bucket takes no customers' keys until it is told to", async () => {
  const config = { endpoint: "https://localhost:4566" }
  const { put } = await openBucket("photos", { config })
  expect(await refusalOf(put("a", "x", customerKey()))).toMatch(/^AccessDenied 403/)
})

test("S3-90 what is archived is encrypted like all else", async () => {
  const { client, Bucket, put } = await openBucket()
  for (const StorageClass of ["GLACIER", "DEEP_ARCHIVE"] as const) {
    await put(StorageClass, "x", { StorageClass })
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: StorageClass }))
    expect([head.StorageClass, head.ServerSideEncryption]).toEqual([StorageClass, "AES256"])
  }
})

test("S3-75 an object that came by HTTPS is read by HTTP, and the other way round", async () => {
  const { cloud, text: textByHttps, put: putByHttps } = await openSecure()
  const http = cloud.client(S3Client, { endpoint: "http://localhost:4566", forcePathStyle: true })
  await putByHttps("a", "by https")
  const { Body } = await http.send(new GetObjectCommand({ Bucket: "photos", Key: "a" }))
  expect(await Body?.transformToString()).toBe("by https")
  await http.send(new PutObjectCommand({ Bucket: "photos", Key: "b", Body: "by http" }))
  expect(await textByHttps("b")).toBe("by http")
})
