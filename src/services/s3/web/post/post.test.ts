import { IAMClient } from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post"
import { expect, test } from "vitest"
import type { Answer } from "../../../../gateway/testing/open-cloud.ts"
import { newUser } from "../../../../gateway/testing/identity.ts"
import { gatewayConfig } from "../../../../gateway/testing/sdk-config.ts"
import { openFront, type TestFront } from "../../testing/open-front.ts"

const Bucket = "photos"

interface TestForms extends TestFront {
  /** A form as the SDK signs it, sent with a file; `change` is made after signing. */
  post(options?: Partial<PresignedPostOptions> & PostOptions): Promise<Answer>
}

interface PostOptions {
  readonly file?: string | Blob
  readonly by?: S3Client
  readonly change?: Readonly<Record<string, string | undefined>>
  readonly streamed?: boolean
}

async function openForms(): Promise<TestForms> {
  const front = await openFront()
  await front.client.send(new CreateBucketCommand({ Bucket }))
  return {
    ...front,
    async post({ file = "hello", by = front.client, change = {}, streamed, ...options } = {}) {
      const { fields } = await createPresignedPost(by, { Bucket, Key: "a", ...options })
      return send(front, { ...fields, ...change }, { file, streamed })
    },
  }
}

async function send(
  front: TestFront,
  fields: Readonly<Record<string, string | undefined>>,
  { file, streamed }: { readonly file: string | Blob; readonly streamed?: boolean | undefined },
): Promise<Answer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) form.append(name, value)
  form.append("file", file)
  const response = new Response(form)
  const body = Buffer.from(await response.arrayBuffer())
  const headers = {
    "content-type": response.headers.get("content-type") ?? "",
    "content-length": String(body.length),
  }
  const wire = { method: "POST", path: `/${Bucket}`, headers }
  if (!streamed) return front.send({ ...wire, body })
  async function* chunks() {
    for (let at = 0; at < body.length; at += 777) yield body.subarray(at, at + 777)
  }
  return front.send({ ...wire, body: new Uint8Array(0), stream: chunks() })
}

const textOf = async ({ client }: TestFront, Key: string): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()

test("a signed form puts its file", async () => {
  const forms = await openForms()
  const { status, headers, text } = await forms.post()
  expect([status, text]).toEqual([204, ""])
  expect(headers).toMatchObject({
    location: "http://localhost:4566/photos/a",
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
  })
  expect(await textOf(forms, "a")).toBe("hello")
})

test("a large file comes as a stream", async () => {
  const forms = await openForms()
  const file = "0123456789".repeat(50_000)
  expect((await forms.post({ file, streamed: true })).status).toBe(204)
  expect(await textOf(forms, "a")).toBe(file)
})

test("fields say metadata, tags, class and the name of the file", async () => {
  const forms = await openForms()
  const Fields = {
    "x-amz-meta-color": "red",
    "x-amz-storage-class": "STANDARD_IA",
    "Content-Type": "text/plain",
    tagging: "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>",
  }
  const Conditions = Object.entries(Fields).map(([name, value]) => ({ [name]: value }))
  const file = new File(["x"], "cat.txt")
  const answer = await forms.post({ Key: "up/${filename}", Fields, Conditions, file })
  expect(answer.status).toBe(204)
  const head = await forms.client.send(new HeadObjectCommand({ Bucket, Key: "up/cat.txt" }))
  expect(head).toMatchObject({
    Metadata: { color: "red" },
    StorageClass: "STANDARD_IA",
    ContentType: "text/plain",
  })
  const tags = await forms.client.send(new GetObjectTaggingCommand({ Bucket, Key: "up/cat.txt" }))
  expect(tags.TagSet).toEqual([{ Key: "k", Value: "v" }])
})

test("a document that is no Tagging has no tags; what is no document is refused", async () => {
  const forms = await openForms()
  const post = (tagging: string) =>
    forms.post({ Fields: { tagging }, Conditions: [{ tagging }], file: "x" })
  expect((await post("<Other><Tag><Key>k</Key><Value>v</Value></Tag></Other>")).status).toBe(204)
  const { TagSet } = await forms.client.send(new GetObjectTaggingCommand({ Bucket, Key: "a" }))
  expect(TagSet ?? []).toEqual([])
  expect((await post("k=v")).status).toBe(400)
})

test("fields beyond ASCII are told as AWS was seen to tell them", async () => {
  const forms = await openForms()
  const Fields = {
    "x-amz-meta-nonascii": "ÄMÄZÕÑ S3",
    "x-amz-meta-nonascii-2": "test_—_file%E2%80%94_é_2👑.pdf",
    "x-amz-meta-word": "=?UTF-8?Q?actually-ascii?=",
    "Cache-Control": "non-ascii-%E2%80%94_—_é_",
  }
  const Conditions = Object.entries(Fields).map(([name, value]) => ({ [name]: value }))
  await forms.post({ Fields, Conditions, file: new File(["x"], "cat.txt") })
  const head = await forms.client.send(new HeadObjectCommand({ Bucket, Key: "a" }))
  expect(head).toMatchObject({
    CacheControl: "non-ascii-%E2%80%94_ _é_",
    Metadata: {
      nonascii: "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=",
      "nonascii-2": "=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=F0=9F=91=91.pdf?=",
      word: "=?UTF-8?Q?actually-ascii?=",
    },
  })
})

