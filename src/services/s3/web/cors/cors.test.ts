import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  type CORSRule,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../../testing/open-bucket.ts"
import { openFront, type TestFront } from "../../testing/open-front.ts"

const Bucket = "photos"
const APP = "https://app.example.com"

async function openRuled(...CORSRules: CORSRule[]): Promise<TestFront> {
  const front = await openFront()
  await front.client.send(new CreateBucketCommand({ Bucket }))
  await front.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  if (CORSRules.length > 0)
    await front.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  return front
}

const preflight = ({ send }: TestFront, origin: string | undefined, method = "PUT", more = {}) =>
  send({
    method: "OPTIONS",
    path: "/photos/a",
    headers: {
      ...(origin !== undefined && { origin }),
      "access-control-request-method": method,
      ...more,
    },
  })

const RULE: CORSRule = {
  AllowedOrigins: [APP, "https://*.example.org"],
  AllowedMethods: ["GET", "PUT"],
  AllowedHeaders: ["x-amz-*"],
  ExposeHeaders: ["x-amz-id-2", "ETag"],
  MaxAgeSeconds: 3000,
}

test("S3-35 a rule of the bucket lets a page's preflight through", async () => {
  const front = await openRuled(RULE)
  const more = { "access-control-request-headers": "x-amz-acl, X-Amz-Date" }
  const { status, headers, text } = await preflight(front, APP, "PUT", more)
  expect([status, text]).toEqual([200, ""])
  expect(headers).toEqual({
    "x-amz-request-id": expect.any(String) as string,
    "x-amz-id-2": expect.any(String) as string,
    Server: "AmazonS3",
    "Access-Control-Allow-Origin": APP,
    "Access-Control-Allow-Methods": "GET, PUT",
    "Access-Control-Allow-Headers": "x-amz-acl, x-amz-date",
    "Access-Control-Expose-Headers": "x-amz-id-2, ETag",
    "Access-Control-Max-Age": "3000",
    "Access-Control-Allow-Credentials": "true",
    Vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  })
  expect((await preflight(front, "https://a.example.org")).status).toBe(200)
})

test.each<[string, string, string, object]>([
  ["another origin", "https://example.org", "PUT", {}],
  ["another method", APP, "DELETE", {}],
  ["another header", APP, "PUT", { "access-control-request-headers": "content-type" }],
  ["a page of this machine", "http://localhost:3000", "PUT", {}],
])("S3-35 %s is refused", async (_what, origin, method, more) => {
  const { status, text } = await preflight(await openRuled(RULE), origin, method, more)
  expect(status).toBe(403)
  expect(text).toContain("<Code>AccessForbidden</Code>")
  expect(text).toContain("CORSResponse: This CORS request is not allowed.")
  expect(text).toContain(`<Method>${method}</Method>`)
  expect(text).toContain("<ResourceType>OBJECT</ResourceType>")
})

test("S3-35 the bucket may stand in the host", async () => {
  const { send } = await openRuled(RULE)
  for (const host of ["photos.localhost:4566", "photos.s3.us-east-1.amazonaws.com"]) {
    const headers = { host, origin: APP, "access-control-request-method": "GET" }
    expect((await send({ method: "OPTIONS", path: "/a", headers })).status).toBe(200)
  }
})

test("a bucket without rules refuses, and so does a preflight of nobody", async () => {
  const front = await openRuled()
  const refused = await preflight(front, APP)
  expect(refused.status).toBe(403)
  expect(refused.text).toContain("CORSResponse: CORS is not enabled for this bucket.")
  // Recorded: without rules nobody asks for the method.
  const headers = { origin: APP }
  const bare = await front.send({ method: "OPTIONS", path: "/photos/a", headers })
  expect([bare.status, bare.text]).toEqual([403, expect.stringContaining("<Method>OPTIONS<")])
  const nobody = await preflight(front, undefined)
  expect([nobody.status, nobody.text]).toEqual([
    400,
    expect.stringContaining("Insufficient information. Origin request header needed."),
  ])
})

test("where the host is a bucket's, one that is not there is told", async () => {
  const { send } = await openRuled(RULE)
  const ask = (headers: Record<string, string>) =>
    send({
      ...{ method: "OPTIONS", path: "/a" },
      headers: { host: "nowhere.s3.us-east-1.amazonaws.com", ...headers },
    })
  const found = await ask({ origin: APP, "access-control-request-method": "PUT" })
  const told = expect.stringContaining(
    "<Message>CORSResponse: Bucket not found</Message>",
  ) as string
  expect([found.status, found.text]).toEqual([403, told])
  expect((await ask({})).status).toBe(400)
})

