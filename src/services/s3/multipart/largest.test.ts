import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3"
import { Readable } from "node:stream"
import { expect, test } from "vitest"
import { NOW, openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import { refusalOf } from "../testing/open-bucket.ts"
import { MOST_PART_BYTES, parts } from "./upload.ts"

const Bucket = "photos"
const GIB = 1024 ** 3
/** "48.8 TiB". */
const LARGEST = 10_000 * 5 * GIB

/** Nobody sends so much in a test: the disk says of every range that it is there. */
function hollowBlobs() {
  const blobs = createMemoryBlobs()
  return {
    ...blobs,
    async *open(_id: string, { start = 0, end = 0 } = {}) {
      for (let left = end - start; left > 0; left -= 65_536)
        yield Buffer.alloc(Math.min(left, 65_536))
    },
  }
}

async function openHollow() {
  const clock = { ...hostClock, now: () => NOW }
  const cloud = await openCloud({ storage: createMemoryStorage(clock, hollowBlobs) })
  const client = new S3Client(gatewayConfig(cloud))
  await client.send(new CreateBucketCommand({ Bucket }))
  const uploaded = async (upload: object, PartNumber: number) =>
    await client.send(new UploadPartCommand({ Bucket, ...upload, PartNumber, Body: "x" } as never))
  return {
    ...{ cloud, client, uploaded },
    /** An object of so many parts of 5 GiB: a byte of the first and the last is sent, they count as all. */
    async make(Key: string, count: number) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
      const { ETag } = await uploaded({ Key, UploadId }, 1)
      await uploaded({ Key, UploadId }, count)
      await cloud.world.write((tx) => {
        const [first, last] = tx.scan(parts, { limit: 2 }).rows
        if (!first || !last) throw new Error("there are no parts")
        const sizeBytes = MOST_PART_BYTES
        for (let number = 2; number < count; number += 1)
          tx.put(parts, { ...first, number, sizeBytes, blob: undefined })
        for (const part of [first, last]) tx.replace(parts, part, { ...part, sizeBytes })
      })
      const Parts = Array.from({ length: count }, (_, at) => ({ PartNumber: at + 1, ETag }))
      const complete = { Bucket, Key, UploadId, MultipartUpload: { Parts } }
      await client.send(new CompleteMultipartUploadCommand(complete))
    },
  }
}

test("S3-10 the largest object has 10,000 parts of 5 GiB, no part more and none larger", async () => {
  const { client, make, uploaded } = await openHollow()
  await make("largest", 10_000)
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "largest" }))
  expect(head.ContentLength).toBe(LARGEST)
  expect(LARGEST / 1024 ** 4).toBeCloseTo(48.8, 1)
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }))
  expect(Contents?.map(({ Size }) => Size)).toEqual([LARGEST])
  const tail = { Bucket, Key: "largest", Range: "bytes=-10" }
  const { ContentRange, Body } = await client.send(new GetObjectCommand(tail))
  expect(ContentRange).toBe(`bytes ${LARGEST - 10}-${LARGEST - 1}/${LARGEST}`)
  expect((await Body?.transformToByteArray())?.length).toBe(10)
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "more" }))
  const more = { Key: "more", UploadId }
  expect(await refusalOf(uploaded(more, 10_001))).toBe(
    "InvalidArgument 400: Part number must be an integer between 1 and 10000, inclusive",
  )
  expect(await refusalOf(uploaded(more, 10_000))).toBe("no refusal")
  const large = { ...{ Bucket, ...more, PartNumber: 1 }, ...announced(MOST_PART_BYTES + 1) }
  expect(await refusalOf(client.send(new UploadPartCommand(large)))).toBe(TOO_LARGE)
})

const TOO_LARGE = "EntityTooLarge 400: Your proposed upload exceeds the maximum allowed size"

/** A body that says how long it is, and of which nothing comes. */
const announced = (ContentLength: number) => ({ Body: Readable.from([]), ContentLength })

test("S3-63 what is over 5 GB goes in parts alone: neither one PUT nor one copy makes it", async () => {
  const { client, make } = await openHollow()
  const put = new PutObjectCommand({ Bucket, Key: "put", ...announced(5 * GIB + 1) })
  expect(await refusalOf(client.send(put))).toBe(TOO_LARGE)
  await make("large", 2)
  const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: "large" }))
  expect(ContentLength).toBe(10 * GIB)
  const CopySource = `${Bucket}/large`
  const copy = { Bucket, Key: "copy", CopySource }
  const refused =
    "InvalidRequest 400: The specified copy source is larger than the maximum allowable size for " +
    "a copy source: 5368709120"
  expect(await refusalOf(client.send(new CopyObjectCommand(copy)))).toBe(refused)
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "copy" }))
  const part = { ...copy, UploadId, PartNumber: 1 }
  expect(await refusalOf(client.send(new UploadPartCopyCommand(part)))).toBe(refused)
  const some = { ...part, CopySourceRange: `bytes=${6 * GIB}-${6 * GIB + 99}` }
  const { CopyPartResult } = await client.send(new UploadPartCopyCommand(some))
  const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]
  const complete = { Bucket, Key: "copy", UploadId, MultipartUpload: { Parts } }
  await client.send(new CompleteMultipartUploadCommand(complete))
})
