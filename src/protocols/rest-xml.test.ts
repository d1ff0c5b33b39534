import fc from "fast-check"
import { expect, test } from "vitest"
import type { ByteStream, WireRequest } from "../kernel/wire.ts"
import type { ServiceModel } from "../models/schema.ts"
import { linkBotocore } from "../models/link.ts"
import { AwsError } from "./aws-error.ts"
import { WholeBody } from "./body-text.ts"
import type { Values } from "./codec.ts"
import { readMessages } from "./events/message.ts"
import type { EventMessage } from "./events/message.ts"
import { restXmlCodec } from "./rest-xml.ts"
import { members } from "./testing/models.ts"
import { publishedModel } from "./testing/published.ts"
import { readOutput, received } from "./testing/xml-client.ts"

const S3 = publishedModel("s3")
const CONTEXT = { requestId: "id-1", hostId: "host-1" }
const codec = restXmlCodec()
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

interface Sent {
  readonly url?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

function request({ url = "/", headers = {}, body = "" }: Sent): WireRequest {
  const [path = "", query = ""] = url.split(/\?(.*)/s)
  const bytes = typeof body === "string" ? Buffer.from(body) : body
  return { method: "", path, query, headers, body: bytes, secure: false, remoteAddress: "" }
}

function decode(model: ServiceModel, name: string, sent: Sent): Values {
  return codec.decode(model, model.operations[name]!, request(sent))
}

function refusal(model: ServiceModel, name: string, sent: Sent): AwsError {
  try {
    decode(model, name, sent)
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
  throw new Error("Not refused")
}

function encode(model: ServiceModel, name: string, output: Values) {
  return codec.encode(model, model.operations[name]!, output, CONTEXT)
}

test("S3: labels, parameters, headers and user metadata are read", () => {
  const values = decode(S3, "CreateMultipartUpload", {
    url: "/bucket/a%20b/c+d%2B%2F?uploads&x-id=CreateMultipartUpload",
    headers: {
      host: "localhost",
      "content-type": "text/plain",
      "x-amz-meta-a": "1",
      "x-amz-meta-__proto__": "2",
      "x-amz-server-side-encryption-bucket-key-enabled": "true",
      "x-amz-object-lock-retain-until-date": "2030-01-01T00:00:00.000Z",
    },
  })
  expect(Object.entries(values.Metadata as Values)).toEqual([
    ["a", "1"],
    ["__proto__", "2"],
  ])
  expect(values).toMatchObject({
    Bucket: "bucket",
    Key: "a b/c d+/",
    ContentType: "text/plain",
    BucketKeyEnabled: true,
    ObjectLockRetainUntilDate: Date.UTC(2030, 0, 1),
  })
})

test("S3: a document is read with attributes, flattened lists and either namespace", () => {
  const body =
    `${DECLARATION}<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
    '<Owner><ID>1</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/' +
    '2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>2</ID></Grantee>' +
    "<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"
  expect(decode(S3, "PutBucketAcl", { url: "/b?acl", body })).toEqual({
    Bucket: "b",
    AccessControlPolicy: {
      Owner: { ID: "1" },
      Grants: [{ Grantee: { Type: "CanonicalUser", ID: "2" }, Permission: "READ" }],
    },
  })
  const parts =
    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>" +
    "<Part><ETag>b</ETag><PartNumber>2</PartNumber></Part></CompleteMultipartUpload>"
  const url = "/b/k?uploadId=u"
  expect(decode(S3, "CompleteMultipartUpload", { url, body: parts })["MultipartUpload"]).toEqual({
    Parts: [
      { PartNumber: 1, ETag: '"a"' },
      { PartNumber: 2, ETag: "b" },
    ],
  })
})

test.each([
  ["no XML", "hello"],
  ["not UTF-8", Buffer.of(0x3c, 0x61, 0xff)],
  ["another root", "<Other/>"],
  ["an unknown element", "<Delete><Thing>1</Thing></Delete>"],
  ["an element of Object", "<Delete><constructor/></Delete>"],
  ["a repeated element", "<Delete><Quiet>true</Quiet><Quiet>true</Quiet></Delete>"],
  ["text in a structure", "<Delete>x</Delete>"],
  ["elements in text", "<Delete><Object><Key><b/></Key></Object></Delete>"],
  ["a wrong type", "<Delete><Quiet>perhaps</Quiet></Delete>"],
  ["text behind the end", "<Delete/>x"],
  ["a document type", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete/>'],
])("S3: a document with %s is malformed", (_what, body) => {
  const error = refusal(S3, "DeleteObjects", { url: "/b?delete", body })
  expect(error.code).toBe("MalformedXML")
  expect(error.message).toMatch(/^The XML you provided was not well-formed/)
})

test("S3: parameters and paths of a wrong form are refused as S3 does", () => {
  const number = refusal(S3, "ListObjectsV2", { url: "/b?list-type=2&max-keys=many" })
  expect(number).toMatchObject({
    code: "InvalidArgument",
    message: "Provided max-keys not an integer or within integer range",
    options: { members: { ArgumentName: "max-keys", ArgumentValue: "many" } },
  })
  expect(refusal(S3, "GetObject", { url: "/b/%ff" }).code).toBe("InvalidURI")
  expect(refusal(S3, "GetObject", { url: "/b/k?versionId=%" }).code).toBe("InvalidURI")
  const headers = { "x-amz-object-lock-retain-until-date": "soon" }
  expect(refusal(S3, "PutObject", { url: "/b/k", headers }).code).toBe("InvalidArgument")
})

test("an empty number says nothing, an empty string is one", () => {
  const url = "/b?list-type=2&max-keys=&prefix=&prefix=second"
  expect(decode(S3, "ListObjectsV2", { url })).toEqual({ Bucket: "b", Prefix: "" })
})

test("S3: a streamed payload is a stream, whole or not", async () => {
  const whole = decode(S3, "PutObject", { url: "/b/k", body: "abc" })["Body"]
  expect(whole).toBeInstanceOf(WholeBody)
  const chunks: unknown[] = []
  for await (const chunk of whole as WholeBody) chunks.push(Buffer.from(chunk).toString())
  expect(chunks).toEqual(["abc"])
  const stream = (async function* () {
    yield Buffer.from("x")
  })()
  const operation = S3.operations["PutObject"]!
  expect(codec.decode(S3, operation, { ...request({ url: "/b/k" }), stream })["Body"]).toBe(stream)
})

test("S3: lists have S3's root and namespace, and ids in headers", () => {
  const output = { Name: "b", IsTruncated: false, Contents: [{ Key: "a<", ETag: '"e"', Size: 1 }] }
  const { status, headers, body } = encode(S3, "ListObjectsV2", output)
  expect(status).toBe(200)
  expect(headers).toEqual({
    "x-amz-request-id": "id-1",
    "x-amz-id-2": "host-1",
    Server: "AmazonS3",
    "Content-Type": "application/xml",
  })
  expect(body).toBe(
    `${DECLARATION}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
      "<Name>b</Name><IsTruncated>false</IsTruncated><Contents><Key>a&lt;</Key>" +
      "<ETag>&quot;e&quot;</ETag><Size>1</Size></Contents></ListBucketResult>",
  )
})

test("S3: GetBucketLocation is the text of its root", () => {
  const root = '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
  const { body } = encode(S3, "GetBucketLocation", { LocationConstraint: "eu-west-1" })
  expect(body).toBe(`${DECLARATION}${root}eu-west-1</LocationConstraint>`)
  expect(encode(S3, "GetBucketLocation", {}).body).toBe(
    `${DECLARATION}${root}</LocationConstraint>`,
  )
})

test("S3: an object's bytes, headers and status are as they are", () => {
  const Body = new WholeBody(Buffer.from("abc"))
  const output = { Body, ContentType: "a/b", Metadata: { k: "v" }, LastModified: 0, ETag: '"e"' }
  const answer = encode(S3, "GetObject", output)
  expect(answer.body).toBe(Body.bytes)
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({
    "Content-Type": "a/b",
    "x-amz-meta-k": "v",
    "Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT",
    ETag: '"e"',
  })
  expect(encode(S3, "GetObject", { ContentRange: "bytes 0-1/3" }).status).toBe(206)
  expect(encode(S3, "DeleteObject", {})).toMatchObject({ status: 204, body: "" })
  expect(encode(S3, "GetBucketPolicy", { Policy: "{}" })).toMatchObject({
    headers: { "Content-Type": "application/json" },
    body: "{}",
  })
})

test("S3: events have their structures as documents", async () => {
  const events = (async function* () {
    yield { Records: { Payload: Buffer.from("a,b") } }
    yield { Stats: { Details: { BytesScanned: 3 } } }
    yield { End: {} }
  })()
  const answer = encode(S3, "SelectObjectContent", { Payload: events })
  expect(answer.headers["Content-Type"]).toBe("application/vnd.amazon.eventstream")
  const messages: EventMessage[] = []
  for await (const message of readMessages(answer.body as ByteStream)) messages.push(message)
  const types = messages.map(({ headers }) => headers[":event-type"]?.value)
  expect(types).toEqual(["Records", "Stats", "End"])
  expect(messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual([
    "a,b",
    `${DECLARATION}<Stats><BytesScanned>3</BytesScanned></Stats>`,
    "",
  ])
})

test("an output with a member that the model does not have is our bug", () => {
  expect(() => encode(S3, "GetObject", { Colour: 1 })).toThrow("has no member Colour")
  expect(() => encode(S3, "DeleteObject", { Colour: 1 })).toThrow("has no member Colour")
  expect(() => encode(S3, "ListObjectsV2", { Colour: 1 })).toThrow("has no member Colour")
  expect(() => encode(S3, "GetBucketEncryption", { Colour: 1 })).toThrow("has no member Colour")
})

test("S3: an error stands alone, with the members that S3 adds", () => {
  const error = new AwsError("NoSuchKey", "The specified key does not exist.", {
    status: 404,
    members: { Key: "a&b" },
  })
  const answer = codec.encodeError(S3, S3.operations["GetObject"], error, CONTEXT)
  expect(answer).toEqual({
    status: 404,
    headers: {
      "x-amz-request-id": "id-1",
      "x-amz-id-2": "host-1",
      Server: "AmazonS3",
      "Content-Type": "application/xml",
    },
    body:
      `${DECLARATION}<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.` +
      "</Message><Key>a&amp;b</Key><RequestId>id-1</RequestId><HostId>host-1</HostId></Error>",
  })
  const head = codec.encodeError(S3, S3.operations["HeadObject"], error, CONTEXT)
  expect([head.status, head.body]).toEqual([404, ""])
  const unmodified = new AwsError("NotModified", "", { status: 304 })
  expect(codec.encodeError(S3, undefined, unmodified, CONTEXT).body).toBe("")
  const ours = codec.encodeError(S3, undefined, new AwsError("InternalFailure", ""), CONTEXT)
  expect(ours).toMatchObject({ status: 500, body: expect.stringContaining("InternalError") })
})

test("other services wrap their errors, each with its namespace", () => {
  const error = new AwsError("NoSuchHostedZone", "No zone.")
  const route53 = publishedModel("route53")
  expect(codec.encodeError(route53, undefined, error, CONTEXT)).toEqual({
    status: 404,
    headers: { "x-amzn-requestid": "id-1", "Content-Type": "text/xml" },
    body:
      '<?xml version="1.0"?>\n' +
      '<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error>' +
      "<Type>Sender</Type><Code>NoSuchHostedZone</Code><Message>No zone.</Message></Error>" +
      "<RequestId>id-1</RequestId></ErrorResponse>",
  })
  const control = publishedModel("s3control")
  const { body } = codec.encodeError(control, undefined, new AwsError("NoSuchJob", ""), CONTEXT)
  expect(body).toContain(
    "</Error><RequestId>id-1</RequestId><HostId>host-1</HostId></ErrorResponse>",
  )
  // Recorded: S3 Control does not say whose fault it is.
  expect(body).toContain("<Error><Code>NoSuchJob</Code>")
  const unknown = codec.encodeError(undefined, undefined, new AwsError("X", ""), CONTEXT)
  expect(unknown.body).toContain("<ErrorResponse><Error><Type>Sender</Type><Code>X</Code>")
})

test("what is malformed has each service's own name", () => {
  const sent = { url: "/2013-04-01/hostedzone", body: "<CreateHostedZoneRequest><X/>" }
  const error = refusal(publishedModel("route53"), "CreateHostedZone", sent)
  expect([error.code, error.message]).toEqual([
    "InvalidInput",
    "Invalid XML ; CreateHostedZoneRequest has no <X>",
  ])
  const cloudfront = publishedModel("cloudfront")
  const put = { url: "/2020-05-31/distribution", body: "<DistributionConfig>x" }
  expect(refusal(cloudfront, "CreateDistribution", put).code).toBe("MalformedInput")
})

const THING = {
  type: "structure",
  members: {
    ...members({ Name: "String", Count: "Integer", Ratio: "Double", On: "Boolean" }),
    ...members({ Data: "Blob", At: "Timestamp", Inner: "Thing", Words: "Words", Tags: "Tags" }),
    Mark: { shape: "String", xmlAttribute: true, locationName: "x:mark" },
    Flat: { shape: "Words", flattened: true, locationName: "Item" },
    Pairs: { shape: "Tags", flattened: true },
  },
}
const SMALL = linkBotocore({
  metadata: { protocol: "rest-xml" },
  operations: {
    Do: {
      name: "Do",
      http: { method: "POST", requestUri: "/" },
      input: { shape: "Body" },
      output: { shape: "Body" },
    },
  },
  shapes: {
    Body: { type: "structure", members: { Thing: { shape: "Thing" } }, payload: "Thing" },
    Thing: THING,
    Words: { type: "list", member: { shape: "String", locationName: "w" } },
    Tags: { type: "map", key: { shape: "String" }, value: { shape: "String" } },
    ...Object.fromEntries(
      ["String", "Integer", "Double", "Boolean", "Blob", "Timestamp"].map((type) => [
        type,
        { type: type.toLowerCase() },
      ]),
    ),
  },
})

test("a map takes any key once", () => {
  const entry = (key: string) => `<Pairs><key>${key}</key><value>x</value></Pairs>`
  const body = `<Thing>${entry("__proto__")}${entry("b")}</Thing>`
  const { Pairs } = decode(SMALL, "Do", { body })["Thing"] as { Pairs: Values }
  expect(Object.entries(Pairs)).toEqual([
    ["__proto__", "x"],
    ["b", "x"],
  ])
  for (const wrong of [entry("a") + entry("a"), "<Pairs><key>a</key></Pairs>", "<Pairs/>"]) {
    const error = refusal(SMALL, "Do", { body: `<Thing>${wrong}</Thing>` })
    expect(error.message).toBe("An entry of Tags without its own key and value")
  }
})

// What a parser takes; S3 sends other control characters too, but nobody can send them back.
const xmlText = fc
  .string({ unit: "grapheme", maxLength: 8 })
  // oxlint-disable-next-line no-control-regex
  .filter((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text))
const { thing } = fc.letrec<{ thing: Values }>((tie) => ({
  thing: fc.record(
    {
      Name: xmlText,
      Count: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      Ratio: fc.double().filter((value) => !Object.is(value, -0)),
      On: fc.boolean(),
      Data: fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
      At: fc.integer({ min: 0, max: 4e12 }),
      Inner: fc.option(tie("thing"), { maxDepth: 3, nil: {}, depthSize: "small" }),
      Words: fc.array(xmlText, { maxLength: 3 }),
      Tags: fc.dictionary(xmlText, xmlText, { maxKeys: 3 }),
      Mark: xmlText,
      Flat: fc.array(xmlText, { minLength: 1, maxLength: 3 }),
      Pairs: fc.dictionary(xmlText, xmlText, { minKeys: 1, maxKeys: 3 }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Values>,
}))

test("what is written is read back the same, by us and by a client", () => {
  fc.assert(
    fc.property(thing, (value) => {
      const answer = encode(SMALL, "Do", { Thing: value })
      const again = decode(SMALL, "Do", { body: answer.body as string })
      expect(again).toEqual({ Thing: value })
      expect(readOutput("rest-xml", SMALL.operations["Do"]!, received(answer))).toEqual(again)
    }),
  )
})

test("any damage to a document is read or refused, never a crash", () => {
  const cut = fc.tuple(thing, fc.nat(400), fc.nat(20), fc.constantFrom("", "<", ">", "&", "]]>"))
  fc.assert(
    fc.property(cut, ([value, at, length, text]) => {
      const body = encode(SMALL, "Do", { Thing: value }).body as string
      const damaged = body.slice(0, at) + text + body.slice(at + length)
      try {
        decode(SMALL, "Do", { body: damaged })
      } catch (error) {
        expect(error).toBeInstanceOf(AwsError)
      }
    }),
    { numRuns: 500 },
  )
})
