import { expect, test } from "vitest"
import { openBucket } from "../testing/open-bucket.ts"
import { raw } from "../testing/raw.ts"
import { keptMetadata, toldMetadata } from "./user-metadata.ts"

const told = (value: string): string => toldMetadata({ a: value })["a"] as string
const kept = (value: string): string => keptMetadata({ a: value })["a"] as string

test("metadata is told as AWS was seen to tell it", () => {
  expect(told("test_—_file%E2%80%94_é_2?.pdf")).toBe(
    "=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=3F.pdf?=",
  )
  expect(told("ÄMÄZÕÑ S3")).toBe("=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=")
  expect(told("\x00\x01\x02\x03")).toBe("=?UTF-8?B?AAECAw==?=")
  expect(told("\ufffd".repeat(7))).toBe("=?UTF-8?B?77+977+977+977+977+977+977+9?=")
  const safe = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t"
  expect(told(safe)).toBe(safe)
  // The user guide's example: UTF-8 in a header is read as Latin-1.
  expect(told(Buffer.from("ÄMÄZÕÑ S3").toString("latin1"))).toBe(
    "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=",
  )
})

test("words of RFC 2047 are taken apart when they are kept", () => {
  expect(kept("=?UTF-8?Q?actually-ascii?=")).toBe("actually-ascii")
  expect(kept("=?UTF-8?B?YWJj?=")).toBe("abc")
  expect(kept("=?utf-8?q?caf=C3=A9_=3F?=")).toBe("café ?")
  expect(kept("=?UTF-8?B?=GGG?=")).toBe("=?UTF-8?B?=GGG?=")
  expect(kept("=?not one")).toBe("=?not one")
})

test("HEAD and GET tell encoded metadata, and take it back", async () => {
  const { cloud, Bucket, put } = await openBucket()
  await put("a", "1", { Metadata: { plain: "abc", word: "=?UTF-8?Q?na=C3=AFve?=" } })
  const head = await raw(cloud, { method: "HEAD", path: `/${Bucket}/a` })
  expect(head.headers).toMatchObject({
    "x-amz-meta-plain": "abc",
    "x-amz-meta-word": "=?UTF-8?Q?na=C3=AFve?=",
  })
  await raw(cloud, {
    ...{ method: "PUT", path: `/${Bucket}/b`, body: "1" },
    headers: { "x-amz-meta-raw": "Hello World\xe9" },
  })
  const get = await raw(cloud, { method: "GET", path: `/${Bucket}/b` })
  expect(get.headers["x-amz-meta-raw"]).toBe("=?UTF-8?Q?Hello_World=C3=A9?=")
})

test("an override that no header can say is refused", async () => {
  const { cloud, Bucket, put } = await openBucket()
  await put("a", "1")
  const query = { "response-cache-control": "non-ascii-—_é" }
  const answer = await raw(cloud, { method: "GET", path: `/${Bucket}/a`, query })
  expect(answer.status).toBe(400)
  expect(answer.body).toContain(
    "<Message>Header value cannot be represented using ISO-8859-1.</Message>" +
      "<ArgumentName>response-cache-control</ArgumentName>",
  )
})
