import { createHash } from "node:crypto"
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { checksumOf } from "../checksums/checksum.ts"
import { openCloud } from "../testing/open-bucket.ts"
import { errorOf, raw, type RawRequest } from "../testing/raw.ts"

const BYTES = Buffer.alloc(40_000, "abc")
const CRC32 = checksumOf("CRC32", BYTES)
const HOLD = { "x-amz-object-lock-legal-hold": "ON" }
const wanted = (what: string): string =>
  "400 InvalidRequest: Content-MD5 OR x-amz-checksum- HTTP header is required for " +
  `Put ${what} requests with Object Lock parameters`

async function openVault() {
  const cloud = await openCloud()
  const client = cloud.client(S3Client, { forcePathStyle: true })
  const Bucket = "vault"
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  const send = async (request: Partial<RawRequest>) => {
    const answer = await raw(cloud, { method: "PUT", path: "/vault/a", body: BYTES, ...request })
    const [, value] = /<ArgumentValue>(.*?)</.exec(answer.body) ?? []
    if (answer.status === 200) return ""
    return value === undefined ? errorOf(answer) : `${errorOf(answer)} ${value}`
  }
  const retainAll = () =>
    client.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
        },
      }),
    )
  /** Sends a part of a new upload. */
  const part = async (headers: Record<string, string>, ofUpload = {}) => {
    const begun = { Bucket, Key: "a", ...ofUpload }
    const { UploadId = "" } = await client.send(new CreateMultipartUploadCommand(begun))
    return send({ query: { partNumber: "1", uploadId: UploadId }, headers })
  }
  return { send, retainAll, part }
}

async function* trailed(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${BYTES.length.toString(16)}\r\n`)
  yield BYTES
  yield Buffer.from(`\r\n0\r\nx-amz-checksum-crc32:${CRC32}\r\n\r\n`)
}

test("what is locked by its own headers must come with a digest", async () => {
  const { send } = await openVault()
  expect(await send({})).toBe("")
  expect(await send({ headers: HOLD })).toBe(wanted("Object"))
  expect(await send({ headers: { "x-amz-object-lock-legal-hold": "OFF" } })).toBe(wanted("Object"))
  const md5 = createHash("md5").update(BYTES).digest("base64")
  expect(await send({ headers: { ...HOLD, "content-md5": md5 } })).toBe("")
  expect(await send({ headers: { ...HOLD, "x-amz-checksum-crc32": CRC32 } })).toBe("")
})

test("so must what the bucket retains, small or large, as long as it does", async () => {
  const { send, retainAll } = await openVault()
  await retainAll()
  for (const body of [Buffer.from("x"), BYTES]) expect(await send({ body })).toBe(wanted("Object"))
  // A digest behind the body is one.
  const headers = {
    "content-encoding": "aws-chunked",
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": String(BYTES.length),
    "x-amz-trailer": "x-amz-checksum-crc32",
  }
  expect(await send({ headers, body: trailed() })).toBe("")
})

test("a part of what will be locked must come with a digest", async () => {
  const { part, retainAll } = await openVault()
  const crc = { "x-amz-checksum-crc32": CRC32 }
  expect(await part({})).toBe("")
  expect(await part({}, { ObjectLockLegalHoldStatus: "ON" })).toBe(wanted("Part"))
  expect(await part(crc, { ObjectLockLegalHoldStatus: "ON" })).toBe("")
  await retainAll()
  expect(await part({})).toBe(wanted("Part"))
  expect(await part(crc)).toBe("")
})

test("a date that is none, or past, is told as it came", async () => {
  const { send } = await openVault()
  const until = (date: string) =>
    send({
      headers: {
        ...{ "x-amz-checksum-crc32": CRC32, "x-amz-object-lock-mode": "GOVERNANCE" },
        "x-amz-object-lock-retain-until-date": date,
      },
    })
  expect(await until("abc")).toBe(
    "400 InvalidArgument: The retain until date must be provided in ISO 8601 format abc",
  )
  expect(await until("2019-12-25T12:00:00Z")).toBe(
    "400 InvalidArgument: The retain until date must be in the future! 2019-12-25T12:00:00Z",
  )
  expect(await until("2035-12-25T12:00:00+03:00")).toBe("")
})
