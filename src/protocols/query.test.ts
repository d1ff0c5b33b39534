import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { expect, test } from "vitest"
import type { WireRequest } from "../kernel/wire.ts"
import type { Member, ServiceModel } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { formParameter } from "./form/params.ts"
import { queryCodec } from "./query.ts"
import { members, postRequest, smallModel } from "./testing/models.ts"
import { publishedModel } from "./testing/published.ts"
import { readOutput, received } from "./testing/xml-client.ts"

const MODEL = smallModel(
  {
    Thing: {
      type: "structure",
      members: {
        ...members({ Name: "String", Count: "Integer", Size: "Long", Ratio: "Double" }),
        ...members({ On: "Boolean", Data: "Blob", At: "Timestamp", Inner: "Thing" }),
        ...members({ Words: "Words", Things: "Things", Tags: "Tags", Deep: "Deep" }),
        Flat: { shape: "Words", flattened: true },
        Attributes: { shape: "Tags", flattened: true, locationName: "Attribute" },
      },
    },
    Words: { type: "list", member: { shape: "String" } },
    Things: { type: "list", member: { shape: "Thing", locationName: "item" } },
    Tags: { type: "map", key: { shape: "String" }, value: { shape: "String" } },
    Deep: { type: "map", key: { shape: "String" }, value: { shape: "Words" } },
    Gone: {
      type: "structure",
      members: members({ Message: "String", Where: "String", Words: "Words" }),
      error: { code: "Thing.Gone", httpStatusCode: 404, senderFault: true },
      exception: true,
    },
    Broken: { type: "structure", members: {}, exception: true, fault: true },
  },
  { protocol: "query", apiVersion: "2020-01-01", xmlNamespace: "urn:things" },
)
const DO = MODEL.operations["Do"]!
const CONTEXT = { requestId: "id-1" }
const codec = queryCodec()

function decode(form: string, model: ServiceModel = MODEL): Values {
  return codec.decode(model, DO, postRequest(`Action=Do&Version=2020-01-01&${form}`))
}

