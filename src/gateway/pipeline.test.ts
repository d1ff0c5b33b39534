import { expect, test } from "vitest"
import { usageOf } from "../kernel/meter.ts"
import type { WireRequest } from "../kernel/wire.ts"
import type { Codec } from "../protocols/codec.ts"
import { createCodecs, type Codecs } from "../protocols/codecs.ts"
import type { Cloud } from "./cloud.ts"
import {
  answerOf,
  formRequest,
  jsonRequest,
  openCloud,
  request,
  signed,
  sqs,
  sqsRequest,
  type Answer,
} from "./testing/open-cloud.ts"

const MIB = 1024 * 1024
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const send = (cloud: Cloud, wire: WireRequest, service: string): Promise<Answer> =>
  answerOf(cloud.handle(signed(wire, { service })))

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024)
}

/** The request as the transport hands over one whose body is large. */
const streamed = (wire: WireRequest): WireRequest => ({
  ...wire,
  body: new Uint8Array(0),
  stream: pieces(wire.body),
})

test("a call is answered, with an id of its own", async () => {
  const cloud = await openCloud()
  const first = await send(cloud, sqsRequest("CreateQueue", { QueueName: "jobs" }), "sqs")
  const second = await send(cloud, sqsRequest("ListQueues", {}), "sqs")
  expect(first.status).toBe(200)
  const QueueUrl = "http://localhost:4566/000000000000/jobs"
  expect(JSON.parse(first.text)).toEqual({ QueueUrl })
  expect(JSON.parse(second.text)).toEqual({ QueueUrls: [QueueUrl] })
  expect(first.headers["x-amzn-requestid"]).toMatch(REQUEST_ID)
  expect(second.headers["x-amzn-requestid"]).toMatch(REQUEST_ID)
  expect(first.headers["x-amzn-requestid"]).not.toBe(second.headers["x-amzn-requestid"])
})

test("a Query answer bears the request's id in header and body", async () => {
  const cloud = await openCloud()
  const wire = formRequest({ Action: "GetCallerIdentity", Version: "2011-06-15" })
  const { status, headers, text } = await send(cloud, wire, "sts")
  expect(status).toBe(200)
  expect(headers["x-amzn-requestid"]).toMatch(REQUEST_ID)
  expect(text).toContain(`<RequestId>${String(headers["x-amzn-requestid"])}</RequestId>`)
})

test("an error bears the request's id, too", async () => {
  const cloud = await openCloud()
  const { status, headers } = await send(
    cloud,
    sqsRequest("GetQueueUrl", { QueueName: "x" }),
    "sqs",
  )
  expect(status).toBe(400)
  expect(headers["x-amzn-requestid"]).toMatch(REQUEST_ID)
})

const get = (path: string): WireRequest => request({ method: "GET", path })

