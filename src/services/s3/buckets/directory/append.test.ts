import { crc32 } from "node:zlib"
import {
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { refusalOf } from "../../testing/open-bucket.ts"
import { openDirectory } from "../../testing/open-directory.ts"

const crcOf = (text: string): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return bytes.toString("base64")
}

test.each([10, 20_000])(
  "what is appended lies behind what was there: %i bytes first",
  async (size) => {
    const { client, Bucket, put, text } = await openDirectory()
    const first = "a".repeat(size)
    const begun = await put("log", first, { WriteOffsetBytes: 0, Metadata: { who: "ada" } })
    const second = await put("log", "two", { WriteOffsetBytes: size })
    expect(second).toMatchObject({ Size: size + 3, ChecksumCRC32: crcOf("two") })
    expect(second.ETag).not.toBe(begun.ETag)
    const third = await put("log", "b".repeat(30_000), { WriteOffsetBytes: size + 3 })
    expect(third.Size).toBe(size + 30_003)
    const whole = `${first}two${"b".repeat(30_000)}`
    expect(await text("log")).toBe(whole)
    const range = { Bucket, Key: "log", Range: `bytes=${size - 1}-${size + 3}` }
    const { Body } = await client.send(new GetObjectCommand(range))
    expect(await Body?.transformToString()).toBe("atwob")
    const asked = { Bucket, Key: "log", ChecksumMode: "ENABLED" } as const
    expect(await client.send(new HeadObjectCommand(asked))).toMatchObject({
      ChecksumCRC32: crcOf(whole),
      ChecksumType: "FULL_OBJECT",
      Metadata: { who: "ada" },
      ETag: third.ETag,
    })
    const parts = { Bucket, Key: "log", ObjectAttributes: ["ObjectParts"] } as const
    expect(
      (
        await client.send(
          new GetObjectAttributesCommand({ ...parts, ObjectAttributes: ["ObjectParts"] }),
        )
      ).ObjectParts?.Parts?.map(({ Size }) => Size),
    ).toEqual([size, 3, 30_000])
    // What is written anew has no parts any more.
    await put("log", "x")
    expect(await text("log")).toBe("x")
  },
)

test("an append goes to the end, has bytes, no metadata, and the object's kind of checksum", async () => {
  const { put } = await openDirectory()
  expect(await refusalOf(put("log", "a", { WriteOffsetBytes: 3 }))).toMatch(
    /^InvalidWriteOffset 400: The write offset value that you specified does not match the current object size/,
  )
  await put("log", "abc")
  const append = (Body: string, more: object = {}) =>
    refusalOf(put("log", Body, { WriteOffsetBytes: 3, ...more }))
  expect(await append("d", { WriteOffsetBytes: 2 })).toMatch(/^InvalidWriteOffset 400/)
  expect(await append("")).toBe(
    "InvalidRequest 400: Request body cannot be empty when 'write offset' is specified.",
  )
  expect(await append("d", { Metadata: { a: "b" } })).toMatch(
    /^InvalidRequest 400: Cannot specify both a write offset value and user-defined object metadata/,
  )
  expect(await append("d", { ChecksumAlgorithm: "SHA256" })).toMatch(
    /^InvalidRequest 400: Checksum Type mismatch occurred/,
  )
})

test("of two appends to the same place one is refused", async () => {
  const { put, text } = await openDirectory()
  await put("log", "abc")
  const both = await Promise.all([
    refusalOf(put("log", "d", { WriteOffsetBytes: 3 })),
    refusalOf(put("log", "e", { WriteOffsetBytes: 3 })),
  ])
  expect(both.filter((one) => one === "no refusal")).toHaveLength(1)
  expect(await text("log")).toMatch(/^abc[de]$/)
})

test("where hashes are used, parts have theirs and the object one of these", async () => {
  const { cloud, Bucket, put } = await openDirectory()
  await put("log", "abc", { ChecksumAlgorithm: "SHA256" })
  await put("log", "def", { ChecksumAlgorithm: "SHA256", WriteOffsetBytes: 3 })
  const client = cloud.client(S3Client)
  const ChecksumMode = "ENABLED" as const
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "log", ChecksumMode }))
  expect(head.ChecksumSHA256).toMatch(/-2$/)
  await client.send(new PutObjectCommand({ Bucket, Key: "log", Body: "" }))
})