test("a preflight must say its method", async () => {
  const { send } = await openRuled(RULE)
  const { status, text } = await send({
    method: "OPTIONS",
    path: "/photos/a",
    headers: { origin: APP },
  })
  expect([status, text]).toEqual([400, expect.stringContaining("<Code>BadRequest</Code>")])
})

test("what is no bucket's keeps the cloud's own rules", async () => {
  const { send } = await openRuled(RULE)
  const headers = { origin: "http://localhost:3000", "access-control-request-method": "POST" }
  expect((await send({ method: "OPTIONS", path: "/", headers })).status).toBe(204)
  const foreign = { ...headers, origin: APP }
  expect((await send({ method: "OPTIONS", path: "/", headers: foreign })).status).toBe(403)
  expect((await send({ method: "OPTIONS", path: "/no-bucket/a", headers: foreign })).status).toBe(
    403,
  )
})

test("S3-35 answers carry the rule's headers; pages that none names may not call", async () => {
  const { send, client } = await openRuled(RULE)
  const get = (origin: string) => send({ path: "/photos/a", headers: { origin } })
  const allowed = await get(APP)
  // Who may read is another question: nobody signed.
  expect(allowed.status).toBe(403)
  expect(allowed.headers["Access-Control-Allow-Origin"]).toBe(APP)
  const refused = await get("https://evil.example")
  expect(refused.headers).not.toHaveProperty("Access-Control-Allow-Origin")
  expect(refused.text).toContain("may not call this cloud")
  const near = await get("http://localhost:3000")
  expect(near.headers).not.toHaveProperty("Access-Control-Allow-Origin")
  expect(near.text).toContain("AccessDenied")
  await client.send(new DeleteBucketCorsCommand({ Bucket }))
  expect((await get(APP)).headers).not.toHaveProperty("Access-Control-Allow-Origin")
})

test("where every key needs its secret, a page that no rule names is answered like anybody", async () => {
  const { send, client } = await openFront("000000000000", { strict: true })
  await client.send(new CreateBucketCommand({ Bucket }))
  const page = await send({ path: "/photos/a", headers: { origin: "https://evil.example" } })
  expect(page.text).toContain("<Code>AccessDenied</Code>")
  expect(page.headers).not.toHaveProperty("Access-Control-Allow-Origin")
})

test("rules come back as they were put; wrong ones are refused in AWS's words", async () => {
  const { client } = await openBucket()
  const put = (...CORSRules: CORSRule[]) =>
    refusalOf(client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } })))
  const get = () => client.send(new GetBucketCorsCommand({ Bucket }))
  expect(await refusalOf(get())).toBe(
    "NoSuchCORSConfiguration 404: The CORS configuration does not exist",
  )
  expect(await put()).toMatch(/^MalformedXML 400/)
  expect(await put({ AllowedMethods: ["MYMETHOD"], AllowedOrigins: ["*"] })).toBe(
    "InvalidRequest 400: Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD",
  )
  const plain = { AllowedMethods: ["GET"], AllowedOrigins: ["*"] }
  expect(await put({ ...plain, AllowedOrigins: ["*.*"] })).toMatch(/^InvalidRequest/)
  for (const member of ["AllowedHeader", "ExposeHeader"])
    expect(await put({ ...plain, [`${member}s`]: ["x y"] })).toBe(
      `InvalidRequest 400: ${member} "x y" contains invalid character.`,
    )
  expect(await put({ ...plain, AllowedHeaders: ["x-amz-*"] })).toBe("no refusal")
  expect(await put(...Array.from({ length: 101 }, () => plain))).toBe(
    "InvalidRequest 400: The number of CORS rules should not exceed allowed limit of 100 rules.",
  )
  expect(await put(RULE)).toBe("no refusal")
  expect((await get()).CORSRules).toEqual([RULE])
})

test("a request that asks for headers is judged with them, though it is no preflight", async () => {
  const { send } = await openRuled(RULE)
  const get = async (wanted: string) => {
    const headers = { origin: APP, "access-control-request-headers": wanted }
    const answer = await send({ path: "/photos/a", headers })
    return answer.headers["Access-Control-Allow-Origin"]
  }
  expect([await get("x-amz-acl"), await get("x-other")]).toEqual([APP, undefined])
})
