import { expect, test } from "vitest"
import { openBucket } from "../testing/open-bucket.ts"
import { errorOf, raw } from "../testing/raw.ts"

const NOT_ALLOWED =
  "405 MethodNotAllowed: The specified method is not allowed against this resource."

async function openRaw() {
  const { cloud, Bucket, put } = await openBucket()
  await put("a", "hello")
  const ask = (line: string, headers: Readonly<Record<string, string>> = {}) => {
    const [method = "", target = ""] = line.split(" ")
    const [path = "", text = ""] = target.split("?")
    const query = Object.fromEntries(new URLSearchParams(text))
    return raw(cloud, { method, path: `/${Bucket}${path}`, query, headers })
  }
  const refusal = async (line: string) => errorOf(await ask(line))
  return { ask, refusal }
}

test("a method that a sub-resource has not is refused: it is not done to the resource itself", async () => {
  const { ask, refusal } = await openRaw()
  for (const line of ["DELETE /a?acl", "DELETE ?versioning", "DELETE ?acl", "DELETE /a?uploads"])
    expect([line, await refusal(line)]).toEqual([line, NOT_ALLOWED])
  for (const line of ["PUT ?policyStatus", "PUT ?location", "PUT ?uploads", "PUT /a?versioning"])
    expect([line, await refusal(line)]).toEqual([line, NOT_ALLOWED])
  for (const line of ["GET ?delete", "GET /a?restore", "GET /a?select"])
    expect([line, await refusal(line)]).toEqual([line, NOT_ALLOWED])
  const { body } = await ask("DELETE ?policyStatus")
  expect(body).toContain("<Method>DELETE</Method><ResourceType>BUCKET</ResourceType>")
  expect((await ask("DELETE ?versioning")).body).toContain("<ResourceType>VERSIONING<")
  // All of it is still there, and what means nothing to S3 changes nothing.
  expect(await ask("GET /a?v=7&session=1")).toMatchObject({ status: 200, body: "hello" })
})

test("lists that only buckets have are refused of keys", async () => {
  const { refusal } = await openRaw()
  expect(await refusal("GET /a?uploads")).toBe(
    "400 InvalidRequest: Key is not expected for the GET method ?uploads subresource",
  )
  expect(await refusal("GET /a?versions")).toBe(
    "400 InvalidRequest: There is no such thing as the ?versions sub-resource for a key",
  )
})

test("a part needs its number and its upload", async () => {
  const { ask, refusal } = await openRaw()
  expect(await refusal("PUT /a?partNumber=1")).toBe(
    "400 InvalidArgument: This operation does not accept partNumber without uploadId",
  )
  const { status, body } = await ask("PUT /a?uploadId=x")
  expect([status, body]).toEqual([405, expect.stringContaining("<ResourceType>UPLOAD<")])
  expect((await ask("GET /a")).body).toBe("hello")
})

test("attributes have to be named", async () => {
  const { refusal } = await openRaw()
  expect(await refusal("GET /a?attributes")).toBe(
    "400 InvalidRequest: The x-amz-object-attributes header specifying the attributes to be " +
      "retrieved is either missing or empty",
  )
})

test("headers of an answer that nobody may choose are refused", async () => {
  const { ask, refusal } = await openRaw()
  expect(await refusal("GET /a?response-etag=x")).toMatch(
    /^400 InvalidArgument: response-etag is not in the set of overridable response headers\. Please/,
  )
  const { headers } = await ask("GET /a?response-content-type=text/plain")
  expect(Object.values(headers)).toContain("text/plain")
})

test("conditions with what is no date are ignored", async () => {
  const { ask } = await openRaw()
  const headers = { "if-modified-since": "rubbish", "if-unmodified-since": "yesterday" }
  expect(await ask("GET /a", headers)).toMatchObject({ status: 200, body: "hello" })
})
