import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketLoggingCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type LoggingEnabled,
  type S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import type { ActionContext } from "../../../kernel/action.ts"
import type { ServiceCall } from "../../../kernel/service-call.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { CallRecord } from "../../../registry/call-record.ts"
import { bucketNamed, type Bucket as Row } from "../buckets/bucket.ts"
import { canonicalId } from "../owner.ts"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"
import { openFront } from "../testing/open-front.ts"
import { deliverLogs } from "./deliver.ts"
import { observe } from "./observe.ts"

const Bucket = "photos"
const OWNER = canonicalId("000000000000")
const MINUTE_MS = 60_000

/** A bucket whose log goes to another, which lets the service write. */
async function openLogged(client: S3Client, logging: Partial<LoggingEnabled> = {}): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new CreateBucketCommand({ Bucket: "logs" }))
  await client.send(letIn())
  await client.send(putLogging(logging))
}

const letIn = (Principal: object = { Service: "logging.s3.amazonaws.com" }) =>
  new PutBucketPolicyCommand({
    Bucket: "logs",
    Policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          ...{ Effect: "Allow", Principal, Action: "s3:PutObject" },
          Resource: "arn:aws:s3:::logs/*",
          Condition: {
            ArnLike: { "aws:SourceArn": "arn:aws:s3:::photos" },
            StringEquals: { "aws:SourceAccount": "000000000000" },
          },
        },
      ],
    }),
  })

const putLogging = (more: Partial<LoggingEnabled> = {}) =>
  new PutBucketLoggingCommand({
    Bucket,
    BucketLoggingStatus: {
      LoggingEnabled: { TargetBucket: "logs", TargetPrefix: "photos/", ...more },
    },
  })

/** Log objects, and the fields of their lines without what is in quotes. */
async function logsOf(client: S3Client) {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "logs" }))
  const keys = Contents.map(({ Key }) => Key as string)
  const lines: string[] = []
  for (const Key of keys) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "logs", Key }))
    lines.push(...((await Body?.transformToString()) ?? "").trimEnd().split("\n"))
  }
  return { keys, lines }
}

/** The 27 fields of a line: those in brackets and in quotes are one each. */
const fieldsOf = (line: string): string[] => line.match(/\[[^\]]*\]|"[^"]*"|\S+/g) ?? []

/** Operation, key, status and error code. */
const gist = (line: string): string => {
  const fields = fieldsOf(line)
  return [6, 7, 9, 10].map((index) => fields[index]).join(" ")
}

test("S3-36 requests of a bucket come as lines into another bucket, a while later", async () => {
  const { client, cloud, send } = await openFront()
  await openLogged(client)
  await client.send(new PutObjectCommand({ Bucket, Key: "a b", Body: "12345" }))
  const { Body } = await client.send(
    new GetObjectCommand({ Bucket, Key: "a b", Range: "bytes=1-2" }),
  )
  await Body?.transformToString()
  await client.send(new HeadObjectCommand({ Bucket, Key: "a b" }))
  await refusalOf(client.send(new GetObjectCommand({ Bucket, Key: "none" })))
  const headers = { host: "localhost:4566", referer: "http://x/", "user-agent": 'a "b"' }
  const denied = await send({ path: "/photos/a%20b", query: "x=1", headers })
  expect(denied.status).toBe(403)
  const forged = await send({
    path: "/photos/a",
    headers: {
      ...headers,
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260115/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00",
    },
  })
  expect(forged.status).toBeGreaterThanOrEqual(400)
  expect((await logsOf(client)).keys).toEqual([])
  await cloud.advance(5 * MINUTE_MS)
  const { keys, lines } = await logsOf(client)
  expect(keys).toHaveLength(1)
  expect(keys[0]).toMatch(/^photos\/2026-01-15-12-00-00-[0-9A-F]{16}$/)
  expect(lines.map(gist)).toEqual([
    "REST.PUT.LOGGING_STATUS - 200 -",
    "REST.PUT.OBJECT a%20b 200 -",
    "REST.GET.OBJECT a%20b 206 -",
    "REST.HEAD.OBJECT a%20b 200 -",
    "REST.GET.OBJECT none 404 NoSuchKey",
    "REST.GET.OBJECT a%20b 403 AccessDenied",
    expect.stringMatching(/^REST\.GET\.OBJECT a 4\d\d \w+$/),
  ])
  const got = fieldsOf(lines[2] as string)
  expect(got).toHaveLength(27)
  expect([...got.slice(0, 5), ...got.slice(8, 16), got[19], ...got.slice(21, 23)]).toEqual([
    ...[OWNER, "photos", "[15/Jan/2026:12:00:00 +0000]", "127.0.0.1", OWNER],
    ...['"GET /photos/a%20b?x-id=GetObject HTTP/1.1"', "206", "-", "2", "5", "0", "0", '"-"'],
    ...["SigV4", "AuthHeader", "localhost:4566"],
  ])
  const anonymous = fieldsOf(lines[5] as string)
  expect([anonymous[4], ...anonymous.slice(15, 17), anonymous[19], anonymous[21]]).toEqual([
    ...["-", '"http://x/"', '"a %22b%22"', "-", "-"],
  ])
  expect(anonymous[8]).toBe('"GET /photos/a%20b?x=1 HTTP/1.1"')
})