function refusal(form: string): string {
  try {
    decode(form)
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`
    throw error
  }
  return "none"
}

test("a request can come in the query string, in the body or in both", () => {
  const get: WireRequest = {
    ...postRequest(""),
    method: "GET",
    query: "Action=Do&Version=2020-01-01&Name=a+b",
  }
  expect(codec.decode(MODEL, DO, get)).toEqual({ Name: "a b" })
  const both = { ...postRequest("Name=x"), query: "Action=Do&Version=2020-01-01&Count=1" }
  expect(codec.decode(MODEL, DO, both)).toEqual({ Name: "x", Count: 1 })
})

test("a compressed form is read, a broken one is malformed", () => {
  const headers = { "content-encoding": "gzip" }
  const body = gzipSync("Action=Do&Version=2020-01-01&Name=x")
  expect(codec.decode(MODEL, DO, postRequest(body, headers))).toEqual({ Name: "x" })
  const broken = postRequest(body.subarray(0, 20), headers)
  expect(() => codec.decode(MODEL, DO, broken)).toThrow("syntax error")
})

test("lists are in the order of their indexes, whatever the order of parameters", () => {
  expect(decode("Words.member.10=j&Words.member.2=b&Words.member.1=a")).toEqual({
    Words: ["a", "b", "j"],
  })
  const things = "Things.item.2.Name=b&Things.item.1.Name=a&Things.item.2.Count=2"
  expect(decode(things)).toEqual({ Things: [{ Name: "a" }, { Name: "b", Count: 2 }] })
  const nested =
    "Things.item.2.Words.member.2=d&Things.item.1.Name=a&Things.item.2.Words.member.1=c"
  expect(decode(nested)).toEqual({ Things: [{ Name: "a" }, { Words: ["c", "d"] }] })
})

test("a huge index costs nothing, one that is no index is refused", () => {
  expect(decode("Words.member.999999999=z&Words.member.1=a")).toEqual({ Words: ["a", "z"] })
  const wrong = "MalformedInput: Unexpected list element termination"
  expect(refusal("Words.member.9999999999=z")).toBe(wrong)
  expect(refusal("Words.member.-1=z")).toBe(wrong)
  expect(refusal("Words.member.x=z")).toBe(wrong)
  expect(refusal("Words.1=z")).toBe(wrong)
  expect(refusal("Words=z")).toBe(wrong)
})

test("an empty list is sent by its name alone, and so is a flattened list of one", () => {
  expect(decode("Words=&Flat=")).toEqual({ Words: [], Flat: [] })
  expect(decode("Flat=All")).toEqual({ Flat: ["All"] })
})

test("maps take their keys as they are, `__proto__` too", () => {
  const values = decode(
    "Tags.entry.1.key=__proto__&Tags.entry.1.value=x&Tags.entry.2.value=y&Tags.entry.2.key=constructor",
  )
  expect(Object.entries(values["Tags"] as Values)).toEqual([
    ["__proto__", "x"],
    ["constructor", "y"],
  ])
  expect(Object.getPrototypeOf(values["Tags"])).toBe(Object.prototype)
  expect(decode("Deep.entry.1.key=a&Deep.entry.1.value.member.1=b")).toEqual({ Deep: { a: ["b"] } })
})

test("an entry without key or value, or with a key of before, is refused", () => {
  const wrong = "MalformedInput: Unexpected list element termination"
  expect(refusal("Tags.entry.1.key=a")).toBe(wrong)
  expect(refusal("Tags.entry.1.value=a")).toBe(wrong)
  expect(
    refusal("Attribute.1.key=a&Attribute.1.value=b&Attribute.2.key=a&Attribute.2.value=c"),
  ).toBe(wrong)
})

test("names that no shape has are ignored, also those of Object", () => {
  expect(decode("__proto__.x=1&constructor=1&Inner.toString=1&SignatureMethod=x&Name=a")).toEqual({
    Inner: {},
    Name: "a",
  })
  expect(({} as Values)["x"]).toBeUndefined()
})

test("structure and scalar cannot take each other's place", () => {
  expect(refusal("Name.x=1")).toBe("MalformedInput: Start of list found where not expected")
  expect(refusal("Inner=1")).toBe("MalformedInput: Unexpected complex element termination")
})

test("values of a wrong type are refused", () => {
  for (const form of [
    ...["Count=x", "Count=1.5", "Count=2147483648", "Count=", "Count=1e3", "Count=0x10"],
    ...["Size=9223372036854775809", "Ratio=1,5", "Ratio=--1", "On=yes", "On=1", "Data=a*b="],
    ...["Data=abc", "At=yesterday", "At=1", "At=2020-13-01T00:00:00Z"],
  ]) {
    expect(refusal(form)).toMatch(/^MalformedInput: \w+ is not /)
  }
  expect(
    decode("Count=-2147483648&Ratio=NaN&On=True&Data=YQ%3D%3D&At=2020-01-01T00:00:00Z"),
  ).toEqual({
    Count: -2147483648,
    Ratio: Number.NaN,
    On: true,
    Data: Buffer.from("a"),
    At: 1577836800000,
  })
})

test("a repeated parameter is refused", () => {
  expect(refusal("Name=a&Name=b")).toBe("MalformedQueryString: The parameter Name is repeated.")
})

test("bytes that are no form are malformed", () => {
  expect(refusal("Name=%")).toMatch(/^MalformedQueryString/)
  expect(refusal("Name=%C3%28")).toMatch(/^MalformedQueryString/)
  const latin = Buffer.concat([Buffer.from("Action=Do&Version=2020-01-01&Name="), Buffer.of(0xe9)])
  expect(() => codec.decode(MODEL, DO, postRequest(latin))).toThrow("syntax error")
})

test("endless names and hostile numbers of parameters end", () => {
  expect(decode(`${"Inner.".repeat(100_000)}Name=x&Name=y`)).toEqual({ Name: "y" })
  let inner: unknown = decode(`${"Inner.".repeat(160)}Name=x`)
  for (let i = 0; i < 160; i++) inner = (inner as Values)["Inner"]
  expect(inner).toEqual({ Name: "x" })
  const started = performance.now()
  const backwards = Array.from({ length: 50_000 }, (_, i) => `Words.member.${50_000 - i}=${i}`)
  expect((decode(backwards.join("&"))["Words"] as string[])[0]).toBe("49999")
  expect(decode("&".repeat(300_000))).toEqual({})
  expect(performance.now() - started).toBeLessThan(3000)
})

test("without an action, or with another version, there is no operation", () => {
  const send = (form: string) => () => codec.decode(MODEL, DO, postRequest(form))
  expect(send("Version=2020-01-01")).toThrow(
    expect.objectContaining({ code: "MissingAction" }) as Error,
  )
  expect(send("Action=Do")).toThrow("Could not find operation Do for version NO_VERSION_SPECIFIED")
  expect(send("Action=Do&Version=1999-01-01")).toThrow("for version 1999-01-01")
})

test("the action can be found without reading the rest", () => {
  expect(formParameter(postRequest("X=1&Action=Do%20it&Y=%"), "Action")).toBe("Do it")
  expect(formParameter({ ...postRequest("Action=B"), query: "Action=A" }, "Action")).toBe("A")
  expect(formParameter(postRequest("XAction=Do&Z=Action=Do"), "Action")).toBeUndefined()
})

test("SQS takes the queue from the path, and its own names for members", () => {
  const sqs = publishedModel("sqs")
  const path = "/123456789012/jobs/"
  const headers = { host: "sqs.us-east-1.amazonaws.com" }
  const body =
    "Action=SendMessage&MessageBody=hi&MessageAttribute.1.Name=a" +
    "&MessageAttribute.1.Value.StringValue=b&MessageAttribute.1.Value.DataType=String"
  const request = { ...postRequest(body, headers), path }
  const operation = sqs.operations["SendMessage"]!
  expect(codec.decode(sqs, operation, request)).toEqual({
    QueueUrl: "http://sqs.us-east-1.amazonaws.com/123456789012/jobs",
    MessageBody: "hi",
    MessageAttributes: { a: { StringValue: "b", DataType: "String" } },
  })
  const named = { ...postRequest(`${body}&QueueUrl=q`, headers), path }
  expect(codec.decode(sqs, operation, named)["QueueUrl"]).toBe("q")
  const answer = codec.encode(sqs, sqs.operations["ListQueues"]!, { QueueUrls: ["a"] }, CONTEXT)
  expect(answer.body).toBe(
    '<ListQueuesResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ListQueuesResult>' +
      "<QueueUrl>a</QueueUrl></ListQueuesResult><ResponseMetadata><RequestId>id-1</RequestId>" +
      "</ResponseMetadata></ListQueuesResponse>",
  )
})

test("the result element is called as the protocol says where the model does not name it", () => {
  expect(DO.resultWrapper).toBeUndefined()
  const { body } = codec.encode(MODEL, DO, { Name: "x" }, CONTEXT)
  expect(body).toContain("<DoResult><Name>x</Name></DoResult>")
})

test("an answer without output has no result element", () => {
  const iam = publishedModel("iam")
  const { body, headers } = codec.encode(iam, iam.operations["DeleteUser"]!, {}, CONTEXT)
  expect(headers).toEqual({ "x-amzn-requestid": "id-1", "content-type": "text/xml" })
  expect(body).toBe(
    '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata>' +
      "<RequestId>id-1</RequestId></ResponseMetadata></DeleteUserResponse>",
  )
  expect(() => codec.encode(iam, iam.operations["DeleteUser"]!, { X: 1 }, CONTEXT)).toThrow("X")
})

test("errors have the code, status, fault and members of their shape", () => {
  const members = { Where: "<here>", Words: ["a"], Message: "not twice" }
  const error = new AwsError("Gone", "It is gone.", { members, headers: { "retry-after": "1" } })
  const answer = codec.encodeError(MODEL, DO, error, CONTEXT)
  expect(answer.status).toBe(404)
  expect(answer.headers["retry-after"]).toBe("1")
  expect(answer.body).toBe(
    '<ErrorResponse xmlns="urn:things"><Error><Type>Sender</Type><Code>Thing.Gone</Code>' +
      "<Message>It is gone.</Message><Where>&lt;here&gt;</Where><Words><member>a</member></Words>" +
      "</Error><RequestId>id-1</RequestId></ErrorResponse>",
  )
  const broken = codec.encodeError(MODEL, DO, new AwsError("Broken", "x"), CONTEXT)
  expect([broken.status, broken.body]).toEqual([500, expect.stringContaining("Receiver")])
})

test("common errors have Query's names and statuses, also without a service", () => {
  const answer = (code: string) =>
    codec.encodeError(undefined, undefined, new AwsError(code, ""), CONTEXT)
  expect(answer("AccessDeniedException").status).toBe(403)
  expect(answer("AccessDeniedException").body).toContain("<Code>AccessDenied</Code>")
  expect(answer("InternalFailure").status).toBe(500)
  expect(answer("ValidationException").body).toContain("<Code>ValidationError</Code>")
  expect(answer("constructor").body).toContain("AWSFault/2005-15-09")
})

/** A request as a client writes it: member by member, in the order of the values. */
function form(name: string, member: Member, value: unknown): string[] {
  const { shape } = member
  if (shape.type === "structure") {
    return Object.entries(value as Values).flatMap(([key, item]) => {
      const inner = shape.members[key]!
      return form(`${name}${name && "."}${inner.locationName ?? key}`, inner, item)
    })
  }
  const flat = member.flattened === true
  if (shape.type === "list") {
    const items = value as unknown[]
    const prefix = flat ? name : `${name}.${shape.member.locationName ?? "member"}`
    if (items.length === 0) return [`${name}=`]
    return items.flatMap((item, i) => form(`${prefix}.${i + 1}`, shape.member, item))
  }
  if (shape.type === "map") {
    const prefix = flat ? name : `${name}.entry`
    return Object.entries(value as Values).flatMap(([key, item], i) => [
      `${prefix}.${i + 1}.key=${encodeURIComponent(key)}`,
      ...form(`${prefix}.${i + 1}.value`, shape.value, item),
    ])
  }
  const text =
    shape.type === "timestamp"
      ? new Date(value as number).toISOString()
      : value instanceof Uint8Array
        ? Buffer.from(value).toString("base64")
        : String(value)
  return [`${name}=${encodeURIComponent(text)}`]
}

const text = fc.string({ unit: "grapheme", maxLength: 8 })
const xmlText = text.filter((value) => !/[\ufffe\uffff]/.test(value))
const leaf = {
  Name: xmlText,
  Count: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  Size: fc.maxSafeInteger(),
  Ratio: fc.double().filter((value) => !Object.is(value, -0)),
  On: fc.boolean(),
  Data: fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
  At: fc.integer({ min: 0, max: 4e12 }),
  Words: fc.array(xmlText, { maxLength: 3 }),
  Flat: fc.array(xmlText, { minLength: 1, maxLength: 3 }),
  Tags: fc.dictionary(xmlText, xmlText, { minKeys: 1, maxKeys: 3 }),
  Attributes: fc.dictionary(xmlText, xmlText, { minKeys: 1, maxKeys: 3 }),
}
const thing = fc.record(
  {
    ...leaf,
    Inner: fc.record({ Name: xmlText, Count: leaf.Count }, { requiredKeys: ["Name"] }),
    Things: fc.array(fc.record({ Name: xmlText, Words: leaf.Words }), {
      minLength: 1,
      maxLength: 3,
    }),
    Deep: fc.dictionary(xmlText, fc.array(xmlText, { maxLength: 2 }), { minKeys: 1, maxKeys: 2 }),
  },
  { requiredKeys: [] },
)

test("any input survives the wire, in any order of its parameters", () => {
  fc.assert(
    fc.property(thing, fc.boolean(), (value, backwards) => {
      const parameters = form("", { shape: DO.input! }, value)
      if (backwards) parameters.reverse()
      expect(decode(parameters.join("&"))).toEqual(value)
    }),
  )
})

test("a client reads any output as it was", () => {
  fc.assert(
    fc.property(thing, (value) => {
      const answer = received(codec.encode(MODEL, DO, value, CONTEXT))
      expect(readOutput("query", DO, answer)).toEqual(value)
    }),
  )
})

test("any parameters at all are read or refused, never a crash", () => {
  const segment = fc.constantFrom(
    ...["Name", "Inner", "Words", "member", "Things", "item", "Tags", "entry", "1", "2", "key"],
    ...["value", "Flat", "Attribute", "__proto__", "constructor", "", "999999999", "Deep"],
  )
  const name = fc.array(segment, { maxLength: 8 }).map((segments) => segments.join("."))
  const pair = fc.tuple(name, fc.constantFrom("", "x", "1", "%", "true"))
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 6 }), (pairs) => {
      const answer = refusal(pairs.map(([key, value]) => `${key}=${value}`).join("&"))
      expect(answer).toMatch(/^(none|Malformed\w+: .*)$/)
    }),
    { numRuns: 500 },
  )
})

test("as JSON all members are there in the order of their names, flattened maps as pairs", () => {
  const accept = "application/json"
  const output: Values = { Name: "a<b", At: 1_500_000_000_250, Data: Buffer.from("hi"), Things: [] }
  const maps = { Tags: { k: "v" }, Attributes: { k: "v" }, Inner: { On: true, Flat: ["x"] } }
  const { headers, body } = codec.encode(MODEL, DO, { ...output, ...maps }, { ...CONTEXT, accept })
  expect(headers["content-type"]).toBe("application/json")
  const { DoResponse: response } = JSON.parse(body as string)
  expect(response.ResponseMetadata).toEqual({ RequestId: "id-1" })
  const { Inner, ...rest } = response.DoResult
  expect(Object.keys(response.DoResult)).toEqual(Object.keys(response.DoResult).toSorted())
  expect(rest).toMatchObject({ Name: "a<b", Count: null, At: 1_500_000_000.25, Data: "aGk=" })
  expect(rest).toMatchObject({ Things: [], Tags: { k: "v" } })
  expect(rest.Attributes).toEqual([{ Key: "k", Value: "v" }])
  expect(Inner).toMatchObject({ On: true, Flat: ["x"], Inner: null })
  const unknown = () => codec.encode(MODEL, DO, { Other: 1 }, { ...CONTEXT, accept })
  expect(unknown).toThrow(/has no member Other/)
})
