import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openCloud } from "../../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../../gateway/testing/sdk-config.ts"
import type { InProcessCloud } from "../../../../index.ts"
import { openBucket, refusalOf } from "../../testing/open-bucket.ts"
import { errorOf, raw } from "../../testing/raw.ts"
import { rates } from "./rate.ts"

const SLOW_DOWN = "503 SlowDown: Please reduce your request rate."

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
}

/** Sends a request, and tells how it went. */
async function send(cloud: InProcessCloud, one: Sent): Promise<string> {
  const answer = await raw(cloud, { body: "", ...one })
  return answer.status < 300 ? "taken" : errorOf(answer)
}

/** Deletes so many keys of a prefix, as many together as S3 takes; tells how many it refused. */
async function remove(client: S3Client, prefix: string, count: number): Promise<number> {
  let refused = 0
  for (let left = count; left > 0; left -= 1_000) {
    const Objects = Array.from({ length: Math.min(left, 1_000) }, (_, at) => ({
      Key: `${prefix}${at}`,
    }))
    const input = { Bucket: "photos", Delete: { Objects, Quiet: true } }
    const { Errors = [] } = await client.send(new DeleteObjectsCommand(input))
    for (const { Code } of Errors) expect(Code).toBe("SlowDown")
    refused += Errors.length
  }
  return refused
}

test("S3-152 each prefix takes 3,500 writes and 5,500 reads a second; S3-153 above it is 503 Slow Down, and N prefixes have N times the rate", async () => {
  const { cloud, client, put, Bucket } = await openBucket("photos")
  await put("b/c/1", "x")
  // Nothing is counted unless it is asked for, and of another Region it is.
  await cloud.slowDown(true, "eu-west-1")
  expect(await remove(client, "a/", 100)).toBe(0)
  await cloud.slowDown(true)
  // The clock stands: it is all one second. Whatever writes counts, each key of DeleteObjects too.
  const write = { method: "PUT", path: "/photos/a/1" }
  const source = { "x-amz-copy-source": "/photos/b/c/1" }
  expect(await remove(client, "a/", 3_496)).toBe(0)
  expect(await send(cloud, write)).toBe("taken")
  expect(await send(cloud, { ...write, headers: source })).toBe("taken")
  expect(await send(cloud, { ...write, method: "POST", query: { uploads: "" } })).toBe("taken")
  expect(await send(cloud, { ...write, method: "DELETE" })).toBe("taken")
  expect(await send(cloud, { ...write, method: "DELETE" })).toBe(SLOW_DOWN)
  expect(await send(cloud, write)).toBe(SLOW_DOWN)
  // Other prefixes have rates of their own, as large.
  expect(await remove(client, "", 10)).toBe(0)
  expect(await remove(client, "a/b/", 3_510)).toBe(10)
  // So have reads: GET and HEAD of objects, and lists of the prefix.
  const read = { method: "GET", path: "/photos/b/c/1" }
  const list = { method: "GET", path: "/photos", query: { prefix: "b/c/" } }
  for (let at = 0; at < 5_498; at += 1) await raw(cloud, { ...read, method: "HEAD" })
  expect(await send(cloud, read)).toBe("taken")
  expect(await send(cloud, list)).toBe("taken")
  expect(await send(cloud, read)).toBe(SLOW_DOWN)
  expect(await send(cloud, list)).toBe(SLOW_DOWN)
  expect(await send(cloud, { ...read, path: "/photos/a/b/1", method: "HEAD" })).toMatch(/^404/)
  expect(await send(cloud, { ...list, query: {} })).toBe("taken")
  expect(await send(cloud, { ...write, path: "/photos/b/c/2" })).toBe("taken")
  // Of an SDK it is an error like others; it is said before it is known who may.
  const hasty = cloud.client(S3Client, { maxAttempts: 1 })
  expect(await refusalOf(hasty.send(new GetObjectCommand({ Bucket, Key: "b/c/1" })))).toBe(
    "SlowDown 503: Please reduce your request rate.",
  )
  expect(errorOf(await raw(cloud, { ...read, unsigned: true }))).toBe(SLOW_DOWN)
  // The next second has all of it again.
  await cloud.advance("1s")
  expect(await send(cloud, read)).toBe("taken")
  expect(await remove(client, "a/", 1_000)).toBe(0)
  await cloud.slowDown(false)
  expect(await send(cloud, write)).toBe("taken")
  expect(await refusalOf(cloud.slowDown(true, "mars-1"))).toContain("there is no Region mars-1")
})

test("what was counted goes soon after its second", async () => {
  const cloud = await openCloud()
  const client = new S3Client(gatewayConfig(cloud))
  await client.send(new CreateBucketCommand({ Bucket: "photos" }))
  const counted = () => cloud.world.read((tx) => tx.count(rates, { limit: 5_000 }))
  const put = async (Key: string) =>
    client.send(new PutObjectCommand({ Bucket: "photos", Key, Body: "x" }))
  await put("none/1")
  expect(await counted()).toBe(0)
  await cloud.disturb({ slowDown: { region: "us-east-1", on: true } })
  const Objects = Array.from({ length: 1_000 }, (_, at) => ({ Key: `${at}/x` }))
  const remove = new DeleteObjectsCommand({ Bucket: "photos", Delete: { Objects } })
  await client.send(remove)
  await put("new/1")
  expect(await counted()).toBe(1_001)
  await cloud.advance(59_000)
  await put("a/1")
  await cloud.advance(1_000)
  expect(await counted()).toBe(0)
  await put("a/1")
  expect(await counted()).toBe(1)
  await cloud.advance(120_000)
  expect(await counted()).toBe(0)
})