test("copies, batches, pages and lifecycle have lines of their own", async () => {
  const { client, cloud, send } = await openFront()
  await openLogged(client)
  for (const Key of ["a", "b", "index.html"])
    await client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }))
  await client.send(new CopyObjectCommand({ Bucket, Key: "c", CopySource: "photos/a" }))
  await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "a" }, { Key: "b/ü" }] } }),
  )
  await client.send(
    new PutBucketWebsiteCommand({
      Bucket,
      WebsiteConfiguration: { IndexDocument: { Suffix: "index.html" } },
    }),
  )
  const host = "photos.s3-website-us-east-1.amazonaws.com"
  await send({ path: "/", headers: { host } })
  await client.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ID: "r", Status: "Enabled", Filter: { Prefix: "b" }, Expiration: { Days: 1 } }],
      },
    }),
  )
  await cloud.advance(3 * 24 * 60 * MINUTE_MS)
  const { lines } = await logsOf(client)
  expect(lines.map(gist)).toEqual([
    "REST.PUT.LOGGING_STATUS - 200 -",
    ...["a", "b", "index.html"].map((key) => `REST.PUT.OBJECT ${key} 200 -`),
    "REST.COPY.OBJECT c 200 -",
    "REST.COPY.OBJECT_GET a 200 -",
    "BATCH.DELETE.OBJECT a 204 -",
    "BATCH.DELETE.OBJECT b/%C3%BC 204 -",
    "REST.POST.MULTI_OBJECT_DELETE - 200 -",
    "REST.PUT.WEBSITE - 200 -",
    "WEBSITE.GET.OBJECT index.html 403 AccessDenied",
    "REST.PUT.LIFECYCLE - 200 -",
    "S3.EXPIRE.OBJECT b - -",
  ])
  const page = fieldsOf(lines[10] as string)
  expect([page[8], page[22]]).toEqual(['"GET / HTTP/1.1"', host])
  const batch = lines.filter((line) => /DELETE /.test(line)).map((line) => fieldsOf(line)[5])
  expect(new Set([...batch, fieldsOf(lines[6] as string)[5]]).size).toBe(1)
  expect(fieldsOf(lines.at(-1) as string)[4]).toBe("AmazonS3")
})

test("keys by source and day, of the event or of the delivery", async () => {
  const { client, cloud } = await openFront()
  const partitioned = (PartitionDateSource: "EventTime" | "DeliveryTime") => ({
    TargetPrefix: "",
    TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource } },
  })
  await openLogged(client, partitioned("EventTime"))
  await cloud.advance(5 * MINUTE_MS)
  await client.send(putLogging(partitioned("DeliveryTime")))
  await cloud.advance(5 * MINUTE_MS)
  const start = "000000000000/us-east-1/photos/2026/01/15/2026-01-15"
  const { keys } = await logsOf(client)
  expect(keys.map((key) => key.slice(0, -17))).toEqual([`${start}-00-00-00`, `${start}-12-05-00`])
  const { LoggingEnabled } = await client.send(new GetBucketLoggingCommand({ Bucket }))
  expect(LoggingEnabled?.TargetObjectKeyFormat).toEqual({
    PartitionedPrefix: { PartitionDateSource: "DeliveryTime" },
  })
})

test("what waits is delivered when the cloud comes back", async () => {
  const { client, cloud } = await openFront()
  await openLogged(client)
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  await cloud.settle()
  await cloud.saveSnapshot("before")
  expect(await cloud.loadSnapshot("before")).toBe(true)
  await client.send(new PutObjectCommand({ Bucket, Key: "b", Body: "x" }))
  await cloud.advance(5 * MINUTE_MS)
  const { keys, lines } = await logsOf(client)
  expect([keys.length, lines.map(gist)]).toEqual([
    1,
    ["REST.PUT.LOGGING_STATUS - 200 -", "REST.PUT.OBJECT a 200 -", "REST.PUT.OBJECT b 200 -"],
  ])
})

