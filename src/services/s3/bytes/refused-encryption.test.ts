import { expect, test } from "vitest"
import { openBucket } from "../testing/open-bucket.ts"
import { errorOf, raw } from "../testing/raw.ts"

const REFUSED =
  "400 InvalidArgument: x-amz-server-side-encryption header is not supported for this operation."

test("reads, parts and lists that name an encryption are refused", async () => {
  const { cloud, Bucket, put } = await openBucket()
  await put("a", "1")
  const headers = { "x-amz-server-side-encryption": "AES256" }
  const ask = (method: string, path: string, query = {}) =>
    raw(cloud, { method, path, query, headers })
  const get = await ask("GET", `/${Bucket}/a`)
  expect(errorOf(get)).toBe(REFUSED)
  expect(get.body).toContain(
    "<ArgumentName>x-amz-server-side-encryption</ArgumentName><ArgumentValue>AES256</ArgumentValue>",
  )
  expect((await ask("HEAD", `/${Bucket}/a`)).status).toBe(400)
  expect(errorOf(await ask("GET", `/${Bucket}`))).toBe(REFUSED)
  expect(errorOf(await ask("GET", `/${Bucket}`, { "list-type": "2" }))).toBe(REFUSED)
  const part = { partNumber: "1", uploadId: "x" }
  expect(errorOf(await ask("PUT", `/${Bucket}/b`, part))).toBe(REFUSED)
  expect((await ask("PUT", `/${Bucket}/c`)).status).toBe(200)
})
