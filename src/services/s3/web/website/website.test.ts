import {
  CreateBucketCommand,
  DeleteBucketWebsiteCommand,
  DeletePublicAccessBlockCommand,
  GetBucketWebsiteCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type WebsiteConfiguration,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../../testing/open-bucket.ts"
import { openFront, type TestFront } from "../../testing/open-front.ts"

interface TestSite extends TestFront {
  get(path: string, host?: string): ReturnType<TestFront["send"]>
}

const SITE: WebsiteConfiguration = {
  IndexDocument: { Suffix: "index.html" },
  ErrorDocument: { Key: "oops.html" },
}

/** A bucket with pages that is a website, read by everybody unless told otherwise. */
async function openSite(
  WebsiteConfiguration: WebsiteConfiguration | undefined = SITE,
  { Bucket = "site", open = true, list = true } = {},
): Promise<TestSite> {
  const front = await openFront()
  const { client, send } = front
  await client.send(new CreateBucketCommand({ Bucket }))
  for (const Key of ["index.html", "docs/index.html", "oops.html", "new.html"])
    await client.send(
      new PutObjectCommand({ Bucket, Key, Body: `<p>${Key}</p>`, ContentType: "text/html" }),
    )
  await client.send(
    new PutObjectCommand({ Bucket, Key: "old.html", WebsiteRedirectLocation: "/new.html" }),
  )
  await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
  if (open) {
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
    const arn = `arn:aws:s3:::${Bucket}`
    const allow = { Effect: "Allow", Principal: "*" }
    const Statement = [
      { ...allow, Action: "s3:GetObject", Resource: `${arn}/*` },
      ...(list ? [{ ...allow, Action: "s3:ListBucket", Resource: arn }] : []),
    ]
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  }
  const own = `${Bucket}.s3-website-us-east-1.amazonaws.com`
  return { ...front, get: (path, host = own) => send({ path, headers: { host } }) }
}

test("S3-37 S3-38 S3-39 index documents and the error document are served", async () => {
  const { get } = await openSite()
  for (const path of ["/", "/index.html"]) {
    const { status, headers, text } = await get(path)
    expect([status, headers["Content-Type"] ?? headers["content-type"], text]).toEqual([
      ...[200, "text/html", "<p>index.html</p>"],
    ])
  }
  expect((await get("/docs/")).text).toBe("<p>docs/index.html</p>")
  const folder = await get("/docs")
  expect([folder.status, folder.headers["location"]]).toEqual([302, "/docs/"])
  const missing = await get("/missing")
  expect([missing.status, missing.text]).toEqual([404, "<p>oops.html</p>"])
})

test("an error document may itself lead elsewhere", async () => {
  const { get, client } = await openSite()
  const WebsiteRedirectLocation = "/index.html"
  await client.send(
    new PutObjectCommand({ Bucket: "site", Key: "oops.html", WebsiteRedirectLocation }),
  )
  const missing = await get("/missing")
  expect([missing.status, missing.headers["location"]]).toEqual([301, "/index.html"])
})

test("S3-39 who may not list is told 403 of what is missing", async () => {
  const { get } = await openSite({ IndexDocument: { Suffix: "index.html" } }, { list: false })
  const { status, text } = await get("/missing")
  expect(status).toBe(403)
  expect(text).toContain("<h1>403 Forbidden</h1>")
  expect(text).toContain("<li>Code: AccessDenied</li>")
})

test("S3-39 without an error document AWS's page tells what is missing", async () => {
  const { get } = await openSite({ IndexDocument: { Suffix: "index.html" } })
  const { text, headers } = await get("/x")
  expect(headers["content-type"]).toMatch(/^text\/html/)
  expect(text).toMatch(
    /^<html>\n<head><title>404 Not Found<\/title><\/head>\n<body>\n<h1>404 Not Found<\/h1>\n<ul>\n<li>Code: NoSuchKey<\/li>\n<li>Message: The specified key does not exist.<\/li>\n<li>Key: x<\/li>\n<li>RequestId: /,
  )
})

test("S3-41 a website is for readers whom the policy lets read", async () => {
  const { get } = await openSite(SITE, { open: false })
  const { status, text } = await get("/")
  expect(status).toBe(403)
  expect(text).toContain("AccessDenied")
})

test("S3-40 a domain leads to the bucket that has its name, and to no other", async () => {
  const { get } = await openSite(SITE, { Bucket: "www.example.com" })
  expect((await get("/", "www.example.com")).text).toBe("<p>index.html</p>")
  expect((await get("/", "www.example.com:4566")).status).toBe(200)
  const other = await get("/index.html", "other.example.com")
  expect([other.status, other.text]).toEqual([404, expect.stringContaining("NoSuchBucket")])
})

test("pages of other origins read a website by the rules of its bucket", async () => {
  for (const [Bucket, host] of [
    ["site", "site.s3-website-us-east-1.amazonaws.com"],
    ["www.example.org", "www.example.org"],
  ] as const) {
    const { client, send } = await openSite(SITE, { Bucket })
    const CORSRules = [
      { AllowedOrigins: ["https://app.example"], AllowedMethods: ["GET"], MaxAgeSeconds: 9 },
    ]
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
    const from = async (origin: string) => {
      const { status, headers } = await send({ path: "/docs/", headers: { host, origin } })
      return [status, headers["Access-Control-Allow-Origin"], headers["Access-Control-Max-Age"]]
    }
    expect(await from("https://app.example")).toEqual([200, "https://app.example", "9"])
    expect(await from("https://other.example")).toEqual([200, undefined, undefined])
  }
})

test("S3-42 the website's endpoint knows only buckets with a website", async () => {
  const { get, client } = await openSite()
  await client.send(new DeleteBucketWebsiteCommand({ Bucket: "site" }))
  const off = await get("/")
  expect([off.status, off.text]).toEqual([
    404,
    expect.stringContaining("<li>Code: NoSuchWebsiteConfiguration</li>"),
  ])
  const none = await get("/", "none.s3-website.eu-west-1.amazonaws.com")
  expect([none.status, none.text]).toEqual([
    404,
    expect.stringContaining("<li>BucketName: none</li>"),
  ])
})

test("pages are read, and nothing else", async () => {
  const { send } = await openSite()
  const headers = { host: "site.s3-website-us-east-1.amazonaws.com" }
  const { status, text } = await send({ method: "POST", headers })
  expect([status, text]).toEqual([405, expect.stringContaining("<li>Method: POST</li>")])
})

test("objects, rules and whole sites redirect", async () => {
  const { get } = await openSite({
    ...SITE,
    RoutingRules: [
      { Condition: { KeyPrefixEquals: "a/" }, Redirect: { ReplaceKeyPrefixWith: "b/" } },
      {
        Condition: { HttpErrorCodeReturnedEquals: "404" },
        Redirect: { HostName: "example.com", Protocol: "https", HttpRedirectCode: "307" },
      },
    ],
  })
  const to = async (path: string) => {
    const { status, headers } = await get(path)
    return [status, headers["location"]]
  }
  expect(await to("/old.html")).toEqual([301, "/new.html"])
  expect(await to("/a/1.html")).toEqual([
    301,
    "http://site.s3-website-us-east-1.amazonaws.com/b/1.html",
  ])
  expect(await to("/gone")).toEqual([307, "https://example.com/gone"])
  const all = await openSite({ RedirectAllRequestsTo: { HostName: "example.com" } })
  expect((await all.get("/x?y=1")).headers["location"]).toBe("http://example.com/x?y=1")
})

test.each<[WebsiteConfiguration, string]>([
  [
    {},
    "InvalidArgument 400: A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
  ],
  [
    { IndexDocument: { Suffix: "/x" } },
    "InvalidArgument 400: The IndexDocument Suffix is not well formed",
  ],
  [
    { ...SITE, RedirectAllRequestsTo: { HostName: "x" } },
    "InvalidArgument 400: RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
  ],
  [
    { ...SITE, RoutingRules: [{ Redirect: { Protocol: "ftp" as "http" } }] },
    "InvalidRequest 400: Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.",
  ],
  [
    { ...SITE, RoutingRules: [{ Condition: {}, Redirect: { HostName: "x" } }] },
    "InvalidRequest 400: Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
  ],
])("%j is refused", async (WebsiteConfiguration, refusal) => {
  const { client, Bucket } = await openBucket()
  const put = client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
  expect(await refusalOf(put)).toBe(refusal)
})

test("S3-37 a website's configuration comes back until it is deleted", async () => {
  const { client, Bucket } = await openBucket()
  const get = () => client.send(new GetBucketWebsiteCommand({ Bucket }))
  await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: SITE }))
  expect(await get()).toMatchObject(SITE)
  await client.send(new DeleteBucketWebsiteCommand({ Bucket }))
  expect(await refusalOf(get())).toMatch(/^NoSuchWebsiteConfiguration 404/)
})

test("rules for codes that are none, and too many rules, are refused", async () => {
  const { client, Bucket } = await openBucket("site")
  const put = (...RoutingRules: NonNullable<WebsiteConfiguration["RoutingRules"]>) =>
    refusalOf(
      client.send(
        new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: { ...SITE, RoutingRules } }),
      ),
    )
  const Redirect = { HostName: "example.com" }
  expect(await put({ Redirect: { ...Redirect, HttpRedirectCode: "300" } })).toBe(
    "InvalidRequest 400: The provided HTTP redirect code (300) is not valid. Valid codes are 3XX " +
      "except 300.",
  )
  expect(await put({ Condition: { HttpErrorCodeReturnedEquals: "200" }, Redirect })).toBe(
    "InvalidRequest 400: The provided HTTP error code (200) is not valid. Valid codes are 4XX or 5XX.",
  )
  expect(await put(...Array.from({ length: 51 }, () => ({ Redirect })))).toBe(
    "InvalidRequest 400: 51 routing rules provided, the number of routing rules in a website " +
      "configuration is limited to 50.",
  )
})
