import { hash } from "node:crypto"
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"
import { errorOf, raw } from "../testing/raw.ts"
import { checksumOf } from "./checksum.ts"

const ALGORITHMS = ["XXHASH64", "XXHASH3", "XXHASH128", "SHA512", "MD5"] as const

test("objects are held against checksums of the newer kinds, and tell them", async () => {
  const { cloud, Bucket } = await openBucket()
  for (const algorithm of ALGORITHMS) {
    for (const size of [5, 40_000]) {
      const body = Buffer.alloc(size, "cloud")
      const header = `x-amz-checksum-${algorithm.toLowerCase()}`
      const path = `/${Bucket}/${algorithm}`
      const put = (value: string) =>
        raw(cloud, {
          ...{ method: "PUT", path, body },
          headers: { [header]: value, "x-amz-sdk-checksum-algorithm": algorithm },
        })
      const value = checksumOf(algorithm, body)
      const made = await put(value)
      expect([made.status, made.headers[header]]).toEqual([200, value])
      const told = await raw(cloud, {
        ...{ method: "HEAD", path },
        headers: { "x-amz-checksum-mode": "ENABLED" },
      })
      expect(told.headers).toMatchObject({ [header]: value, "x-amz-checksum-type": "FULL_OBJECT" })
      const other = checksumOf(algorithm, Buffer.from("other"))
      expect(errorOf(await put(other))).toContain("400 BadDigest")
      expect(errorOf(await put("AAAA"))).toContain("400 InvalidRequest")
    }
  }
})

test("of an upload in parts they are composite", async () => {
  const { cloud, client, Bucket } = await openBucket()
  const Key = "parts"
  const created = { Bucket, Key, ChecksumAlgorithm: "XXHASH3" } as const
  const whole = new CreateMultipartUploadCommand({ ...created, ChecksumType: "FULL_OBJECT" })
  expect(await refusalOf(client.send(whole))).toContain("InvalidRequest 400")
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(created))
  const body = Buffer.from("a part")
  const ChecksumXXHASH3 = checksumOf("XXHASH3", body)
  const sent = await raw(cloud, {
    ...{ method: "PUT", path: `/${Bucket}/${Key}`, body },
    query: { partNumber: "1", uploadId: UploadId ?? "" },
    headers: { "x-amz-checksum-xxhash3": ChecksumXXHASH3 },
  })
  expect(sent.status).toBe(200)
  const Parts = [{ PartNumber: 1, ETag: `"${hash("md5", body)}"`, ChecksumXXHASH3 }]
  const list = { Bucket, Key, UploadId, MultipartUpload: { Parts } }
  const value = `${checksumOf("XXHASH3", Buffer.from(ChecksumXXHASH3, "base64"))}-1`
  const done = await client.send(new CompleteMultipartUploadCommand(list))
  expect(done).toMatchObject({ ChecksumXXHASH3: value, ChecksumType: "COMPOSITE" })
  const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }))
  expect(head.ChecksumXXHASH3).toBe(value)
})
