import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  type ListMultipartUploadsCommandInput,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

async function openUploads(keys: readonly string[]) {
  const { client, Bucket } = await openBucket()
  const ids: string[] = []
  for (const Key of keys) {
    const begun = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    ids.push(begun.UploadId ?? "")
  }
  const list = (more: Partial<ListMultipartUploadsCommandInput> = {}) =>
    client.send(new ListMultipartUploadsCommand({ Bucket, ...more }))
  return { client, Bucket, ids, list }
}

test("S3-65 uploads are listed by key, and those of one key in the order of their beginning", async () => {
  const { ids, list } = await openUploads(["c", "b", "a", "a", "a"])
  const all = await list()
  expect(all.Uploads?.map(({ UploadId }) => UploadId)).toEqual([2, 3, 4, 1, 0].map((at) => ids[at]))
  expect(all).toMatchObject({
    ...{ IsTruncated: false, KeyMarker: "", UploadIdMarker: "", MaxUploads: 1000 },
    ...{ NextKeyMarker: "c", NextUploadIdMarker: ids[0] },
  })
  expect(all.Uploads?.[0]).toMatchObject({ Key: "a", StorageClass: "STANDARD" })
})

test("pages of uploads, by both markers", async () => {
  const { ids, list } = await openUploads(["c", "b", "a", "a", "a"])
  const seen: (string | undefined)[] = []
  let markers = {}
  for (let page = 0; page < 9; page += 1) {
    const { Uploads, IsTruncated, NextKeyMarker, NextUploadIdMarker } = await list({
      ...{ MaxUploads: 1, ...markers },
    })
    seen.push(Uploads?.[0]?.UploadId)
    if (!IsTruncated) break
    markers = { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker }
  }
  expect(seen).toEqual([2, 3, 4, 1, 0].map((at) => ids[at]))
  const behind = await list({ KeyMarker: "a", MaxUploads: 1 })
  expect(behind.Uploads?.[0]?.Key).toBe("b")
  const last = await list({ KeyMarker: "c" })
  expect(last).toMatchObject({ IsTruncated: false, NextKeyMarker: "", NextUploadIdMarker: "" })
  const ignored = await list({ UploadIdMarker: ids[3], MaxUploads: 1 })
  expect(ignored.Uploads?.[0]?.UploadId).toBe(ids[2])
  expect([ignored.KeyMarker, ignored.UploadIdMarker]).toEqual(["", ""])
  expect(await refusalOf(list({ KeyMarker: "b", UploadIdMarker: ids[2] }))).toBe(
    "InvalidArgument 400: Invalid uploadId marker",
  )
})

test("uploads are grouped by a delimiter behind a prefix", async () => {
  const { list } = await openUploads(["test/foo/1", "test/foo/bar/2", "test/bar/3", "other"])
  const grouped = await list({ Prefix: "test/", Delimiter: "/" })
  expect(grouped.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["test/bar/", "test/foo/"])
  expect(grouped.Uploads ?? []).toEqual([])
  const inside = await list({ Prefix: "test/foo/", Delimiter: "/" })
  expect(inside.Uploads?.map(({ Key }) => Key)).toEqual(["test/foo/1"])
  expect(inside.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["test/foo/bar/"])
})

test("pages of parts", async () => {
  const { client, Bucket, ids } = await openUploads(["k"])
  const ref = { Bucket, Key: "k", UploadId: ids[0] ?? "" }
  const list = (more = {}) => client.send(new ListPartsCommand({ ...ref, ...more }))
  expect(await list()).toMatchObject({
    ...{ IsTruncated: false, MaxParts: 1000, StorageClass: "STANDARD" },
  })
  for (const PartNumber of [3, 1, 2])
    await client.send(new UploadPartCommand({ ...ref, PartNumber, Body: "x".repeat(PartNumber) }))
  const all = await list()
  expect(all.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
  const first = await list({ MaxParts: 2 })
  expect(first.IsTruncated).toBe(true)
  expect(String(first.NextPartNumberMarker)).toBe("2")
  const rest = await list({ MaxParts: 2, PartNumberMarker: first.NextPartNumberMarker })
  expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3])
  expect(rest.IsTruncated).toBe(false)
})

test("times are told to the second", async () => {
  const { cloud, client, Bucket } = await openBucket()
  await cloud.advance(1_234)
  const ref = { Bucket, Key: "k" }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(ref))
  const part = { ...ref, UploadId }
  await client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: "x" }))
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
  const { Parts } = await client.send(new ListPartsCommand(part))
  for (const time of [Uploads?.[0]?.Initiated, Parts?.[0]?.LastModified])
    expect(time?.getMilliseconds()).toBe(0)
})
