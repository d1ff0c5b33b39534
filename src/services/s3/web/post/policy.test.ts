import { expect, test } from "vitest"
import type { AwsError } from "../../../../protocols/aws-error.ts"
import { assertPolicy } from "./policy.ts"

const expiration = "2026-01-16T00:00:00Z"
const facts = {
  values: new Map([["key", "a"]]),
  fields: ["key"],
  fileBytes: 5,
  nowMs: Date.UTC(2026, 0, 15),
}

/** What a form with this policy is refused with. */
function refusalOf(encoded: string): string {
  try {
    assertPolicy(encoded, facts)
    return "no refusal"
  } catch (error) {
    const { code, message, options } = error as AwsError
    return `${code} ${options.status}: ${message}`
  }
}

const told = (document: unknown): string => {
  const text = typeof document === "string" ? document : JSON.stringify(document)
  return refusalOf(Buffer.from(text).toString("base64"))
}

test("a policy that is none is refused for what is wrong with it first", () => {
  const conditioned = (...conditions: unknown[]) => ({ expiration, conditions })
  for (const [document, why] of [
    ["no JSON", "Invalid JSON."],
    ["null", "Invalid JSON."],
    ["[]", "Invalid JSON."],
    [{ conditions: [] }, "Policy missing expiration."],
    [{ expiration: true, conditions: [] }, "Invalid JSON."],
    [{ expiration }, "Policy missing conditions."],
    [{ expiration, conditions: true }, "Invalid 'conditions' value: must be a List."],
    [{ expiration, conditions: [], extra: 1 }, 'Unexpected: "extra"'],
    [conditioned(true), "Invalid condition test: must be a List or Object."],
    [conditioned([]), "Invalid Condition: missing operation identifier."],
    [conditioned(["is", "$key", "a"]), "Invalid Condition: unknown operation 'is'."],
    [conditioned(["eq", "$key", "a", "b"]), "Invalid eq: wrong number of arguments."],
    [conditioned({ key: true }), "Invalid Simple-Condition: value must be a string."],
  ] as const)
    expect([document, told(document)]).toEqual([
      document,
      `InvalidPolicyDocument 400: Invalid Policy: ${why}`,
    ])
  expect(refusalOf("")).toContain("Expecting '{' but found End-of-Input")
  expect(refusalOf("!")).toContain("invalid Base64 encoding.")
})

test("a policy that names each field by what it is lets the form through", () => {
  for (const condition of [{ key: "a" }, ["eq", "$key", "a"], ["starts-with", "$key", ""]])
    expect(told({ expiration, conditions: [condition] })).toBe("no refusal")
  expect(told({ expiration, conditions: [["EQ", "$Key", "a"]] })).toBe("no refusal")
  expect(told({ expiration, conditions: [] })).toContain("Extra input fields: key")
})