test("the sender is answered as the form asks", async () => {
  const { post } = await openForms()
  const asking = (name: string, value: string) =>
    post({ Fields: { [name]: value }, Conditions: [{ [name]: value }] })
  const created = await asking("success_action_status", "201")
  expect(created.status).toBe(201)
  expect(created.text).toContain(
    "<PostResponse><Location>http://localhost:4566/photos/a</Location><Bucket>photos</Bucket><Key>a</Key>",
  )
  expect((await asking("success_action_status", "200")).status).toBe(200)
  const sent = await asking("success_action_redirect", "http://example.com/done?x=1")
  expect([sent.status, sent.headers["location"]]).toEqual([
    303,
    "http://example.com/done?x=1&bucket=photos&key=a&etag=%225d41402abc4b2a76b9719d911017c592%22",
  ])
})

test.each<[string, Partial<PresignedPostOptions> & PostOptions, number, string]>([
  [
    "another value",
    { Conditions: [["eq", "$x-amz-meta-a", "1"]], change: { "x-amz-meta-a": "2" } },
    403,
    "Invalid according to Policy: Policy Condition failed: [&quot;eq&quot;, &quot;$x-amz-meta-a&quot;, &quot;1&quot;]",
  ],
  [
    "another beginning",
    { Conditions: [["starts-with", "$x-amz-meta-a", "b"]], change: { "x-amz-meta-a": "ab" } },
    403,
    "Policy Condition failed: [&quot;starts-with&quot;",
  ],
  [
    "a field of which the policy says nothing",
    { change: { acl: "private" } },
    403,
    "Invalid according to Policy: Extra input fields: acl",
  ],
  [
    "too much",
    { Conditions: [["content-length-range", 1, 4]] },
    400,
    "<MaxSizeAllowed>4</MaxSizeAllowed>",
  ],
  [
    "too little",
    { Conditions: [["content-length-range", 6, 9]] },
    400,
    "<MinSizeAllowed>6</MinSizeAllowed>",
  ],
  [
    "no signature",
    { change: { "X-Amz-Signature": undefined } },
    400,
    "Bucket POST must contain a field named &apos;X-Amz-Signature&apos;.  If it is specified, please check the order of the fields.",
  ],
  [
    "no algorithm",
    { change: { "X-Amz-Algorithm": undefined } },
    400,
    "<ArgumentName>X-Amz-Algorithm</ArgumentName>",
  ],
  ["no key", { change: { key: undefined } }, 400, "<ArgumentName>key</ArgumentName>"],
  [
    "tags that are no XML",
    { Fields: { tagging: "k=v" }, Conditions: [{ tagging: "k=v" }] },
    400,
    "<Code>MalformedXML</Code>",
  ],
  [
    "an unknown class",
    { Fields: { "x-amz-storage-class": "Fake" }, Conditions: [{ "x-amz-storage-class": "Fake" }] },
    400,
    "<StorageClassRequested>Fake</StorageClassRequested>",
  ],
])("a form with %s is refused", async (_what, options, status, text) => {
  const { post } = await openForms()
  const answer = await post(options)
  expect(answer.text.replaceAll('"', "&quot;").replaceAll("'", "&apos;")).toContain(text)
  expect(answer.status).toBe(status)
})

test("a form's digests are held against its file", async () => {
  const { post } = await openForms()
  const told = async (Fields: Readonly<Record<string, string>>) => {
    const Conditions = Object.entries(Fields).map(([name, value]) => ({ [name]: value }))
    const { text, status } = await post({ Fields, Conditions, file: "hello" })
    return status === 204 ? "" : (/<Message>(.*?)</.exec(text)?.[1] ?? text)
  }
  expect(await told({ "Content-MD5": "XUFAKrxLKna5cZ2REBfFkg==" })).toBe("")
  expect(await told({ "Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg==" })).toBe(
    "The Content-MD5 you specified did not match what we received.",
  )
  expect(await told({ "x-amz-checksum-crc32": "NhCmhg==" })).toBe("")
  expect(await told({ "x-amz-checksum-crc32": "AAAAAA==" })).toBe(
    "The CRC32 you specified did not match the calculated checksum.",
  )
  expect(await told({ "x-amz-checksum-crc32": "hello" })).toBe(
    "Value for x-amz-checksum-crc32 header is invalid.",
  )
  expect(await told({ "x-amz-checksum-crc16": "AAA=" })).toBe(
    "The algorithm type you specified in x-amz-checksum- header is invalid.",
  )
  const both = { "x-amz-checksum-crc32": "NhCmhg==", "x-amz-checksum-sha1": "AAAA" }
  expect(await told(both)).toBe(
    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
  )
})

