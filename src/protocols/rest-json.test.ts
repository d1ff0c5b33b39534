import { expect, test } from "vitest"
import type { WireRequest } from "../kernel/wire.ts"
import { AwsError } from "./aws-error.ts"
import { WholeBody } from "./body-text.ts"
import type { Values } from "./codec.ts"
import { restJsonCodec } from "./rest-json.ts"
import { postRequest, smallModel } from "./testing/models.ts"
import { publishedModel } from "./testing/published.ts"

const LAMBDA = publishedModel("lambda")
const CONTEXT = { requestId: "id" }
const FUNCTIONS = "/2015-03-31/functions"

function decode(operation: string, request: Partial<WireRequest>): Values {
  const whole = { ...postRequest(""), ...request }
  return restJsonCodec().decode(LAMBDA, LAMBDA.operations[operation]!, whole)
}

function encode(operation: string, output: Values) {
  const codec = restJsonCodec({ strict: true })
  return codec.encode(LAMBDA, LAMBDA.operations[operation]!, output, CONTEXT)
}

test("label, parameters, headers and body make one input", () => {
  const input = decode("AddPermission", {
    path: `${FUNCTIONS}/my%2Dfunction/policy`,
    query: "Qualifier=prod&unknown=1",
    body: Buffer.from('{"StatementId":"s","Action":null,"Other":1,"FunctionName":"not mine"}'),
  })
  expect(input).toEqual({ FunctionName: "my-function", Qualifier: "prod", StatementId: "s" })
})

test("a payload is the body as it is", () => {
  const path = `${FUNCTIONS}/f/invocations`
  const payload = Buffer.from([0xff, 0])
  const headers = { "x-amz-invocation-type": "Event" }
  const input = decode("Invoke", { path, body: payload, headers })
  expect(input).toMatchObject({ FunctionName: "f", InvocationType: "Event" })
  expect(Buffer.from(input["Payload"] as Uint8Array)).toEqual(payload)
})

test("a streaming payload is a stream even when it is small", () => {
  const lex = publishedModel("lex-runtime")
  const operation = lex.operations["PostContent"]!
  const request = { ...postRequest("audio"), path: "/bot/b/alias/a/user/u/content" }
  const { inputStream } = restJsonCodec().decode(lex, operation, request)
  expect(inputStream).toBeInstanceOf(WholeBody)
})

test.each(["[]", "null", "1", "{", '"a"'])("the body %s is no input", (body) => {
  const path = `${FUNCTIONS}/f/policy`
  expect(() => decode("AddPermission", { path, body: Buffer.from(body) })).toThrow(
    expect.objectContaining({ code: "SerializationException", message: "" }),
  )
})

test("a parameter of a wrong type is refused", () => {
  expect(() => decode("ListFunctions", { path: `${FUNCTIONS}/`, query: "MaxItems=many" })).toThrow(
    expect.objectContaining({ code: "SerializationException" }),
  )
})

test("hostile keys reach no prototype", () => {
  const input = decode("TagResource", {
    path: "/2017-03-31/tags/arn",
    body: Buffer.from('{"Tags":{"__proto__":"x"},"__proto__":{"polluted":"yes"}}'),
  })
  expect(Object.keys(input["Tags"] as Values)).toEqual(["__proto__"])
  expect(({} as Values)["polluted"]).toBeUndefined()
})

test("status and body of an output", () => {
  expect(encode("DeleteFunction", { StatusCode: 204 })).toMatchObject({ status: 204 })
  expect(encode("TagResource", {})).toMatchObject({ status: 204, body: "" })
  expect(encode("AddPermission", { Statement: "s" })).toEqual({
    status: 201,
    headers: { "x-amzn-requestid": "id", "content-type": "application/json" },
    body: '{"Statement":"s"}',
  })
  const invoked = encode("Invoke", { StatusCode: 202, FunctionError: "Unhandled", Payload: "{}" })
  expect(invoked).toMatchObject({
    status: 202,
    headers: { "X-Amz-Function-Error": "Unhandled", "content-type": "application/octet-stream" },
    body: "{}",
  })
})

test.each([
  ["AddPermission", { Statment: "s" }],
  ["Invoke", { StatusCode: 200, Paylod: "" }],
  ["TagResource", { Anything: 1 }],
])("a strict codec finds our own mistake in %s", (operation, output) => {
  expect(() => encode(operation, output)).toThrow("has no member")
})

function encodeError(error: AwsError, operation = "GetFunction") {
  return restJsonCodec().encodeError(LAMBDA, LAMBDA.operations[operation], error, CONTEXT)
}

// The form of the body is recorded from Lambda.
test("a modelled error has its status, type and members", () => {
  const members = { Type: "User" }
  const error = new AwsError("ResourceNotFoundException", "Function not found", { members })
  const { status, headers, body } = encodeError(error)
  expect(status).toBe(404)
  expect(headers["x-amzn-errortype"]).toBe("ResourceNotFoundException")
  expect(JSON.parse(body as string)).toEqual({ Type: "User", Message: "Function not found" })
})

test("an error's member in a header", () => {
  const members = { retryAfterSeconds: "10" }
  const error = new AwsError("TooManyRequestsException", "Slow down", { members })
  const { headers, body } = encodeError(error)
  expect(headers["Retry-After"]).toBe("10")
  expect(JSON.parse(body as string)).toEqual({ message: "Slow down" })
})

test.each([
  ["AccessDenied", "AccessDeniedException", 403],
  ["Throttling", "ThrottlingException", 429],
  ["ValidationException", "ValidationException", 400],
  ["InternalFailure", "InternalFailure", 500],
  ["UnknownOperationException", "UnknownOperationException", 404],
])("the common error %s", (code, type, status) => {
  const response = encodeError(new AwsError(code, "m"))
  expect([response.headers["x-amzn-errortype"], response.status]).toEqual([type, status])
})

test("a member beside the body is not in it, and HEAD has no body", () => {
  const model = smallModel({
    Thing: {
      type: "structure",
      members: {
        Tag: { shape: "String", location: "header" },
        Text: { shape: "String" },
      },
    },
  })
  const operation = model.operations["Do"]!
  const { encode: write } = restJsonCodec()
  const output = { Tag: "t", Text: "a" }
  expect(write(model, operation, output, CONTEXT)).toMatchObject({
    headers: { Tag: "t" },
    body: '{"Text":"a"}',
  })
  const head = { ...operation, http: { ...operation.http, method: "HEAD" } }
  expect(write(model, head, output, CONTEXT)).toMatchObject({ headers: { Tag: "t" }, body: "" })
})
