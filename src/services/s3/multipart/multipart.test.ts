import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"

const MIB = 1024 ** 2
const GONE =
  "NoSuchUpload 404: The specified upload does not exist. The upload ID may be invalid, or the " +
  "upload may have been aborted or completed."

type Created = Partial<CreateMultipartUploadCommandInput>

/** An upload of the key `big`. */
async function openUpload(more: Created = {}, given?: TestBucket) {
  const bucket = given ?? (await openBucket())
  const { client, Bucket } = bucket
  const Key = "big"
  const created = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))
  const UploadId = created.UploadId ?? ""
  const ref = { Bucket, Key, UploadId }
  const upload = async (PartNumber: number, Body: Buffer | string, extra = {}) => {
    const sent = await client.send(new UploadPartCommand({ ...ref, PartNumber, Body, ...extra }))
    return { PartNumber, ETag: sent.ETag, sent }
  }
  const complete = (parts: CompletedPart[], extra = {}) =>
    client.send(
      new CompleteMultipartUploadCommand({
        ...ref,
        MultipartUpload: {
          Parts: parts.map(({ ETag, PartNumber, ...sums }) => ({
            ETag,
            PartNumber,
            ...only(sums),
          })),
        },
        ...extra,
      }),
    )
  const bytes = async (extra = {}) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...extra }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }
  const head = (extra = {}) => client.send(new HeadObjectCommand({ Bucket, Key, ...extra }))
  return { ...bucket, Key, ref, created, upload, complete, bytes, head }
}

/** The checksums of a completed part. */
const only = (part: object): object =>
  Object.fromEntries(Object.entries(part).filter(([name]) => name.startsWith("Checksum")))

test("S3-59 S3-62 parts come in any order, and many at once; the object has them in theirs", async () => {
  const { upload, complete, bytes, head } = await openUpload({ ContentType: "text/plain" })
  const [a, b, c] = [Buffer.alloc(5 * MIB, "a"), Buffer.alloc(5 * MIB + 3, "b"), Buffer.from("c")]
  const [third, first, second] = await Promise.all([upload(7, c), upload(2, a), upload(5, b)])
  const done = await complete([first, second, third])
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-3"$/)
  expect(done.Location).toContain("/photos/big")
  expect((await bytes()).equals(Buffer.concat([a, b, c]))).toBe(true)
  const { ContentLength, ContentType, ETag } = await head()
  expect({ ContentLength, ContentType }).toEqual({
    ContentLength: 10 * MIB + 4,
    ContentType: "text/plain",
  })
  expect(ETag).toBe(done.ETag)
})

test("S3-59 part numbers go from 1 to 10,000", async () => {
  const { upload } = await openUpload()
  const refused =
    "InvalidArgument 400: Part number must be an integer between 1 and 10000, inclusive"
  expect(await refusalOf(upload(10_001, "x"))).toBe(refused)
  expect(await refusalOf(upload(0, "x"))).toBe(refused)
  expect(await refusalOf(upload(10_000, "x"))).toBe("no refusal")
})

test("S3-60 S3-64 every part but the last has 5 MiB; a single one may have any size", async () => {
  const { upload, complete, bytes } = await openUpload()
  const first = await upload(1, "tiny")
  const second = await upload(2, "also")
  expect(await refusalOf(complete([first, second]))).toBe(
    "EntityTooSmall 400: Your proposed upload is smaller than the minimum allowed size",
  )
  await complete([second])
  expect((await bytes()).toString()).toBe("also")
})

test("S3-61 a part is sent again on its own; the last of a number counts", async () => {
  const { upload, complete, bytes } = await openUpload()
  const first = await upload(1, Buffer.alloc(5 * MIB, "a"))
  const failed = upload(2, "wrong", { ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" })
  await expect(failed).rejects.toMatchObject({
    ...{ name: "BadDigest", ExpectedDigest: "1B2M2Y8AsgTpgAmY7PhCfg==" },
  })
  await upload(2, "old")
  const second = await upload(2, "new")
  await complete([first, second])
  expect((await bytes()).subarray(5 * MIB).toString()).toBe("new")
})

test("lists of parts that do not fit", async () => {
  const { upload, complete } = await openUpload()
  const part = await upload(1, "one")
  const unknown =
    "InvalidPart 400: One or more of the specified parts could not be found.  The part may not " +
    "have been uploaded, or the specified entity tag may not match the part's entity tag."
  expect(await refusalOf(complete([{ ...part, PartNumber: 2 }]))).toBe(unknown)
  expect(await refusalOf(complete([{ ...part, ETag: '"0123"' }]))).toBe(unknown)
  expect(await refusalOf(complete([{ ...part, PartNumber: 2 }, part]))).toBe(
    "InvalidPartOrder 400: The list of parts was not in ascending order. Parts must be ordered by " +
      "part number.",
  )
  expect(await refusalOf(complete([]))).toBe(
    "InvalidRequest 400: You must specify at least one part",
  )
  expect(await refusalOf(complete([part], { MpuObjectSize: 5 }))).toBe(
    "InvalidRequest 400: The provided 'x-amz-mp-object-size' header value 5 does not match what " +
      "was computed: 3",
  )
  expect(await refusalOf(complete([part], { MpuObjectSize: 3 }))).toBe("no refusal")
})

test("an upload that is over, of another key, or never was", async () => {
  const { client, ref, upload, complete } = await openUpload()
  const other = { ...ref, Key: "other" }
  expect(await refusalOf(client.send(new ListPartsCommand(other)))).toBe(GONE)
  await upload(1, "x")
  await client.send(new AbortMultipartUploadCommand(ref))
  expect(await refusalOf(upload(1, "x"))).toBe(GONE)
  expect(await refusalOf(complete([{ PartNumber: 1, ETag: '"x"' }]))).toBe(GONE)
  expect(await refusalOf(client.send(new AbortMultipartUploadCommand(ref)))).toBe(GONE)
})

test("completing again answers the same, as long as the object stands", async () => {
  const { upload, complete, put } = await openUpload()
  const part = await upload(1, "one")
  const once = await complete([part])
  const twice = await complete([part])
  expect({ ETag: twice.ETag, Key: twice.Key }).toEqual({ ETag: once.ETag, Key: "big" })
  expect(await refusalOf(complete([{ PartNumber: 1, ETag: '"00"' }]))).toBe(GONE)
  await put("big", "replaced")
  expect(await refusalOf(complete([part]))).toBe(GONE)
})

test("what the upload began with is what the object has", async () => {
  const { upload, complete, head } = await openUpload({
    ...{ CacheControl: "no-store", Metadata: { camera: "old" }, Tagging: "a=1&b=2" },
    ...{ StorageClass: "STANDARD_IA", WebsiteRedirectLocation: "/elsewhere" },
  })
  await complete([await upload(1, "x")])
  expect(await head()).toMatchObject({
    ...{ CacheControl: "no-store", Metadata: { camera: "old" }, TagCount: 2 },
    ...{ StorageClass: "STANDARD_IA", WebsiteRedirectLocation: "/elsewhere" },
  })
})

test("S3-66 ranges reach across parts", async () => {
  const { upload, complete, bytes } = await openUpload()
  const parts = [await upload(1, Buffer.alloc(5 * MIB, "a")), await upload(2, "bcdef")]
  await complete(parts)
  const from = 5 * MIB - 2
  expect((await bytes({ Range: `bytes=${from}-${from + 4}` })).toString()).toBe("aabcd")
  expect((await bytes({ Range: "bytes=-2" })).toString()).toBe("ef")
})
