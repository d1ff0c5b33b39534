import { expect, test } from "vitest"
import { AwsError } from "./aws-error.ts"
import { decodeCbor } from "./cbor/input.ts"
import { cborCodec, createCborReaders } from "./cbor.ts"
import type { Values } from "./codec.ts"
import { casesMissing, inputCases, outputCases } from "./testing/aws-cases.ts"
import { typeWording } from "./shapes/wording.ts"

const INPUTS = [
  "smithy-rpc-v2-cbor",
  "smithy-rpc-v2-cbor-query-compatible",
  "smithy-rpc-v2-cbor-non-query-compatible",
]
const OUTPUTS = ["smithy-rpc-v2-cbor", "smithy-rpc-v2-cbor-query-compatible"]

for (const file of INPUTS) {
  const inputs = inputCases(file).map((one) => [one.id, one] as const)
  test.skipIf(casesMissing).each(inputs)(`${file}: reads the request of %s`, (_id, one) => {
    expect(cborCodec().decode(one.model, one.operation, one.request)).toEqual(one.params)
  })
}

for (const file of OUTPUTS) {
  const outputs = outputCases(file).map((one) => [one.id, one] as const)
  test.skipIf(casesMissing).each(outputs)(`${file}: writes what %s means`, (_id, one) => {
    const codec = cborCodec({ strict: true })
    const { model, operation, error } = one
    const context = { requestId: "id" }
    const response = error
      ? codec.encodeError(
          model,
          operation,
          new AwsError(error.code, error.message, {
            // The model's status is Query's; the case answers as to a client without query mode.
            status: one.response.status,
            members: error.members,
          }),
          context,
        )
      : codec.encode(model, operation, one.result, context)
    expect(response.status).toBe(one.response.status)
    expect(response.headers["smithy-protocol"]).toBe("rpc-v2-cbor")
    const written = response.body as Uint8Array
    const empty = written.length === 0
    expect(response.headers["content-type"]).toBe(empty ? undefined : "application/cbor")

    const shape = error ? operation.errors[0] : operation.output
    const wording = typeWording(model)
    const read = (bytes: Uint8Array): unknown =>
      shape ? createCborReaders(wording)(shape)(decodeCbor(bytes), 0) : {}
    const body = empty ? {} : (decodeCbor(written) as Values)
    if (error) {
      expect(String(body["__type"]).split("#").at(-1)).toBe(error.code)
      if (error.message) expect(body["message"] ?? body["Message"]).toBe(error.message)
      const recorded = one.response.headers["x-amzn-query-error"]
      if (recorded) expect(response.headers["x-amzn-query-error"]).toBe(recorded)
    }
    expect(empty ? {} : read(written)).toEqual(error ? error.members : one.result)
    // The reader also understands what AWS itself wrote, which has more forms than we write.
    const recorded = Buffer.from(one.response.body, "base64")
    if (recorded.length > 0 && one.id !== "RpcV2CborPayloadWithUnsetUnion") {
      expect(read(recorded)).toEqual(error ? error.members : one.result)
    }
  })
}

test("the cases are there, or their absence is told", () => {
  if (casesMissing) console.warn(casesMissing)
  else expect(inputCases("smithy-rpc-v2-cbor")).not.toHaveLength(0)
})
