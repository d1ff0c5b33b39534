import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { expect, test } from "vitest"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { jsonCodec } from "./json.ts"
import { textMember } from "./json/json-text.ts"
import { members, postRequest, smallModel } from "./testing/models.ts"

const SHAPES = {
  Thing: {
    type: "structure",
    members: members({
      Text: "String",
      Count: "Integer",
      Big: "Long",
      Ratio: "Double",
      Flag: "Boolean",
      Bytes: "Blob",
      At: "Timestamp",
      Names: "Names",
      Tags: "Tags",
      Inner: "Thing",
      Free: "Document",
      Ats: "Ats",
    }),
  },
  Names: { type: "list", member: { shape: "String" } },
  Ats: { type: "map", key: { shape: "String" }, value: { shape: "Timestamp" } },
  Tags: { type: "map", key: { shape: "String" }, value: { shape: "String" } },
  Gone: {
    type: "structure",
    members: { Message: { shape: "String" }, Names: { shape: "Names" } },
    exception: true,
    error: { code: "Old.Gone", httpStatusCode: 404, senderFault: true },
  },
}
const MODEL = smallModel(SHAPES)
const CONTEXT = { requestId: "id" }
const TYPE = { "content-type": "application/x-amz-json-1.0" }

function decode(body: string | Uint8Array, headers: Record<string, string> = TYPE, model = MODEL) {
  return jsonCodec().decode(model, model.operations["Do"]!, postRequest(body, headers))
}

