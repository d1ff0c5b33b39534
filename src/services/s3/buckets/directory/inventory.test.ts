import { gunzipSync } from "node:zlib"
import {
  CreateBucketCommand,
  DeleteBucketInventoryConfigurationCommand,
  GetBucketMetricsConfigurationCommand,
  GetObjectCommand,
  ListBucketInventoryConfigurationsCommand,
  ListObjectsV2Command,
  PutBucketInventoryConfigurationCommand,
  PutBucketMetricsConfigurationCommand,
  PutBucketPolicyCommand,
  S3Client,
  type InventoryOptionalField,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { refusalOf } from "../../testing/open-bucket.ts"
import { openDirectory } from "../../testing/open-directory.ts"

test("a directory bucket's inventory is delivered to a bucket of the other kind", async () => {
  const { cloud, client, Bucket, put } = await openDirectory()
  await client.send(new CreateBucketCommand({ Bucket: "lists" }))
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      ...{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "s3:PutObject" },
      Resource: "arn:aws:s3:::lists/*",
      Condition: {
        ArnLike: { "aws:SourceArn": `arn:aws:s3express:us-east-1:000000000000:bucket/${Bucket}` },
      },
    },
  })
  await client.send(new PutBucketPolicyCommand({ Bucket: "lists", Policy }))
  const configure = (...OptionalFields: InventoryOptionalField[]) =>
    client.send(
      new PutBucketInventoryConfigurationCommand({
        ...{ Bucket, Id: "all" },
        InventoryConfiguration: {
          ...{ Id: "all", IsEnabled: true, IncludedObjectVersions: "Current" },
          Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::lists", Format: "CSV" } },
          ...{ Schedule: { Frequency: "Daily" }, OptionalFields },
        },
      }),
    )
  expect(await refusalOf(configure("ReplicationStatus"))).toMatch(/^MalformedXML 400/)
  await configure("Size", "StorageClass")
  const listed = await client.send(new ListBucketInventoryConfigurationsCommand({ Bucket }))
  expect(listed.InventoryConfigurationList?.map(({ Id }) => Id)).toEqual(["all"])
  await put("a/b", "123")
  await cloud.advance("2d")
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "lists" }))
  const Key = Contents.map((one) => one.Key).find((key) => key?.endsWith(".csv.gz"))
  const { Body } = await client.send(new GetObjectCommand({ Bucket: "lists", Key }))
  const text = gunzipSync((await Body?.transformToByteArray()) ?? "").toString()
  expect(text).toBe(`"${Bucket}","a/b","3","EXPRESS_ONEZONE"\n`)
  await cloud
    .client(S3Client)
    .send(new DeleteBucketInventoryConfigurationCommand({ Bucket, Id: "all" }))
})

test("metrics are configured by prefix, not by tags", async () => {
  const { client, Bucket } = await openDirectory()
  const configure = (Filter: object) =>
    client.send(
      new PutBucketMetricsConfigurationCommand({
        ...{ Bucket, Id: "all" },
        MetricsConfiguration: { Id: "all", Filter: Filter as { Prefix: string } },
      }),
    )
  expect(await refusalOf(configure({ Tag: { Key: "a", Value: "b" } }))).toMatch(
    /^InvalidRequest 400/,
  )
  await configure({ Prefix: "logs/" })
  const told = await client.send(new GetBucketMetricsConfigurationCommand({ Bucket, Id: "all" }))
  expect(told.MetricsConfiguration?.Filter).toEqual({ Prefix: "logs/" })
})
