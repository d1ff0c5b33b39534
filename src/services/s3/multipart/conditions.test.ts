import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

const FAILED =
  "PreconditionFailed 412: At least one of the pre-conditions you specified did not hold"
const CONFLICT =
  "ConditionalRequestConflict 409: The conditional request cannot succeed due to a conflicting " +
  "operation against this resource."

/** As AWS recorded it: uploads of one key, completed under conditions. */
async function openConditions() {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  const ref = { Bucket, Key: "a" }
  const begin = async () => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(ref))
    const part = { ...ref, UploadId, PartNumber: 1, Body: "test" }
    const { ETag } = await client.send(new UploadPartCommand(part))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    return (condition: object) =>
      client.send(
        new CompleteMultipartUploadCommand({ ...ref, UploadId, MultipartUpload, ...condition }),
      )
  }
  const remove = () => client.send(new DeleteObjectCommand(ref))
  return { ...bucket, begin, remove }
}

test("If-None-Match: an object is in the way, or was when the upload began", async () => {
  const { put, begin, remove } = await openConditions()
  await put("a", "x")
  const complete = await begin()
  expect(await refusalOf(complete({ IfNoneMatch: "*" }))).toBe(FAILED)
  await remove()
  expect(await refusalOf(complete({ IfNoneMatch: "*" }))).toBe(CONFLICT)
  const again = await begin()
  await again({ IfNoneMatch: "*" })
  await remove()
  const third = await begin()
  await put("a", "x")
  expect(await refusalOf(third({ IfNoneMatch: "*" }))).toBe(FAILED)
})

test("If-Match: the object must be there, be the same, and be older than the upload", async () => {
  const { put, begin, remove } = await openConditions()
  const first = await put("a", "one")
  const complete = await begin()
  const second = await put("a", "two")
  expect(await refusalOf(complete({ IfMatch: first.ETag }))).toBe(FAILED)
  expect(await refusalOf(complete({ IfMatch: second.ETag }))).toBe(CONFLICT)
  await remove()
  expect(await refusalOf(complete({ IfMatch: second.ETag }))).toBe(
    "NoSuchKey 404: The specified key does not exist.",
  )
  const third = await put("a", "three")
  const again = await begin()
  const done = await again({ IfMatch: third.ETag })
  const last = await begin()
  expect(await refusalOf(last({ IfMatch: third.ETag }))).toBe(FAILED)
  await last({ IfMatch: done.ETag })
})
