import { expect, test } from "vitest"
import { packedPercent } from "./packed-size.ts"
import { sessionPolicies } from "./session-policy.ts"
import { ACCOUNT, ALLOW_ALL } from "./testing/open-sts.ts"

const NOTHING = { policyArns: [], tags: [], transitiveTagKeys: [] }
const policyOf = (statement: unknown, version: unknown = "2012-10-17"): string =>
  JSON.stringify({ Version: version, Statement: statement })
const ALLOW = { Effect: "Allow", Action: "s3:*", Resource: "*" }

test.each([
  ALLOW_ALL,
  policyOf(ALLOW),
  policyOf([ALLOW, { Effect: "Deny", NotAction: ["s3:*"], NotResource: ["*"] }]),
  policyOf(ALLOW, undefined),
  policyOf(ALLOW, "2008-10-17"),
])("%s is a session policy", (Policy) => {
  expect(sessionPolicies({ Policy }, ACCOUNT)).toEqual({ policy: Policy, policyArns: [] })
})

test.each([
  ["{", "Syntax errors in policy."],
  ["[]", "Syntax errors in policy."],
  ["null", "Syntax errors in policy."],
  ["{}", "Syntax errors in policy."],
  [policyOf([]), "Syntax errors in policy."],
  [policyOf("Allow"), "Syntax errors in policy."],
  [policyOf([{ ...ALLOW, Effect: "Maybe" }]), "Syntax errors in policy."],
  [policyOf(ALLOW, "2020-01-01"), "Syntax errors in policy."],
  [policyOf({ ...ALLOW, Sid: "a b" }), "Statement IDs (SID) must be alpha-numeric."],
  [policyOf({ ...ALLOW, Action: undefined }), "Policy statement must contain actions."],
  [policyOf({ ...ALLOW, Resource: undefined }), "Policy statement must contain resources."],
  [policyOf({ ...ALLOW, Principal: "*" }), "Policy document should not specify a principal."],
])("%s is none", (Policy, message) => {
  expect(() => sessionPolicies({ Policy }, ACCOUNT)).toThrow(message)
})

test("a policy has up to 2,048 characters", () => {
  const padded = (length: number): string => ALLOW_ALL.padEnd(length)
  expect(() => sessionPolicies({ Policy: padded(2_048) }, ACCOUNT)).not.toThrow()
  expect(() => sessionPolicies({ Policy: padded(2_049) }, ACCOUNT)).toThrow(
    "at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048",
  )
})

test("up to ten managed policies of AWS and of the session's account", () => {
  const arns = (count: number, owner: string) =>
    Array.from({ length: count }, (_, i) => ({ arn: `arn:aws:iam::${owner}:policy/team/P${i}` }))
  expect(sessionPolicies({ PolicyArns: arns(10, ACCOUNT) }, ACCOUNT).policyArns).toHaveLength(10)
  expect(sessionPolicies({ PolicyArns: arns(1, "aws") }, ACCOUNT).policyArns).toHaveLength(1)
  expect(() => sessionPolicies({ PolicyArns: arns(11, ACCOUNT) }, ACCOUNT)).toThrow(
    "Member must have length less than or equal to 10",
  )
  expect(() => sessionPolicies({ PolicyArns: arns(1, "210987654321") }, ACCOUNT)).toThrow(
    "is invalid",
  )
  expect(() => sessionPolicies({ PolicyArns: [{}] }, ACCOUNT)).toThrow("is invalid")
})

test("blanks take no packed space, text that repeats little", () => {
  const packed = packedPercent({ ...NOTHING, policy: ALLOW_ALL })
  expect(packedPercent({ ...NOTHING, policy: ALLOW_ALL.padEnd(2_000) })).toBe(packed)
  const statements = policyOf(Array.from({ length: 20 }, () => ALLOW))
  expect(packedPercent({ ...NOTHING, policy: statements })).toBeLessThan(20)
  expect(packedPercent(NOTHING)).toBeUndefined()
})

test("what does not fit is refused, in words for policies and for tags", () => {
  // Text that cannot be made shorter: a simple generator of digits.
  let seed = 1
  const noise = (length: number): string =>
    Array.from({ length }, () => {
      seed = (seed * 16_807) % 2_147_483_647
      return String.fromCharCode(97 + (seed % 26))
    }).join("")
  const policy = policyOf({ ...ALLOW, Resource: noise(1_500) })
  expect(() => packedPercent({ ...NOTHING, policy })).toThrow(
    /^Packed policy consumes 2\d\d% of allotted space, please use smaller policy\.$/,
  )
  const tags = Array.from({ length: 10 }, (_, i) => ({ Key: `k${i}`, Value: noise(200) }))
  expect(() => packedPercent({ ...NOTHING, policy: ALLOW_ALL, tags })).toThrow(
    /^Packed size of session tags consumes \d{3}% of allotted space\.$/,
  )
})
