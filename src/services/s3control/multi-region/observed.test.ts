import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import {
  CreateMultiRegionAccessPointCommand,
  GetMultiRegionAccessPointCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { NOW } from "../../../gateway/testing/open-cloud.ts"
import { usageOf } from "../../../kernel/meter.ts"
import { openFront } from "../../s3/testing/open-front.ts"
import { ACCOUNT, SignatureV4a } from "../testing/open-multi-region.ts"

const AccountId = ACCOUNT

async function openRouted() {
  // Without its signer an SDK sends nothing to a Multi-Region access point.
  expect(SignatureV4a).toBeDefined()
  const front = await openFront()
  const { client, cloud } = front
  await client.send(new CreateBucketCommand({ Bucket: "cats" }))
  const config = {
    ...{ region: "us-west-2", endpoint: "http://localhost:4566" },
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" },
    requestHandler: client.config.requestHandler,
    systemClockOffset: NOW - Date.now(),
  }
  const control = new S3ControlClient(config)
  const Details = { Name: "cats", Regions: [{ Bucket: "cats" }] }
  await control.send(new CreateMultiRegionAccessPointCommand({ AccountId, Details }))
  await cloud.advance(60_000)
  const named = { AccountId, Name: "cats" }
  const { AccessPoint } = await control.send(new GetMultiRegionAccessPointCommand(named))
  const alias = AccessPoint?.Alias ?? ""
  return {
    ...front,
    routed: new S3Client(config),
    alias,
    Bucket: `arn:aws:s3::${AccountId}:accesspoint/${alias}`,
  }
}

test("the bytes that go through are counted, at the access point", async () => {
  const { client, routed, cloud, Bucket } = await openRouted()
  await routed.send(new PutObjectCommand({ Bucket, Key: "a", Body: "12345" }))
  const { Body } = await routed.send(new GetObjectCommand({ Bucket, Key: "a", Range: "bytes=0-1" }))
  expect(await Body?.transformToString()).toBe("12")
  await client.send(new GetObjectCommand({ Bucket: "cats", Key: "a" }))
  await cloud.settle()
  const rows = await cloud.world.read((tx) =>
    usageOf(tx, AccountId, { from: 0, to: Infinity, limit: 1_000 }),
  )
  const count = (type: string) =>
    rows
      .filter(({ usageType, resource }) => usageType === type && resource === Bucket)
      .reduce((sum, { quantity }) => sum + quantity, 0)
  expect([count("s3:mrap-in-bytes"), count("s3:mrap-out-bytes")]).toEqual([5, 2])
})

test("a bucket's log names the access point through which a request came", async () => {
  const { client, routed, cloud, Bucket, alias } = await openRouted()
  await client.send(new CreateBucketCommand({ Bucket: "logs" }))
  const letIn = {
    ...{ Effect: "Allow", Principal: { Service: "logging.s3.amazonaws.com" } },
    ...{ Action: "s3:PutObject", Resource: "arn:aws:s3:::logs/*" },
  }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [letIn] })
  await client.send(new PutBucketPolicyCommand({ Bucket: "logs", Policy }))
  const LoggingEnabled = { TargetBucket: "logs", TargetPrefix: "cats/" }
  const BucketLoggingStatus = { LoggingEnabled }
  await client.send(new PutBucketLoggingCommand({ Bucket: "cats", BucketLoggingStatus }))
  await routed.send(new PutObjectCommand({ Bucket, Key: "a", Body: "12345" }))
  await cloud.advance(3_600_000)
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "logs" }))
  const { Body } = await client.send(
    new GetObjectCommand({ Bucket: "logs", Key: Contents[0]?.Key ?? "" }),
  )
  const log = await Body?.transformToString()
  expect(log).toContain(` ${Bucket} `)
  expect(log).toContain(` ${alias}.accesspoint.s3-global.amazonaws.com `)
})

test("a page is let through by the rules of the bucket that is nearest", async () => {
  const { client, send, alias } = await openRouted()
  const CORSRules = [{ AllowedOrigins: ["https://app.example.com"], AllowedMethods: ["PUT"] }]
  const CORSConfiguration = { CORSRules }
  await client.send(new PutBucketCorsCommand({ Bucket: "cats", CORSConfiguration }))
  const asked = (origin: string) =>
    send({
      method: "OPTIONS",
      path: "/a",
      headers: {
        ...{ host: `${alias}.accesspoint.s3-global.localhost:4566`, origin },
        "access-control-request-method": "PUT",
      },
    })
  expect((await asked("https://app.example.com")).status).toBe(200)
  expect((await asked("https://other.example.com")).status).toBe(403)
})
