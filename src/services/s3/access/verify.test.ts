import { expect, test } from "vitest"
import { openBucket } from "../testing/open-bucket.ts"
import { errorOf, raw } from "../testing/raw.ts"

test("who takes no version says so of any; who takes one says what is none", async () => {
  const { cloud, Bucket, put } = await openBucket()
  await put("a", "hello")
  const ask = async (method: string, path: string, query: Readonly<Record<string, string>>) => {
    const answer = await raw(cloud, { method, path: `/${Bucket}${path}`, query, body: "" })
    return answer.status < 300 ? answer.status : errorOf(answer)
  }
  const none = "400 InvalidArgument: This operation does not accept a version-id."
  for (const versionId of ["", "null", "abc"]) {
    expect(await ask("PUT", "/a", { versionId })).toBe(none)
    expect(await ask("PUT", "/a", { versionId, partNumber: "1", uploadId: "u" })).toBe(none)
    expect(await ask("GET", "", { versionId })).toBe(none)
    expect(await ask("GET", "", { versionId, versioning: "" })).toBe(none)
    expect(await ask("DELETE", "", { versionId })).toBe(none)
  }
  expect(await ask("GET", "", { prefix: "versionId" })).toBe(200)
  expect(await ask("GET", "/a", { versionId: "null" })).toBe(200)
  expect(await ask("GET", "/a", { versionId: "" })).toBe(
    "400 InvalidArgument: Version id cannot be the empty string",
  )
  expect(await ask("GET", "/a", { versionId: "abc" })).toBe(
    "400 InvalidArgument: Invalid version id specified",
  )
})

test("a key that none can have is too long, also where it is read", async () => {
  const { cloud, Bucket } = await openBucket()
  const path = `/${Bucket}/${"k".repeat(1025)}`
  for (const query of [{}, { acl: "" }] as Record<string, string>[])
    expect(errorOf(await raw(cloud, { method: "GET", path, query, body: "" }))).toBe(
      "400 KeyTooLongError: Your key is too long",
    )
})