// Operations that are unlikely to come soon, in each protocol.
test.each<[string, WireRequest, string, RegExp]>([
  [
    "swf",
    jsonRequest("SimpleWorkflowService.ListDomains", {}),
    "SWF ListDomains",
    /^\{"__type":".*NotImplemented"/,
  ],
  [
    "sdb",
    formRequest({ Action: "ListDomains", Version: "2009-04-15" }),
    "SimpleDB ListDomains",
    /<Code>NotImplemented<\/Code>/,
  ],
  [
    "ec2",
    formRequest({ Action: "DescribeFpgaImages", Version: "2016-11-15" }),
    "EC2 DescribeFpgaImages",
    /<Response><Errors><Error><Code>NotImplemented<\/Code>/,
  ],
  ["mq", get("/v1/brokers"), "mq ListBrokers", /"[Mm]essage":/],
  ["route53", get("/2013-04-01/tags/domain/x"), "Route 53 ListTagsForResource", /<ErrorResponse/],
  [
    "s3",
    { ...get("/bucket"), query: "metadataTable" },
    "S3 GetBucketMetadataTableConfiguration",
    /<Error><Code>NotImplemented<\/Code>/,
  ],
])("what %s cannot do here is 501 by its name", async (service, wire, name, form) => {
  const cloud = await openCloud()
  const { status, text } = await send(cloud, wire, service)
  expect(status).toBe(501)
  expect(text).toContain(`Cloudarium does not implement ${name} yet. Nothing was changed.`)
  expect(text).toMatch(form)
})

test("501 over CBOR names the operation", async () => {
  const cloud = await openCloud()
  const wire = request({
    path: "/service/GraniteServiceVersion20100801/operation/ListManagedInsightRules",
    headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
  })
  const { status, headers, text } = await send(cloud, wire, "monitoring")
  expect(status).toBe(501)
  expect(headers["smithy-protocol"]).toBe("rpc-v2-cbor")
  expect(text).toContain("Cloudarium does not implement CloudWatch ListManagedInsightRules yet.")
})

test("what nobody serves has the form of its protocol", async () => {
  const cloud = await openCloud()
  const unknown = await send(cloud, sqsRequest("Nonsense", {}), "sqs")
  expect(unknown.status).toBe(400)
  expect(unknown.text).toBe('{"__type":"com.amazon.coral.service#UnknownOperationException"}')
  const action = formRequest({ Action: "Nonsense", Version: "2011-06-15" })
  const invalid = await send(cloud, action, "sts")
  expect(invalid.status).toBe(400)
  expect(invalid.text).toMatch(/<ErrorResponse[^]*<Code>InvalidAction<\/Code>/)
  expect(invalid.text).toContain("The action Nonsense is not valid for this endpoint.")
  const nothing = await answerOf(cloud.handle(get("/")))
  expect(nothing.status).toBe(403)
  expect(nothing.text).toContain("<Code>MissingAuthenticationToken</Code>")
})

test("a caller without a signature is told so", async () => {
  const cloud = await openCloud()
  const json = await answerOf(cloud.handle(sqsRequest("ListQueues", {})))
  expect(json.status).toBe(400)
  expect(json.text).toContain("MissingAuthenticationToken")
  const query = formRequest({ Action: "GetCallerIdentity", Version: "2011-06-15" })
  const xml = await answerOf(cloud.handle(query))
  expect(xml.status).toBe(403)
  expect(xml.text).toContain("<Code>MissingAuthenticationToken</Code>")
  expect(xml.text).toContain("Request is missing Authentication Token")
})

test("a signature that cannot be read is answered in the protocol of the request", async () => {
  const cloud = await openCloud()
  const wire = sqsRequest("ListQueues", {})
  const headers = { ...wire.headers, authorization: "Basic dGVzdDp0ZXN0" }
  const { status, text } = await answerOf(cloud.handle({ ...wire, headers }))
  expect(status).toBe(400)
  expect(JSON.parse(text)).toMatchObject({
    __type: expect.stringMatching(/IncompleteSignatureException$/) as string,
  })
})

test("a key that looks real is refused with what to use instead", async () => {
  const cloud = await openCloud()
  const answer = await sqs(cloud, ["ListQueues", {}], { accessKeyId: "AKIA2QYZ7W3ABCDEFGHI" })
  expect(answer.status).toBe(400)
  expect(answer.body["__type"]).toMatch(/UnrecognizedClientException$/)
  expect(answer.body["message"]).toContain("AWS_ACCESS_KEY_ID=test")
})

test("a wrong Region is refused in AWS's words", async () => {
  const cloud = await openCloud()
  const { body } = await sqs(cloud, ["ListQueues", {}], { region: "xx" })
  expect(body["message"]).toContain("Credential should be scoped to a valid region, not 'xx'.")
})

test("a strict cloud takes its own root key, with its secret, and nothing else", async () => {
  const cloud = await openCloud({ strict: true })
  const { key, fresh } = await cloud.rootKey()
  expect(fresh).toBe(true)
  const list = ["ListQueues", {}] as const
  expect((await sqs(cloud, list, key)).status).toBe(200)
  expect((await sqs(cloud, list)).body["__type"]).toMatch(/UnrecognizedClientException$/)
  const wrong = await sqs(cloud, list, { ...key, secret: "wrong" })
  expect(wrong.body["__type"]).toMatch(/InvalidSignatureException$/)
  expect(await cloud.rootKey()).toEqual({ key, fresh: false })
})

test("a strict cloud's root key outlives a reset and a snapshot from before it", async () => {
  const cloud = await openCloud({ strict: true })
  await cloud.saveSnapshot("keyless")
  const { key } = await cloud.rootKey()
  await cloud.reset()
  expect((await sqs(cloud, ["ListQueues", {}], key)).status).toBe(200)
  await cloud.loadSnapshot("keyless")
  expect((await sqs(cloud, ["ListQueues", {}], key)).status).toBe(200)
})

test("a large body is read whole before SQS refuses it in AWS's words", async () => {
  const cloud = await openCloud()
  await sqs(cloud, ["CreateQueue", { QueueName: "jobs" }])
  const QueueUrl = "http://localhost:4566/000000000000/jobs"
  const input = { QueueUrl, MessageBody: "x".repeat(2 * MIB) }
  const wire = signed(sqsRequest("SendMessage", input), { service: "sqs" })
  const { status, text } = await answerOf(cloud.handle(streamed(wire)))
  expect(status).toBe(400)
  expect(text).toContain(
    "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
  )
})

test("a body that no operation could want is refused with 413, JSON or form", async () => {
  const cloud = await openCloud()
  const text = "x".repeat(17 * MIB)
  const json = signed(sqsRequest("SendMessage", {}), { service: "sqs" })
  const large = streamed({ ...json, body: Buffer.from(text) })
  expect((await answerOf(cloud.handle(large))).status).toBe(413)
  const form = signed(formRequest({ Action: "ListQueues" }), { service: "sqs" })
  const largeForm = streamed({ ...form, body: Buffer.from(`Action=ListQueues&x=${text}`) })
  expect((await answerOf(cloud.handle(largeForm))).status).toBe(413)
})

test("a large form is read whole before it is claimed", async () => {
  const cloud = await openCloud()
  const form = formRequest({ x: "y".repeat(MIB), Action: "ListQueues", Version: "2012-11-05" })
  const { status, text } = await answerOf(cloud.handle(streamed(signed(form, { service: "sqs" }))))
  expect(text).toContain("<ListQueuesResponse")
  expect(status).toBe(200)
})

test("a bug of ours is an InternalFailure without its inside, and is reported", async () => {
  const reports: string[] = []
  const cloud = await openCloud({ codecs: broken(createCodecs()), reports })
  const { status, headers, text } = await send(cloud, sqsRequest("ListQueues", {}), "sqs")
  expect(status).toBe(500)
  expect(text).toContain("InternalFailure")
  expect(text).not.toMatch(/hidden|at .*\.ts/)
  expect(text).toContain(String(headers["x-amzn-requestid"]))
  expect(reports).toEqual([expect.stringMatching(/^sqs ListQueues [0-9a-f-]{36}: .*hidden/)])
})

/** Codecs whose decoder has a bug. */
function broken(codecs: Codecs): Codecs {
  return async (protocol) => {
    const codec: Codec = await codecs(protocol)
    return {
      encode: codec.encode.bind(codec),
      encodeError: codec.encodeError.bind(codec),
      name: codec.name,
      decode: () => {
        throw new TypeError("hidden")
      },
    }
  }
}

test("a store that takes nothing is a 503, which clients retry", async () => {
  const cloud = await openCloud()
  await cloud.world.close()
  const answer = await sqs(cloud, ["CreateQueue", { QueueName: "jobs" }])
  expect(answer.status).toBe(503)
  expect(answer.body["__type"]).toMatch(/ServiceUnavailableException$/)
})

test("services with endpoints in every Region are down where the Region is", async () => {
  const cloud = await openCloud()
  await cloud.fail({ region: "us-east-1" })
  const identity = formRequest({ Action: "GetCallerIdentity", Version: "2011-06-15" })
  const at = async (region: string): Promise<number> =>
    (await cloud.handle(signed(identity, { service: "sts", region }))).status
  // STS has had a global endpoint, too, but answers from each Region by itself.
  expect(await at("us-east-1")).toBe(503)
  expect(await at("us-west-2")).toBe(200)
})

test("calls are counted for the owner of the queue, until it is deleted", async () => {
  const cloud = await openCloud()
  await sqs(cloud, ["CreateQueue", { QueueName: "jobs" }])
  const QueueUrl = "http://localhost:4566/000000000000/jobs"
  const used = (): Promise<readonly unknown[]> =>
    cloud.world.read((tx) => {
      const rows = usageOf(tx, "000000000000", { from: 0, to: tx.now + 1, limit: 10 })
      return rows.map(({ usageType, resource, quantity }) => [usageType, resource, quantity])
    })
  await sqs(cloud, ["SendMessage", { QueueUrl, MessageBody: "x" }])
  await sqs(cloud, ["SendMessage", { QueueUrl, MessageBody: "x".repeat(65 * 1024) }])
  const arn = "arn:aws:sqs:us-east-1:000000000000:jobs"
  const before = await used()
  expect(before).toEqual([["sqs:requests", arn, expect.any(Number)]])
  await sqs(cloud, ["SendMessage", { QueueUrl, MessageBody: "x" }])
  const after = await used()
  expect(after).not.toEqual(before)
  await sqs(cloud, ["DeleteQueue", { QueueUrl }])
  const deleted = await used()
  await sqs(cloud, ["SendMessage", { QueueUrl, MessageBody: "x" }])
  expect(await used()).toEqual(deleted)
})

test("ACCT-5: root may do all with what the account made, a new user nothing", async () => {
  const cloud = await openCloud()
  const iam = (Action: string): Promise<Answer> =>
    send(cloud, formRequest({ Action, Version: "2010-05-08", UserName: "ann" }), "iam")
  expect((await iam("CreateUser")).status).toBe(200)
  const { text } = await iam("CreateAccessKey")
  const accessKeyId = /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(text)?.[1] ?? ""
  const secret = /<SecretAccessKey>(.*)<\/SecretAccessKey>/.exec(text)?.[1] ?? ""
  const QueueUrl = "http://localhost:4566/000000000000/jobs"
  const everything = [
    ["CreateQueue", { QueueName: "jobs" }],
    ["SendMessage", { QueueUrl, MessageBody: "x" }],
    ["ReceiveMessage", { QueueUrl }],
    ["SetQueueAttributes", { QueueUrl, Attributes: { DelaySeconds: "1" } }],
    ["ListQueues", {}],
    ["DeleteQueue", { QueueUrl }],
  ] as const
  await sqs(cloud, everything[0])
  for (const call of everything) {
    const { status, body } = await sqs(cloud, call, { accessKeyId, secret })
    expect([status, body["__type"]], call[0]).toEqual([403, expect.stringMatching(/AccessDenied/)])
    expect(body["message"] ?? body["Message"]).toContain("arn:aws:iam::000000000000:user/ann")
  }
  for (const call of everything) expect((await sqs(cloud, call)).status, call[0]).toBe(200)
})

test("two accounts' callers do not meet", async () => {
  const cloud = await openCloud()
  await sqs(cloud, ["CreateQueue", { QueueName: "jobs" }], { accessKeyId: "111122223333" })
  const other = { accessKeyId: "444455556666" }
  expect((await sqs(cloud, ["ListQueues", {}], other)).body).toEqual({})
  const QueueUrl = "http://localhost:4566/111122223333/jobs"
  const refused = await sqs(cloud, ["SendMessage", { QueueUrl, MessageBody: "x" }], other)
  expect(refused.body["__type"]).toMatch(/AccessDenied|NonExistentQueue|QueueDoesNotExist/)
})
