import { expect, test } from "vitest"
import { AwsError } from "./aws-error.ts"
import { WholeBody } from "./body-text.ts"
import type { Codec, Values } from "./codec.ts"
import { ec2Codec } from "./ec2.ts"
import { queryCodec } from "./query.ts"
import { restXmlCodec } from "./rest-xml.ts"
import { router } from "./route.ts"
import { casesMissing, inputCases, outputCases } from "./testing/aws-cases.ts"
import { parseTree, readError, readOutput, received } from "./testing/xml-client.ts"

const CODECS: readonly Codec[] = [queryCodec(), ec2Codec(), restXmlCodec()]

/** What a server sees where that is not what the caller gave to the client. */
const onTheWire: Readonly<Record<string, Values>> = {
  // The client makes up a token.
  QueryProtocolIdempotencyTokenAutoFill: { token: "00000000-0000-4000-8000-000000000000" },
  Ec2ProtocolIdempotencyTokenAutoFill: { token: "00000000-0000-4000-8000-000000000000" },
  QueryIdempotencyTokenAutoFill: { token: "00000000-0000-4000-8000-000000000000" },
  // The client does not send what the map has under the name of another parameter.
  RestXmlQueryPrecedence: { baz: { qux: "alsoFromMap" } },
}

/** What a client leaves out on purpose: an empty list or map is no parameter at all. */
function withoutEmpty(values: Values): Values {
  const filled = Object.entries(values).filter(
    ([, value]) => typeof value !== "object" || value === null || Object.keys(value).length > 0,
  )
  return Object.fromEntries(filled)
}

/** Name and attributes; the models of the Query cases have lost the namespace. */
function rootOf(xml: string): readonly unknown[] {
  const root = parseTree(xml)
  return [root?.name, root?.attributes["xmlns"] === "https://example.com/" ? {} : root?.attributes]
}

for (const codec of CODECS) {
  const inputs = inputCases(codec.name).map((one) => [one.id, one] as const)
  test.skipIf(casesMissing).each(inputs)(`${codec.name}: reads the request of %s`, (_id, one) => {
    const { model, operation, request, params } = one
    if (codec.name === "rest-xml") {
      expect(router(model)(request)?.operation).toBe(operation)
    }
    const values = codec.decode(model, operation, request)
    for (const [name, value] of Object.entries(values)) {
      if (value instanceof WholeBody) values[name] = value.bytes
    }
    expect(withoutEmpty(values)).toEqual(withoutEmpty({ ...params, ...onTheWire[_id] }))
  })

  const outputs = outputCases(codec.name)
  test.skipIf(casesMissing).each(outputs.map((one) => [one.id, one] as const))(
    `${codec.name}: writes what %s means`,
    (_id, { model, operation, result, error, response: theirs }) => {
      const context = { requestId: "requestid" }
      if (error !== undefined) {
        const thrown = new AwsError(error.code, error.message, { members: error.members })
        const ours = received(codec.encodeError(model, operation, thrown, context))
        expect(ours.status).toBe(theirs.status)
        const shape = operation.errors[0]
        const read = readError(shape, theirs)
        const wire = shape?.error?.code ?? error.code
        expect(read).toMatchObject({ code: wire, members: error.members })
        expect(readError(shape, ours)).toEqual({ ...read, message: error.message })
        return
      }
      const ours = received(codec.encode(model, operation, result, context))
      expect(ours.status).toBe(theirs.status)
      // A header map without headers is no header at all.
      const wanted = codec.name === "rest-xml" && ours.body === "" ? withoutEmpty(result) : result
      expect(readOutput(codec.name, operation, theirs)).toEqual(wanted)
      expect(readOutput(codec.name, operation, ours)).toEqual(wanted)

      if (ours.body === "") return
      const type = ours.headers["content-type"]!
      expect([type, type.replace(";charset=UTF-8", "")]).toContain(
        theirs.headers["content-type"] ?? type,
      )
      // In this form the models no longer tell what the root of a payload is called; clients do
      // not look at it.
      const payload = operation.output?.payload
      if (payload !== undefined || theirs.body === "") return
      expect(rootOf(ours.body)).toEqual(rootOf(theirs.body))
    },
  )
}

test("the cases are there, or their absence is told", () => {
  if (casesMissing) console.warn(casesMissing)
  else expect(inputCases("rest-xml")).not.toHaveLength(0)
})
