import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { checksumOf } from "./checksum.ts"
import { openBucket } from "../testing/open-bucket.ts"
import { errorOf, raw } from "../testing/raw.ts"

const TAGS = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
const md5 = (text: string): string => createHash("md5").update(text).digest("base64")

async function openRaw() {
  const { cloud, Bucket, put } = await openBucket()
  await put("a", "hello")
  const put$ = async (query: string, body: string, headers: Readonly<Record<string, string>>) => {
    const [path = "", name = ""] = query.split("?")
    const method = name === "delete" ? "POST" : "PUT"
    const answer = await raw(cloud, {
      ...{ method, path: `/${Bucket}${path}`, query: { [name]: "" }, headers, body },
    })
    return answer.status < 300 ? "" : errorOf(answer)
  }
  return { ask: put$ }
}

test("a document is held to the digest that came with it", async () => {
  const { ask } = await openRaw()
  expect(await ask("?tagging", TAGS, { "content-md5": md5("other") })).toBe(
    "400 BadDigest: The Content-MD5 you specified did not match what we received.",
  )
  expect(await ask("?tagging", TAGS, { "content-md5": "rubbish" })).toBe(
    "400 InvalidDigest: The Content-MD5 you specified was invalid.",
  )
  expect(await ask("?tagging", TAGS, { "x-amz-checksum-crc32": "AAAAAA==" })).toBe(
    "400 BadDigest: The CRC32 you specified did not match the calculated checksum.",
  )
  expect(await ask("?tagging", TAGS, { "x-amz-checksum-sha256": "AAAA" })).toBe(
    "400 InvalidRequest: Value for x-amz-checksum-sha256 header is invalid.",
  )
  // Nobody has to send one with a policy; what comes with it is looked at.
  expect(await ask("?policy", "{}", { "content-md5": md5("other") })).toMatch(/^400 BadDigest/)
  expect(await ask("?versioning", "<VersioningConfiguration/>", {})).not.toMatch(/Content-MD5/)
  expect(await ask("?tagging", TAGS, { "content-md5": md5(TAGS) })).toBe("")
})

test("a bucket's tags, rules, deletions and all locks must come with a digest", async () => {
  const { ask } = await openRaw()
  const missing =
    "400 InvalidRequest: Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
  for (const query of [
    ...["?tagging", "?cors", "?replication", "?delete", "?object-lock"],
    ...["/a?legal-hold", "/a?retention"],
  ])
    expect([query, await ask(query, TAGS, {})]).toEqual([query, missing])
  expect(await ask("?lifecycle", TAGS, {})).toBe(missing.replace(" OR x-amz-checksum-*", ""))
  expect(await ask("/a?tagging", TAGS, {})).toBe("")
  expect(await ask("/a?tagging", TAGS, { "content-md5": md5("other") })).toMatch(/^400 BadDigest/)
})

test("a document's checksum is told by the rules of an object's", async () => {
  const { ask } = await openRaw()
  const both = { "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-crc32c": "AAAAAA==" }
  expect(await ask("?tagging", TAGS, both)).toBe(
    "400 InvalidRequest: Expecting a single x-amz-checksum- header. Multiple checksum Types are not " +
      "allowed.",
  )
  expect(await ask("?tagging", TAGS, { "x-amz-checksum-crc16": "AAA=" })).toBe(
    "400 InvalidRequest: The algorithm type you specified in x-amz-checksum- header is invalid.",
  )
  const named = { "x-amz-checksum-crc32": "AAAAAA==", "x-amz-sdk-checksum-algorithm": "sha1" }
  expect(await ask("?tagging", TAGS, named)).toBe(
    "400 InvalidRequest: Value for x-amz-sdk-checksum-algorithm header is invalid.",
  )
  expect(await ask("/a?tagging", TAGS, { "x-amz-sdk-checksum-algorithm": "SHA1" })).toMatch(
    /^400 InvalidRequest: x-amz-sdk-checksum-algorithm specified, but no corresponding/,
  )
  expect(await ask("/a?tagging", TAGS, { "x-amz-sdk-checksum-algorithm": "CRC16" })).toMatch(
    /^400 InvalidRequest: Checksum algorithm provided is unsupported/,
  )
  const good = checksumOf("CRC32", Buffer.from(TAGS))
  const fits = { "x-amz-checksum-crc32": good, "x-amz-sdk-checksum-algorithm": "crc32" }
  expect(await ask("?tagging", TAGS, fits)).toBe("")
})

test("a document does not come in chunks", async () => {
  const { ask } = await openRaw()
  const headers = {
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": String(TAGS.length),
  }
  const chunked = `${TAGS.length.toString(16)}\r\n${TAGS}\r\n0\r\n\r\n`
  expect(await ask("/a?tagging", chunked, headers)).toBe(
    "400 InvalidRequest: The value of x-amz-content-sha256 header is invalid.",
  )
})

test("a document has at most so many bytes", async () => {
  const { ask } = await openRaw()
  const [start, end] = [
    "<VersioningConfiguration>",
    "<Status>Enabled</Status></VersioningConfiguration>",
  ]
  const padded = (bytes: number): string =>
    `${start}<!--${"x".repeat(bytes - start.length - "<!---->".length - end.length)}-->${end}`
  expect(await ask("?versioning", padded(1024), {})).toBe("")
  expect(await ask("?versioning", padded(1025), {})).toBe(
    "400 MaxMessageLengthExceeded: Your request was too big.",
  )
  const long = " ".repeat(64 * 1024 + 1)
  expect(await ask("?cors", long, { "content-md5": md5(long) })).toMatch(/MaxMessageLengthExceeded/)
})

test("a document that is not there is missed; what has not what it must have is malformed", async () => {
  const { ask } = await openRaw()
  const sent = async (query: string, body: string) =>
    (await ask(query, body, { "content-md5": md5(body) })).replace(/:.*/, "")
  for (const query of ["/a?tagging", "?tagging", "?versioning", "?cors", "?website", "?delete"])
    expect([query, await sent(query, "")]).toEqual([query, "400 MissingRequestBodyError"])
  for (const query of ["/a?legal-hold"])
    expect([query, await sent(query, "")]).toEqual([query, "400 MalformedXML"])
  expect(await sent("?delete", "<Delete><Object/></Delete>")).toBe("400 MalformedXML")
  expect(await sent("/a?tagging", "<Tagging><TagSet/></Tagging>")).toBe("")
})
