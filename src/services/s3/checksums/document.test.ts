import { createHash } from "node:crypto"
import { expect, test } from "vitest"
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

test("a bucket's tags, rules and deletions must come with a digest, an object's tags need not", async () => {
  const { ask } = await openRaw()
  const missing =
    "400 InvalidRequest: Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
  for (const query of [
    "?tagging",
    "?cors",
    "?lifecycle",
    "?replication",
    "?delete",
    "?object-lock",
  ])
    expect([query, await ask(query, TAGS, {})]).toEqual([query, missing])
  expect(await ask("/a?tagging", TAGS, {})).toBe("")
  expect(await ask("/a?tagging", TAGS, { "content-md5": md5("other") })).toMatch(/^400 BadDigest/)
})

test("a document that is not there, or has not what it must have, is malformed", async () => {
  const { ask } = await openRaw()
  const sent = async (query: string, body: string) =>
    (await ask(query, body, { "content-md5": md5(body) })).slice(0, 16)
  for (const [query, body] of [
    ...[["/a?tagging", ""] as const, ["?tagging", ""] as const],
    ...[["?versioning", ""] as const, ["?delete", "<Delete><Object/></Delete>"] as const],
  ])
    expect([query, body, await sent(query, body)]).toEqual([query, body, "400 MalformedXML"])
  expect(await sent("/a?tagging", "<Tagging><TagSet/></Tagging>")).toBe("")
})
