import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3"
import {
  CreateMultiRegionAccessPointCommand,
  GetMultiRegionAccessPointCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { accessed, stepOf } from "../../s3/inventory/lens/performance.ts"
import {
  AccountId,
  Bucket,
  DAY_MS,
  DESTINATION,
  levels,
  ON,
  openLens,
} from "../testing/open-lens.ts"

const FAST = { AdvancedPerformanceMetrics: ON }

test("advanced performance metrics: sizes of reads, writes and objects, what was read, how long it took", async () => {
  const { cloud, s3, configure, report } = await openLens()
  const Include = { Buckets: [`arn:aws:s3:::${Bucket}`] }
  const shown = { Include, DataExport: DESTINATION }
  await configure("fast", { AccountLevel: levels(FAST, FAST), ...shown })
  await configure("busy", { AccountLevel: levels({ ActivityMetrics: ON }), ...shown })
  await cloud.advance(1)
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }))
  const get = (Key: string, more = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }))
  await put("a b", "12345")
  await put("empty", "")
  await put("big", "x".repeat(200 * 1024))
  await get("a b")
  await get("a b")
  await (await get("big")).Body?.transformToByteArray()
  await get("big", { Range: "bytes=0-1" })
  await s3.send(new HeadObjectCommand({ Bucket, Key: "empty" }))
  await expect(get("none")).rejects.toThrow()
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "c" }))
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "none" }))
  await cloud.advance(DAY_MS - 1)
  const told = await report("fast")
  const expected = {
    ...{ Read0KBRequestCount: 0, Read0KBTo128KBRequestCount: 3, Read128KBTo256KBRequestCount: 1 },
    ...{ Write0KBRequestCount: 2, Write0KBTo128KBRequestCount: 1 },
    ...{ Write128KBTo256KBRequestCount: 1, WriteLargerThan4GBRequestCount: 0 },
    ...{ Object0KBCount: 2, Object0KBTo128KBCount: 1, Object128KBTo256KBCount: 1 },
    ...{ Object256KBTo512KBCount: 0, ObjectLargerThan4GBCount: 0 },
    ...{ UniqueObjectsAccessedDailyCount: 2, ConcurrentPut503ErrorCount: 0 },
    ...{ InRegionRequestCount: 11, CrossRegionRequestCount: 0, CrossRegionTransferredBytes: 0 },
    ...{ AverageFirstByteLatency: expect.any(Number), ObjectCount: 4 },
    AverageTotalRequestLatency: expect.any(Number),
  }
  expect(told[`BUCKET ${Bucket}`]).toMatchObject(expected)
  expect(told["ACCOUNT"]).toMatchObject(expected)
  expect(told["ACCOUNT"]?.["InRegionTransferredBytes"]).toBeGreaterThan(400 * 1024)
  for (const place of Object.values(told)) expect(place).not.toHaveProperty("LatencyMs")
  const busy = (await report("busy"))[`BUCKET ${Bucket}`] ?? {}
  expect(busy).toMatchObject({ AllRequests: 11, GetRequests: 5 })
  expect(
    Object.keys(busy).filter((name) => /^(?:Read|Write|Object\d|Average|Unique)/.test(name)),
  ).toEqual([])
  // What was read each day is forgotten with it.
  await get("big")
  const noted = () => cloud.world.read((tx) => tx.count(accessed, { limit: 100 }))
  expect(await noted()).toBeGreaterThan(0)
  await cloud.advance(DAY_MS)
  expect((await report("fast"))["ACCOUNT"]).toMatchObject({ UniqueObjectsAccessedDailyCount: 1 })
  await cloud.advance(5 * DAY_MS)
  expect(await noted()).toBe(0)
})

test("a client of another Region reaches a bucket through a Multi-Region access point", async () => {
  const { cloud, s3, configure, report } = await openLens()
  const abroad = { LocationConstraint: "eu-west-1" as const }
  await s3.send(new CreateBucketCommand({ Bucket: "far", CreateBucketConfiguration: abroad }))
  const control = new S3ControlClient({
    ...{ ...gatewayConfig(cloud), region: "us-west-2", disableHostPrefix: true },
  })
  const Details = { Name: "cats", Regions: [{ Bucket: "far" }] }
  await control.send(new CreateMultiRegionAccessPointCommand({ AccountId, Details }))
  await configure("fast", { AccountLevel: levels(FAST), DataExport: DESTINATION })
  await cloud.advance(60_000)
  const named = { AccountId, Name: "cats" }
  const { AccessPoint } = await control.send(new GetMultiRegionAccessPointCommand(named))
  await s3.send(new PutObjectCommand({ Bucket: AccessPoint?.Alias, Key: "a", Body: "12345" }))
  await cloud.advance(DAY_MS - 60_000)
  expect((await report("fast"))["BUCKET far"]).toMatchObject({
    ...{ CrossRegionRequestCount: 1, InRegionRequestCount: 0, InRegionTransferredBytes: 0 },
    CrossRegionWithoutReplicationRequestCount: 1,
  })
})

test("sizes are told in steps that double, each with its end", () => {
  const [KB, MB, GB] = [1024, 1024 ** 2, 1024 ** 3]
  const steps = [0, 1, 128 * KB, 128 * KB + 1, 512 * KB, MB, MB + 1, 512 * MB, GB, 4 * GB, 5 * GB]
  expect(steps.map(stepOf)).toEqual([
    ...["0KB", "0KBTo128KB", "0KBTo128KB", "128KBTo256KB", "256KBTo512KB", "512KBTo1MB"],
    ...["1MBTo2MB", "256MBTo512MB", "512MBTo1GB", "2GBTo4GB", "LargerThan4GB"],
  ])
})