function refusal(run: () => unknown): AwsError {
  try {
    run()
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
  throw new Error("nothing was thrown")
}

test("values arrive as handlers know them", () => {
  const values = decode(
    '{"Text":"ä😀","Count":3,"Big":9007199254740991,"Ratio":"NaN","Flag":false,' +
      '"Bytes":"aGk=","At":1398796238.5,"Names":["a"],"Tags":{"k":"v"},"Inner":{"Text":""},' +
      '"Free":{"a":[1,null]},"Ats":{"x":1}}',
  )
  expect(values).toEqual({
    Text: "ä😀",
    Count: 3,
    Big: Number.MAX_SAFE_INTEGER,
    Ratio: Number.NaN,
    Flag: false,
    Bytes: Buffer.from("hi"),
    At: 1398796238500,
    Names: ["a"],
    Tags: { k: "v" },
    Inner: { Text: "" },
    Free: { a: [1, null] },
    Ats: { x: 1000 },
  })
})

test("unknown members and nulls are dropped, the last of repeated keys holds", () => {
  expect(
    decode('{"What":{"a":1},"Text":null,"Names":["a",null,"b"],"Tags":{"a":null,"b":"c"}}'),
  ).toEqual({ Names: ["a", "b"], Tags: { b: "c" } })
  expect(decode('{"Text":"a","Text":"b"}')).toEqual({ Text: "b" })
})

test("an empty body is an empty input", () => {
  expect(decode("")).toEqual({})
})

test("a compressed body is read, up to a limit", () => {
  const gzip = { ...TYPE, "content-encoding": "custom, gzip" }
  expect(decode(gzipSync('{"Text":"a"}'), gzip)).toEqual({ Text: "a" })
  const bomb = gzipSync(`{"Text":"${"a".repeat(17 * 1024 * 1024)}"}`)
  expect(refusal(() => decode(bomb, gzip)).code).toBe("SerializationException")
  expect(refusal(() => decode("{}", gzip)).code).toBe("SerializationException")
})

test.each(["true", "null", "[]", '"a"', "1", "{", "hello", "{}x", '{"Text":"\u0001"}'])(
  "%s is no input",
  (body) => {
    const error = refusal(() => decode(body))
    expect([error.code, error.message]).toEqual(["SerializationException", ""])
  },
)

test("bytes that are not UTF-8 are refused", () => {
  const body = Buffer.concat([Buffer.from('{"Text":"'), Buffer.from([0xff]), Buffer.from('"}')])
  expect(refusal(() => decode(body)).code).toBe("SerializationException")
})

test("what is deeper than any real request is refused, not a stack overflow", () => {
  const nest = (open: string, close: string, times: number) =>
    open.repeat(times) + "1" + close.repeat(times)
  const free = `{"Free":${nest("[", "]", 100_000)}}`
  expect(refusal(() => decode(free)).code).toBe("SerializationException")
  const inner = nest('{"Inner":', "}", 10_000)
  expect(refusal(() => decode(inner)).code).toBe("SerializationException")
  expect(decode(`{"What":${nest("[", "]", 100_000)}}`)).toEqual({})
})

test("__proto__ is a key like any other and touches no prototype", () => {
  const values = decode(
    '{"__proto__":{"polluted":1},"Tags":{"__proto__":"x"},"Ats":{"__proto__":5},"Inner":{"__proto__":1}}',
  )
  expect(Object.keys(values)).toEqual(["Tags", "Ats", "Inner"])
  expect(Object.getOwnPropertyDescriptor(values["Tags"], "__proto__")?.value).toBe("x")
  expect(Object.getOwnPropertyDescriptor(values["Ats"], "__proto__")?.value).toBe(5000)
  expect(Object.getPrototypeOf(values)).toBe(Object.prototype)
  expect(({} as Values)["polluted"]).toBeUndefined()
})

// Recorded from SQS, Athena, SES and Kinesis, except those for a Boolean and a blob's type.
test.each([
  ['{"Text":1}', "NUMBER_VALUE can not be converted to a String"],
  ['{"Text":1.5}', "NUMBER_VALUE can not be converted to a String"],
  ['{"Text":true}', "TRUE_VALUE can not be converted to a String"],
  ['{"Text":false}', "FALSE_VALUE can not be converted to a String"],
  ['{"Text":[]}', "Start of list found where not expected"],
  ['{"Text":{}}', "Start of structure or map found where not expected."],
  ['{"Count":"1"}', "STRING_VALUE can not be converted to an Integer"],
  ['{"Big":"1"}', "STRING_VALUE can not be converted to a Long"],
  ['{"Ratio":"1"}', "STRING_VALUE can not be converted to a Double"],
  ['{"Flag":0}', "NUMBER_VALUE can not be converted to a Boolean"],
  ['{"Flag":"true"}', "STRING_VALUE can not be converted to a Boolean"],
  ['{"Names":"a"}', "Expected list or null"],
  ['{"Names":{}}', "Start of structure or map found where not expected."],
  ['{"Names":[1]}', "NUMBER_VALUE can not be converted to a String"],
  ['{"Tags":"a"}', "Expected map or null"],
  ['{"Tags":[]}', "Start of list found where not expected"],
  ['{"Inner":1}', "Expected null"],
  ['{"Inner":[]}', "Start of list found where not expected"],
  [
    '{"At":"2020-01-01T00:00:00Z"}',
    "STRING_VALUE can not be converted to milliseconds since epoch",
  ],
  ['{"At":1e300}', "NUMBER_VALUE can not be converted to milliseconds since epoch"],
  ['{"Bytes":1}', "NUMBER_VALUE can not be converted to a Blob"],
  [
    '{"Bytes":"23456"}',
    "'23456' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 5",
  ],
  ['{"Bytes":"=+/="}', "'=+/=' can not be converted to a Blob: Invalid Base64 character: '='"],
  [
    '{"Bytes":"+/+="}',
    "'+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected",
  ],
])("%s: %s", (body, message) => {
  const error = refusal(() => decode(body))
  expect([error.code, error.message]).toEqual(["SerializationException", message])
})

test("DynamoDB has words of its own", () => {
  const model = smallModel(SHAPES, {}, "dynamodb")
  const message = (body: string) => refusal(() => decode(body, TYPE, model)).message
  expect(message('{"Text":34.56}')).toBe("DECIMAL_VALUE cannot be converted to String")
  expect(message('{"Count":"23"}')).toBe("STRING_VALUE cannot be converted to Integer")
  expect(message('{"Count":[]}')).toBe("Unrecognized collection type class java.lang.Integer")
  expect(message('{"Names":"a"}')).toBe("Unexpected field type")
  expect(message('{"Bytes":1}')).toBe("only base-64-encoded strings are convertible to bytes")
})

test("an integer is cut off and capped as AWS does", () => {
  expect(decode('{"Count":100000000000}')).toEqual({ Count: 2147483647 })
  expect(decode('{"Count":-1e99}')).toEqual({ Count: -2147483648 })
  expect(decode('{"Count":3.9}')).toEqual({ Count: 3 })
})

test("another content type is an unknown operation", () => {
  for (const type of ["text/plain", "application/x-amz-json-1.1asdf", ""]) {
    const error = refusal(() => decode("{}", { "content-type": type }))
    expect([error.code, error.options.status]).toEqual(["UnknownOperationException", 404])
  }
  expect(refusal(() => decode("{}", {})).code).toBe("UnknownOperationException")
  for (const type of ["application/json", " Application/X-Amz-Json-1.1 ; charset=utf-8"]) {
    expect(decode("{}", { "content-type": type })).toEqual({})
  }
})

function encode(output: Values, strict = false) {
  const { body } = jsonCodec({ strict }).encode(MODEL, MODEL.operations["Do"]!, output, CONTEXT)
  return JSON.parse(body as string) as Values
}

test("outputs are written as AWS writes them", () => {
  const output = {
    Text: "a",
    Ratio: Number.NEGATIVE_INFINITY,
    Bytes: Buffer.from("hi"),
    At: 1398796238500,
    Ats: { ["__proto__"]: 1000 },
    Inner: { Text: undefined, Names: [] },
  }
  const written = {
    Text: "a",
    Ratio: "-Infinity",
    Bytes: "aGk=",
    At: 1398796238.5,
    Ats: JSON.parse('{"__proto__":1}') as unknown,
    Inner: { Names: [] },
  }
  expect(encode(output, true)).toEqual(written)
  expect(encode(output, false)).toEqual(written)
})

test("members whose JSON is known are written as it is, and made for those who read them", () => {
  const names = textMember("Names", (text: string) => text.split(","))
  const unread = textMember("Names", () => {
    throw new Error("it was read")
  })
  const output = (text: string): Values => names.add({ Text: "a" }, text, "x,y")
  expect(encode(unread.add({ Text: "a" }, '["x"]', ""))).toEqual({ Text: "a", Names: ["x"] })
  expect(encode(unread.add({}, "[]", ""))).toEqual({ Names: [] })
  expect({ ...output("[]") }).toMatchObject({ Text: "a", Names: ["x", "y"] })
  expect(encode(output('["x","y"]'), true)).toEqual({ Text: "a", Names: ["x", "y"] })
  expect(() => encode(output('["y"]'), true)).toThrow("not that of its value")
})

test("an operation without output answers no body", () => {
  const operation = { ...MODEL.operations["Do"]! }
  delete (operation as { output?: unknown }).output
  expect(jsonCodec().encode(MODEL, operation, {}, CONTEXT).body).toBe("")
})

test.each([
  [{ What: 1 }],
  [{ Text: 1 }],
  [{ Text: null }],
  [{ Count: 1.5 }],
  [{ Names: "a" }],
  [{ Names: [null] }],
  [{ Tags: [] }],
  [{ Inner: { What: 1 } }],
  [{ Bytes: "aGk=" }],
  [{ At: new Date(0).toISOString() }],
])("a strict codec finds our own mistake in %j", (output) => {
  expect(() => encode(output as Values, true)).toThrow()
})

test("errors: package, status, members, text", () => {
  const codec = jsonCodec()
  const gone = new AwsError("Gone", "It is gone.", { members: { Names: ["a"] } })
  const response = codec.encodeError(MODEL, undefined, gone, CONTEXT)
  expect(response).toEqual({
    status: 404,
    headers: { "x-amzn-requestid": "id", "content-type": "application/x-amz-json-1.0" },
    body: '{"__type":"com.amazonaws.small#Gone","Message":"It is gone.","Names":["a"]}',
  })
  const version11 = smallModel(SHAPES, { jsonVersion: "1.1" })
  expect(codec.encodeError(version11, undefined, gone, CONTEXT)).toMatchObject({
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: '{"__type":"Gone","Message":"It is gone.","Names":["a"]}',
  })
})

// Recorded from Step Functions, whose model has this error itself.
test("a ValidationException is the framework's, modelled or not", () => {
  const model = smallModel({
    ...SHAPES,
    ValidationException: { type: "structure", members: {}, exception: true },
  })
  const { body } = jsonCodec().encodeError(
    model,
    undefined,
    new AwsError("ValidationException", "m"),
    CONTEXT,
  )
  expect(body).toBe('{"__type":"com.amazon.coral.validate#ValidationException","message":"m"}')
})

test("common errors: either family's name, AWS's package and spelling", () => {
  const body = (code: string, message = "m") =>
    jsonCodec().encodeError(MODEL, undefined, new AwsError(code, message), CONTEXT).body
  expect(body("AccessDenied")).toBe(
    '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"m"}',
  )
  expect(body("ValidationError")).toBe(
    '{"__type":"com.amazon.coral.validate#ValidationException","message":"m"}',
  )
  expect(body("SerializationException", "")).toBe(
    '{"__type":"com.amazon.coral.service#SerializationException"}',
  )
  const internal = jsonCodec().encodeError(
    undefined,
    undefined,
    new AwsError("InternalFailure", ""),
    CONTEXT,
  )
  expect(internal.status).toBe(500)
})

test("a service that came from Query tells the old code", () => {
  const header = (id: string, error: AwsError) => {
    const model = smallModel(SHAPES, { awsQueryCompatible: {} }, id)
    return jsonCodec().encodeError(model, undefined, error, CONTEXT).headers["x-amzn-query-error"]
  }
  expect(header("small", new AwsError("Gone", ""))).toBe("Old.Gone;Sender")
  expect(header("small", new AwsError("InvalidParameterValue", ""))).toBe(
    "InvalidParameterValue;Sender",
  )
  expect(header("small", new AwsError("SerializationException", ""))).toBe("MalformedInput;Sender")
  expect(header("small", new AwsError("InternalFailure", ""))).toBe("InternalFailure;Receiver")
})

test("any JSON is an input or is refused, nothing else", () => {
  const anyMember = fc.constantFrom(
    "Text",
    "Count",
    "Bytes",
    "At",
    "Names",
    "Tags",
    "Inner",
    "Free",
  )
  fc.assert(
    fc.property(fc.dictionary(anyMember, fc.jsonValue()), (body) => {
      try {
        decode(JSON.stringify(body))
      } catch (error) {
        expect(error).toBeInstanceOf(AwsError)
      }
    }),
  )
})

// JSON does not have it.
const withoutMinusZero = (value: number) => (value === 0 ? 0 : value)

test("what a codec writes, it reads", () => {
  const thing = fc.record(
    {
      Text: fc.string({ unit: "grapheme" }),
      Count: fc.integer(),
      Big: fc.maxSafeInteger(),
      Ratio: fc.double().map(withoutMinusZero),
      Flag: fc.boolean(),
      Bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      At: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      Names: fc.array(fc.string()),
      Tags: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
      Free: fc
        .json()
        .map((text) => JSON.parse(text) as unknown)
        .filter((value) => value !== null),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  const { encode: write } = jsonCodec({ strict: true })
  fc.assert(
    fc.property(thing, (value) => {
      const { body } = write(MODEL, MODEL.operations["Do"]!, value, CONTEXT)
      expect(decode(body as string)).toEqual(value)
    }),
  )
})
