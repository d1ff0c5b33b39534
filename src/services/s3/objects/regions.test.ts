import {
  GetObjectCommand,
  PutObjectCommand,
  CreateBucketCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

test("S3-4 with an AZ down objects are read and written as before", async () => {
  const { cloud, put, text } = await openBucket()
  await put("a", "before")
  await cloud.fail({ az: "us-east-1a" })
  expect(await text("a")).toBe("before")
  await put("a", "after")
  expect(await text("a")).toBe("after")
})

test("S3-5 a Region that fails takes its buckets, and no others", async () => {
  const { cloud, put, text } = await openBucket()
  await put("a", "here")
  const west = cloud.client(S3Client, { region: "eu-west-1", maxAttempts: 1 })
  await west.send(
    new CreateBucketCommand({
      Bucket: "abroad",
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
    }),
  )
  await west.send(new PutObjectCommand({ Bucket: "abroad", Key: "a", Body: "there" }))
  await cloud.fail({ region: "eu-west-1" })
  const get = () => west.send(new GetObjectCommand({ Bucket: "abroad", Key: "a" }))
  expect(await refusalOf(get())).toMatch(/ 503:/)
  expect(await text("a")).toBe("here")
  await cloud.heal({ region: "eu-west-1" })
  expect(await (await get()).Body?.transformToString()).toBe("there")
})
