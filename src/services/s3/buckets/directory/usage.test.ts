import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openCloud } from "../../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../../gateway/testing/sdk-config.ts"
import { usageOf } from "../../../../kernel/meter.ts"
import { creation, DIRECTORY as Bucket } from "../../testing/open-directory.ts"

const ACCOUNT = "000000000000"

test("a directory bucket's storage, requests and bytes are counted apart", async () => {
  const cloud = await openCloud()
  const client = new S3Client({
    ...gatewayConfig(cloud, ACCOUNT),
    // What is signed within a session bears the real time.
    disableS3ExpressSessionAuth: true,
  })
  await client.send(creation(Bucket))
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: Buffer.alloc(1000) }))
  const append = { Bucket, Key: "a", Body: Buffer.alloc(10), WriteOffsetBytes: 1000 }
  await client.send(new PutObjectCommand(append))
  await client.send(new GetObjectCommand({ Bucket, Key: "a" }))
  await cloud.advance(2 * 86_400_000)
  const usage = await cloud.world.read((tx) => {
    const rows = usageOf(tx, ACCOUNT, { from: 0, to: tx.now + 1, limit: 1_000 })
    const ofBucket = rows.filter(({ usageType }) => usageType.startsWith("s3:"))
    return Object.groupBy(ofBucket, ({ usageType }) => usageType)
  })
  const sum = (type: string) => usage[type]?.reduce((all, { quantity }) => all + quantity, 0)
  expect(sum("s3:express-requests-tier1")).toBe(2)
  expect(sum("s3:express-requests-tier2")).toBe(1)
  expect(sum("s3:requests-tier1")).toBeUndefined()
  expect(sum("s3:upload-EXPRESS_ONEZONE")).toBe(1010)
  expect(sum("s3:retrieval-EXPRESS_ONEZONE")).toBe(1010)
  // Two days, but for the hours before the first noon's midnight.
  expect(sum("s3:storage-EXPRESS_ONEZONE")).toBeGreaterThan(1010 * 24)
  expect(sum("s3:storage-STANDARD") ?? 0).toBe(0)
})
