import { expect, test } from "vitest"
import type { WireRequest } from "../kernel/wire.ts"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { createJsonReaders } from "./json/reader.ts"
import { typeWording } from "./shapes/wording.ts"
import { jsonCodec } from "./json.ts"
import { casesMissing, inputCases, outputCases } from "./testing/aws-cases.ts"
import type { InputCase } from "./testing/aws-cases.ts"

const FILES = ["json", "json_1_0", "json_1_0-query-compatible"]

// The cases of 1.0 leave headers out that do not matter to them; clients always send this one.
function withContentType(one: InputCase): WireRequest {
  const type = `application/x-amz-json-${one.model.jsonVersion}`
  return { ...one.request, headers: { "content-type": type, ...one.request.headers } }
}

for (const file of FILES) {
  const inputs = inputCases(file).map((one) => [one.id, one] as const)
  test.skipIf(casesMissing).each(inputs)(`${file}: reads the request of %s`, (_id, one) => {
    expect(jsonCodec().decode(one.model, one.operation, withContentType(one))).toEqual(one.params)
  })

  // Strictly and as in use, where shapes that need no conversion take a shorter way.
  const outputs = outputCases(file).flatMap((one) =>
    [true, false].map((strict) => [one.id, strict, one] as const),
  )
  test.skipIf(casesMissing).each(outputs)(
    `${file}: writes what %s means, strict: %s`,
    (_id, strict, one) => {
      const codec = jsonCodec({ strict })
      const { model, operation, error } = one
      const response = error
        ? codec.encodeError(
            model,
            operation,
            new AwsError(error.code, error.message, {
              status: one.response.status,
              members: error.members,
            }),
            { requestId: "id" },
          )
        : codec.encode(model, operation, one.result, { requestId: "id" })
      expect(response.status).toBe(one.response.status)
      const version = model.jsonVersion
      expect(response.headers["content-type"]).toBe(`application/x-amz-json-${version}`)

      const body = response.body === "" ? {} : (JSON.parse(response.body as string) as Values)
      if (error) {
        expect(String(body["__type"]).split("#").at(-1)).toBe(error.code)
        if (error.message) expect(body["message"] ?? body["Message"]).toBe(error.message)
        const recorded = one.response.headers["x-amzn-query-error"]
        if (recorded) expect(response.headers["x-amzn-query-error"]).toBe(recorded)
      }
      const shape = error ? operation.errors[0] : operation.output
      if (shape === undefined) return
      const read = createJsonReaders(typeWording(model), false)(shape)
      expect(read(body, 0)).toEqual(error ? error.members : one.result)
    },
  )
}

test("the cases are there, or their absence is told", () => {
  if (casesMissing) console.warn(casesMissing)
  else expect(inputCases("json")).not.toHaveLength(0)
})
