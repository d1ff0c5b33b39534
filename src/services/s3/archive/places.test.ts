import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

test("S3-4 S3-92 STANDARD reads and writes go on with an AZ failed, and with two", async () => {
  const { cloud, put, text } = await openBucket()
  await put("before", "value")
  for (const az of ["use1-az1", "use1-az4"]) {
    await cloud.fail({ az })
    expect(await text("before")).toBe("value")
    await put(`during ${az}`, "new")
    expect(await text(`during ${az}`)).toBe("new")
  }
})

test("S3-5 a failed Region takes its buckets with it, and no others", async () => {
  const { cloud, put, text } = await openBucket()
  await put("a", "here")
  const far = cloud.client(S3Client, {
    ...{ forcePathStyle: true, region: "eu-west-1", maxAttempts: 1 },
  })
  const Bucket = "far"
  const LocationConstraint = "eu-west-1"
  await far.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }),
  )
  await far.send(new PutObjectCommand({ Bucket, Key: "a", Body: "there" }))
  const read = () => far.send(new GetObjectCommand({ Bucket, Key: "a" }))
  await cloud.fail({ region: "eu-west-1" })
  expect(await refusalOf(read())).toContain("503")
  expect(await text("a")).toBe("here")
  await cloud.heal({ region: "eu-west-1" })
  expect(await (await read()).Body?.transformToString()).toBe("there")
})
