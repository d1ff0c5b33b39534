import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  type BucketVersioningStatus,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"

const setVersioning = ({ client, Bucket }: TestBucket, Status: BucketVersioningStatus) =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))

async function openVersioned(): Promise<TestBucket> {
  const bucket = await openBucket()
  await setVersioning(bucket, "Enabled")
  return bucket
}

test("S3-43 versioning begins disabled: no status, and no version IDs", async () => {
  const { client, Bucket, put } = await openBucket()
  const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }))
  expect(Status).toBeUndefined()
  expect((await put("a", "1")).VersionId).toBeUndefined()
  const { VersionId } = await client.send(
    new HeadObjectCommand({ Bucket, Key: "a", VersionId: "null" }),
  )
  expect(VersionId).toBeUndefined()
})

test("S3-44 versioning is enabled and suspended, and never disabled again", async () => {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  const status = async () => (await client.send(new GetBucketVersioningCommand({ Bucket }))).Status
  for (const wanted of ["Enabled", "Suspended", "Enabled"] as const) {
    await setVersioning(bucket, wanted)
    expect(await status()).toBe(wanted)
  }
  const malformed =
    "MalformedXML 400: The XML you provided was not well-formed or did not validate against our " +
    "published schema"
  expect(await refusalOf(setVersioning(bucket, "Disabled" as never))).toBe(malformed)
  expect(await refusalOf(setVersioning(bucket, "enabled" as never))).toBe(malformed)
  expect(
    await refusalOf(
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} })),
    ),
  ).toBe("IllegalVersioningConfigurationException 400: The Versioning element must be specified")
  expect(await status()).toBe("Enabled")
})

test("S3-45 S3-46 each write makes a version; the latest is read, older ones by their id", async () => {
  const { put, text } = await openVersioned()
  const first = await put("a", "one")
  const second = await put("a", "two")
  expect(first.VersionId).toMatch(/^\S{32}$/)
  expect(second.VersionId).not.toBe(first.VersionId)
  expect(await text("a")).toBe("two")
  expect(await text("a", { VersionId: first.VersionId })).toBe("one")
})

test("S3-47 S3-48 a delete adds a marker; taking it away brings the object back", async () => {
  const { client, Bucket, put, text } = await openVersioned()
  const { VersionId } = await put("a", "one")
  const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  expect(deleted.DeleteMarker).toBe(true)
  const gone = await client
    .send(new GetObjectCommand({ Bucket, Key: "a" }))
    .catch((e: unknown) => e)
  expect(gone).toMatchObject({
    name: "NoSuchKey",
    $response: { headers: { "x-amz-delete-marker": "true" } },
  })
  expect(await text("a", { VersionId })).toBe("one")
  const undone = await client.send(
    new DeleteObjectCommand({ Bucket, Key: "a", VersionId: deleted.VersionId }),
  )
  expect(undone).toMatchObject({ DeleteMarker: true, VersionId: deleted.VersionId })
  expect(await text("a")).toBe("one")
})

test("S3-49 only a delete with the version's ID removes its data", async () => {
  const { client, Bucket, put, text } = await openVersioned()
  const { VersionId } = await put("a", "one")
  await put("a", "two")
  await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  expect(await text("a", { VersionId })).toBe("one")
  await client.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId }))
  expect(await refusalOf(text("a", { VersionId }))).toBe(
    "NoSuchVersion 404: The specified version does not exist.",
  )
})

test("S3-51 under suspension writes replace the version null and keep all others", async () => {
  const bucket = await openBucket()
  const { client, Bucket, put, text } = bucket
  await put("a", "before")
  await setVersioning(bucket, "Enabled")
  const { VersionId } = await put("a", "kept")
  await setVersioning(bucket, "Suspended")
  expect(await text("a", { VersionId: "null" })).toBe("before")
  await put("a", "suspended")
  expect(await text("a", { VersionId: "null" })).toBe("suspended")
  await put("a", "again")
  expect(await text("a")).toBe("again")
  expect(await text("a", { VersionId })).toBe("kept")
  const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  expect(deleted).toMatchObject({ DeleteMarker: true, VersionId: "null" })
  expect(await refusalOf(text("a", { VersionId: "null" }))).toBe(
    "MethodNotAllowed 405: The specified method is not allowed against this resource.",
  )
  expect(await text("a", { VersionId })).toBe("kept")
})