test("a delivery that a crash interrupts writes the same object again", async () => {
  const { client, cloud } = await openFront()
  await openLogged(client)
  await cloud.settle()
  const source = await cloud.world.read((tx) => bucketNamed(tx, "aws", Bucket) as Row)
  const whole = cloud.world.context(undefined)
  const crashing = {
    read: (look: (tx: ReadTx) => unknown) => whole.read(look),
    call: (call: ServiceCall) => whole.call(call),
    write: () => Promise.reject(new Error("the machine stops")),
  } as unknown as ActionContext
  await expect(deliverLogs.perform?.(crashing, source)).rejects.toThrow("the machine stops")
  const first = await logsOf(client)
  await cloud.advance(5 * MINUTE_MS)
  expect(first.lines.map(gist)).toEqual(["REST.PUT.LOGGING_STATUS - 200 -"])
  expect(await logsOf(client)).toEqual(first)
})

test("a bucket whose requests are not logged is looked at once, and nothing is written", () => {
  let looks = 0
  const row = { id: 1, config: {} }
  const tx = { get: () => (looks++, row) } as unknown as ReadTx
  const request = { method: "GET", path: "/photos/a", query: "", headers: {} }
  const record = { operation: "GetObject", exchange: { request, path: "/photos/a" } }
  expect([observe(tx, record as unknown as CallRecord), looks]).toEqual([undefined, 1])
})

test("a target's owner decides: by policy, or by an ACL with grants on the logs", async () => {
  const { client, cloud } = await openFront()
  await openLogged(client)
  await client.send(letIn({ AWS: "111122223333" }))
  await cloud.advance(5 * MINUTE_MS)
  expect((await logsOf(client)).keys).toEqual([])
  const Rules = [{ ObjectOwnership: "ObjectWriter" as const }]
  await client.send(
    new PutBucketOwnershipControlsCommand({ Bucket: "logs", OwnershipControls: { Rules } }),
  )
  const GrantWrite = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"'
  await client.send(new PutBucketAclCommand({ Bucket: "logs", GrantWrite }))
  const reader = canonicalId("111122223333")
  const Grantee = { Type: "CanonicalUser" as const, ID: reader }
  await client.send(putLogging({ TargetGrants: [{ Grantee, Permission: "READ" }] }))
  await cloud.advance(5 * MINUTE_MS)
  const { keys, lines } = await logsOf(client)
  expect(lines.map(gist)).toEqual(["REST.PUT.LOGGING_STATUS - 200 -"])
  const { Grants } = await client.send(new GetObjectAclCommand({ Bucket: "logs", Key: keys[0] }))
  expect(Grants?.map(({ Grantee: one, Permission }) => `${one?.ID} ${Permission}`)).toEqual([
    `${OWNER} FULL_CONTROL`,
    `${reader} READ`,
  ])
})

test("targets that AWS refuses, in its words", async () => {
  const { client, cloud } = await openBucket(Bucket)
  await client.send(new CreateBucketCommand({ Bucket: "logs" }))
  await client.send(
    new CreateBucketCommand({
      Bucket: "far",
      CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
    }),
  )
  await openBucket("foreign", {
    cloud,
    config: { credentials: { accessKeyId: "111122223333", secretAccessKey: "test" } },
  })
  const put = (more: Partial<LoggingEnabled>) => refusalOf(client.send(putLogging(more)))
  expect(await put({ TargetBucket: "nowhere" })).toBe(
    "InvalidTargetBucketForLogging 400: The target bucket for logging does not exist",
  )
  expect(await put({ TargetBucket: "far" })).toBe(
    "CrossLocationLoggingProhibitted 403: Cross S3 location logging not allowed. ",
  )
  expect(await put({ TargetBucket: "foreign" })).toBe(
    "InvalidTargetBucketForLogging 400: The owner for the bucket to be logged and the target bucket must be the same.",
  )
  const Grantee = { Type: "CanonicalUser" as const, ID: OWNER }
  expect(await put({ TargetGrants: [{ Grantee, Permission: "READ" }] })).toMatch(
    /^InvalidBucketAclWithObjectOwnership 400/,
  )
  const answer = await client.send(new GetBucketLoggingCommand({ Bucket }))
  expect(answer.LoggingEnabled).toBeUndefined()
  await client.send(putLogging())
  await client.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }))
  expect(
    (await client.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled,
  ).toBeUndefined()
})
