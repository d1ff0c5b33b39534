import { GetObjectTaggingCommand, GetObjectCommand } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import {
  allow,
  configure,
  headOf,
  letIn,
  openReplication,
  openSide,
  ruleTo,
  without,
} from "../testing/open-replication.ts"

const LARGE = Buffer.alloc(40_000, "large ")

test("S3-128 an object is PENDING, then COMPLETED, and its replica is a REPLICA", async () => {
  const { put, statuses, settled, heads, cloud, target } = await openReplication()
  const { VersionId } = await put("a", "hello", {
    Metadata: { color: "red" },
    ContentType: "text/plain",
    Tagging: "team=blue",
    CacheControl: "no-store",
  })
  expect(await statuses("a")).toEqual(["PENDING", undefined])
  await settled()
  expect(await statuses("a")).toEqual(["COMPLETED", "REPLICA"])
  const [one, other] = await heads("a")
  const { $metadata: _, ReplicationStatus: __, ...facts } = one!
  expect(other).toMatchObject(facts)
  expect(other?.VersionId).toBe(VersionId)
  const { Body } = await target.client.send(new GetObjectCommand({ Bucket: "copies", Key: "a" }))
  expect(await Body?.transformToString()).toBe("hello")
  const { TagSet } = await target.client.send(
    new GetObjectTaggingCommand({ Bucket: "copies", Key: "a" }),
  )
  expect(TagSet).toEqual([{ Key: "team", Value: "blue" }])
  expect(cloud.reports).toEqual([])
  await allow(cloud, { actions: without("ReplicateObject") })
  await put("b", "x")
  await settled()
  expect(await statuses("b")).toEqual(["FAILED", undefined])
})

test("S3-114 buckets of one Region and of two, of one account and of two", async () => {
  const { cloud, source, settled, put } = await openReplication()
  const near = await openSide(cloud, "near", { account: "222222222222" })
  const far = await openSide(cloud, "far", { region: "eu-west-1" })
  const foreign = await openSide(cloud, "foreign", { account: "222222222222", region: "eu-west-1" })
  const sides = [near, far, foreign]
  const rules = sides.map(({ Bucket }, at) => ruleTo(Bucket, { ID: Bucket, Priority: at + 2 }))
  await configure(source, ruleTo("copies"), ...rules)
  for (const side of [near, foreign]) await letIn(side)
  await put("small", "x")
  await put("large", LARGE)
  await settled()
  for (const { client, Bucket } of sides) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "large" }))
    expect(await Body?.transformToString()).toBe(LARGE.toString())
    expect((await headOf({ client, Bucket }, "small"))?.ReplicationStatus).toBe("REPLICA")
  }
  expect((await headOf(source, "small"))?.ReplicationStatus).toBe("COMPLETED")
})
