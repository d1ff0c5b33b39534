import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

const INVALID = "InvalidArgument 400: Invalid version id specified"
const MISSING = "NoSuchVersion 404: The specified version does not exist."

/** Another id of the same form, as who mistypes one writes it. */
const mistyped = (id: string): string => id.slice(0, -4) + (id.endsWith("ABCD") ? "DCBA" : "ABCD")

test("an id that no version ever had is told from one whose version is gone", async () => {
  const { client, Bucket, put, text } = await openBucket()
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  )
  const { VersionId = "" } = await put("a", "x")
  const remove = (id: string) =>
    client.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId: id }))
  const copy = (id: string) => {
    const CopySource = `${Bucket}/a?versionId=${id}`
    return client.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource }))
  }
  const wrong = mistyped(VersionId)
  expect(await refusalOf(text("a", { VersionId: wrong }))).toBe(INVALID)
  expect(await refusalOf(copy(wrong))).toBe(INVALID)
  await expect(copy("")).rejects.toMatchObject({
    message: "Version id cannot be the empty string",
    ArgumentName: "x-amz-copy-source",
  })
  expect(await refusalOf(remove(wrong))).toBe(INVALID)
  const Objects = [
    { Key: "a", VersionId: wrong },
    { Key: "never", VersionId: wrong },
  ]
  const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  expect(Errors?.map(({ Key, Code }) => `${Key} ${Code}`)).toEqual([
    "a NoSuchVersion",
    "never NoSuchVersion",
  ])
  expect(await text("a", { VersionId })).toBe("x")
  await remove(VersionId)
  expect(await refusalOf(text("a", { VersionId }))).toBe(MISSING)
  expect(await refusalOf(remove(VersionId))).toBe("no refusal")
})

test("a bucket without versioning has no ids but null", async () => {
  const { client, Bucket, put, text } = await openBucket()
  await put("a", "x")
  const VersionId = mistyped("A".repeat(32))
  expect(await refusalOf(text("a", { VersionId }))).toBe(INVALID)
  const remove = new DeleteObjectCommand({ Bucket, Key: "a", VersionId })
  expect(await refusalOf(client.send(remove))).toBe(INVALID)
  expect(await text("a", { VersionId: "null" })).toBe("x")
})
