import { expect, test } from "vitest"
import type { StructureShape } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import { WholeBody } from "./body-text.ts"
import type { Values } from "./codec.ts"
import { createJsonReaders } from "./json/reader.ts"
import { restJsonCodec } from "./rest-json.ts"
import { router } from "./route.ts"
import { casesMissing, inputCases, outputCases } from "./testing/aws-cases.ts"
import { readHeaders, received } from "./testing/xml-client.ts"
import type { ClientAnswer } from "./testing/xml-client.ts"
import { typeWording } from "./shapes/wording.ts"

const TOKEN = { token: "00000000-0000-4000-8000-000000000000" }

/** What a server sees where that is not what the caller gave to the client. */
const onTheWire: Readonly<Record<string, Values>> = {
  // The client makes up a token.
  RestJsonQueryIdempotencyTokenAutoFill: TOKEN,
  // The client does not send what the map has under the name of another parameter.
  RestJsonQueryPrecedence: { baz: { qux: "alsoFromMap" } },
  RestJsonQueryStringEscaping: { queryParamsMapOfStringList: {} },
  RestJsonSupportsNaNFloatQueryValues: { queryParamsMapOfStringList: {} },
  RestJsonSupportsInfinityFloatQueryValues: { queryParamsMapOfStringList: {} },
  RestJsonSupportsNegativeInfinityFloatQueryValues: { queryParamsMapOfStringList: {} },
  RestJsonZeroAndFalseQueryValues: { queryParamsMapOfStringList: {} },
  // A payload that is not there and an empty one are the same bytes.
  RestJsonHttpWithEmptyStructurePayload: { payloadConfig: {} },
  RestJsonHttpWithHeadersButNoPayload: { payloadConfig: {} },
  RestJsonAllQueryStringTypes: { queryParamsMapOfStringList: {} },
}

/** What a client leaves out on purpose: an empty list or map is no parameter at all. */
function withoutEmpty(values: Values): Values {
  const filled = Object.entries(values).filter(
    ([, value]) =>
      typeof value !== "object" ||
      value === null ||
      value instanceof Uint8Array ||
      Object.keys(value).length > 0,
  )
  return Object.fromEntries(filled)
}

const inputs = inputCases("rest-json").map((one) => [one.id, one] as const)
test.skipIf(casesMissing).each(inputs)("reads the request of %s", (id, one) => {
  const { model, operation, request, params } = one
  expect(router(model)(request)?.operation).toBe(operation)
  const values = restJsonCodec().decode(model, operation, request)
  for (const [name, value] of Object.entries(values)) {
    if (value instanceof WholeBody) values[name] = value.bytes
  }
  // Lists and maps in the body can be empty; those beside it can not.
  const sent = request.body.length > 0 ? (all: Values) => all : withoutEmpty
  expect(sent(values)).toEqual(sent({ ...params, ...onTheWire[id] }))
})

function unquoted(item: unknown): unknown {
  if (typeof item !== "string" || !item.startsWith('"')) return item
  return item.slice(1, -1).replace(/\\(.)/g, "$1")
}

/** An answer as AWS's client for Python reads it. */
function read(
  shape: StructureShape | undefined,
  answer: ClientAnswer,
  jsonPayload: boolean,
): Values {
  if (shape === undefined) return {}
  const values = readHeaders(shape, answer)
  for (const [name, member] of Object.entries(shape.members)) {
    if (member.jsonvalue && typeof values[name] === "string") {
      values[name] = Buffer.from(values[name], "base64").toString()
    }
    if (member.location === "header" && Array.isArray(values[name])) {
      values[name] = values[name].map(unquoted)
    }
  }
  if (answer.body === "") return values
  const readers = createJsonReaders(typeWording({ id: "case" } as never), true)
  if (shape.payload === undefined) {
    return Object.assign(values, readers(shape)(JSON.parse(answer.body), 0))
  }
  const { shape: payload } = shape.members[shape.payload]!
  if (!jsonPayload) {
    values[shape.payload] = payload.type === "blob" ? Buffer.from(answer.body) : answer.body
  } else {
    values[shape.payload] = readers(payload)(JSON.parse(answer.body), 0)
  }
  return values
}

// Strictly and as in use, where shapes that need no conversion take a shorter way.
const outputs = outputCases("rest-json").flatMap((one) =>
  [true, false].map((strict) => [one.id, strict, one] as const),
)
test.skipIf(casesMissing).each(outputs)("writes what %s means, strict: %s", (id, strict, one) => {
  const codec = restJsonCodec({ strict })
  const { model, operation, result, error, response: theirs } = one
  const context = { requestId: "requestid" }
  if (error !== undefined) {
    const thrown = new AwsError(error.code, error.message, {
      status: theirs.status,
      members: error.members,
    })
    const ours = received(codec.encodeError(model, operation, thrown, context))
    expect(ours.status).toBe(theirs.status)
    expect(ours.headers["x-amzn-errortype"]).toBe(error.code)
    expect(read(operation.errors[0], ours, false)).toEqual({
      ...error.members,
      ...(error.message && { Message: error.message }),
    })
    return
  }
  const ours = received(codec.encode(model, operation, result, context))
  expect(ours.status).toBe(theirs.status)
  const payload = operation.output?.payload
  const type = payload === undefined ? undefined : operation.output?.members[payload]?.shape.type
  const isJson = type !== "blob" && type !== "string"
  const mine = read(operation.output, ours, isJson)
  // A prefix without letters takes all headers in.
  if (id === "HttpPrefixHeadersResponse") {
    expect(mine).toMatchObject(result)
    return
  }
  expect(mine).toEqual(result)
  expect(read(operation.output, theirs, isJson)).toEqual(result)
  const wanted = theirs.headers["content-type"]
  if (wanted !== undefined && ours.body !== "") expect(ours.headers["content-type"]).toBe(wanted)
})

test("the cases are there, or their absence is told", () => {
  if (casesMissing) console.warn(casesMissing)
  else expect(inputCases("rest-json")).not.toHaveLength(0)
})