test("a form nobody signed is nobody's: the bucket's policy decides", async () => {
  const front = await openForms()
  const policy = Buffer.from('{"expiration":"2030-01-01T00:00:00Z","conditions":[]}')
  for (const fields of [{ key: "a" }, { key: "a", policy: policy.toString("base64") }]) {
    const { status, text } = await send(front, fields, { file: "x" })
    const denied = expect.stringContaining("<Message>Access Denied</Message>") as string
    expect([status, text]).toEqual([403, denied])
  }
})

test("forms of Signature Version 2 are taken, too", async () => {
  const front = await openForms()
  const document = { expiration: "2026-01-16T00:00:00Z", conditions: [{ key: "a" }] }
  const policy = Buffer.from(JSON.stringify(document)).toString("base64")
  const fields = { key: "a", AWSAccessKeyId: "test", policy, signature: "x" }
  expect((await send(front, fields, { file: "x" })).status).toBe(204)
  const { signature: _, ...unsigned } = fields
  const { status, text } = await send(front, unsigned, { file: "x" })
  expect([status, text]).toEqual([400, expect.stringContaining("<ArgumentName>Signature<")])
})

test("the signature of a key that was made here is verified, and its user's rights count", async () => {
  const forms = await openForms()
  const ann = await newUser(new IAMClient(gatewayConfig(forms.cloud)), "ann")
  const by = new S3Client({
    ...{ region: "us-east-1", endpoint: "http://localhost:4566" },
    credentials: ann.credentials,
  })
  expect((await forms.post({ by })).text).toContain("is not authorized to perform: s3:PutObject")
  await ann.may({ Action: "s3:PutObject", Resource: "arn:aws:s3:::photos/*" })
  expect((await forms.post({ by })).status).toBe(204)
  const policy = Buffer.from('{"expiration":"2030-01-01T00:00:00Z","conditions":[]}').toString(
    "base64",
  )
  const forged = await forms.post({ by, change: { Policy: policy } })
  expect([forged.status, forged.text]).toEqual([
    403,
    expect.stringContaining("<Code>SignatureDoesNotMatch</Code>"),
  ])
})

test("a policy has its end", async () => {
  const { post } = await openForms()
  const document = { expiration: "2026-01-15T11:59:59Z", conditions: [] }
  const Policy = Buffer.from(JSON.stringify(document)).toString("base64")
  const { status, text } = await post({ change: { Policy } })
  expect([status, text]).toEqual([
    403,
    expect.stringContaining("Invalid according to Policy: Policy expired."),
  ])
})

test.each<[string, string, string, number]>([
  ["no boundary", "multipart/form-data", "x", 400],
  ["nothing in it", "multipart/form-data; boundary=b", "", 400],
  ["no file", "multipart/form-data; boundary=b", part("key", "a") + "--b--\r\n", 400],
  [
    "a part without a name",
    "multipart/form-data; boundary=b",
    "--b\r\nx: y\r\n\r\nz\r\n--b--",
    400,
  ],
  [
    "no end",
    "multipart/form-data; boundary=b",
    part("key", "a") + part("file", "x").slice(0, -2),
    400,
  ],
  [
    "too much before the file",
    "multipart/form-data; boundary=b",
    part("key", "a".repeat(30_000)),
    400,
  ],
])("a form with %s is refused", async (_what, type, text, status) => {
  const front = await openForms()
  const headers = { "content-type": type, "content-length": String(text.length) }
  const answer = await front.send({ method: "POST", path: "/photos", headers, text })
  expect([answer.status, /<Code>\w+<\/Code>/.test(answer.text)]).toEqual([status, true])
})

test("what is posted to a bucket and is no form has the wrong type, and to a key the wrong method", async () => {
  const front = await openForms()
  const headers = { "content-type": "text/html", "content-length": "1" }
  for (const at of [
    { path: "/photos", headers },
    { path: "/", headers: { ...headers, host: "photos.s3.localhost:4566" } },
  ]) {
    const { status, text } = await front.send({ method: "POST", text: "x", ...at })
    expect([status, text]).toEqual([
      412,
      expect.stringContaining("<Code>PreconditionFailed</Code>"),
    ])
    expect(text).toContain(
      "<Condition>Bucket POST must be of the enclosure-type multipart/form-data</Condition>",
    )
  }
  const wrong = await front.send({ method: "POST", path: "/photos/a/b", headers, text: "x" })
  expect([wrong.status, wrong.text]).toEqual([405, expect.stringContaining("MethodNotAllowed")])
  expect(wrong.text).toContain("<Method>POST</Method><ResourceType>OBJECT</ResourceType>")
})

function part(name: string, value: string): string {
  return `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
}

test("a policy's end is said in ISO 8601, of UTC", async () => {
  const { post } = await openForms()
  for (const expiration of ["2026-01-16 00:00:00+00:00", "Fri, 16 Jan 2026 00:00:00 GMT", "soon"]) {
    const policy = JSON.stringify({ expiration, conditions: [] })
    const { status, text } = await post({
      change: { Policy: Buffer.from(policy).toString("base64") },
    })
    expect([status, text]).toEqual([400, expect.stringContaining("Invalid 'expiration' value")])
  }
})
