import { expect, test } from "vitest"
import {
  parsePolicyAttribute,
  policyWithoutPermission,
  policyWithPermission,
} from "./policy-document.ts"

const ARN = "arn:aws:sqs:us-east-1:111111111111:jobs"
const GRANT = { label: "one", accounts: ["111111111111"], actions: ["ReceiveMessage"] }

function refusal(run: () => unknown): string {
  try {
    run()
    return "passes"
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

test("a permission becomes a statement as AWS writes it", () => {
  const two = { ...GRANT, accounts: ["668614515564", "111111111111"] }
  expect(JSON.parse(policyWithPermission(undefined, ARN, two))).toEqual({
    Version: "2008-10-17",
    Id: `${ARN}/SQSDefaultPolicy`,
    Statement: [
      {
        Sid: "one",
        Effect: "Allow",
        Principal: {
          AWS: ["arn:aws:iam::668614515564:root", "arn:aws:iam::111111111111:root"],
        },
        Action: "SQS:ReceiveMessage",
        Resource: ARN,
      },
    ],
  })
  const statement = JSON.parse(
    policyWithPermission(undefined, ARN, { ...GRANT, actions: ["SendMessage", "*"] }),
  ).Statement[0]
  expect(statement.Principal).toEqual({ AWS: "arn:aws:iam::111111111111:root" })
  expect(statement.Action).toEqual(["SQS:SendMessage", "SQS:*"])
})

test("permissions are added to the policy that is there and removed by label", () => {
  const own = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Sid: "own", Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: ARN },
  })
  const both = policyWithPermission(own, ARN, GRANT)
  expect(JSON.parse(both).Version).toBe("2012-10-17")
  expect(JSON.parse(both).Statement.map((one: { Sid: string }) => one.Sid)).toEqual(["own", "one"])
  const left = policyWithoutPermission(both, "own")
  expect(JSON.parse(left ?? "").Statement).toHaveLength(1)
  expect(policyWithoutPermission(left, "one")).toBeUndefined()
})

test("labels are unique, and only known ones can be removed", () => {
  const policy = policyWithPermission(undefined, ARN, GRANT)
  expect(refusal(() => policyWithPermission(policy, ARN, GRANT))).toBe(
    "InvalidParameterValue: Value one for parameter Label is invalid. Reason: Already exists.",
  )
  expect(refusal(() => policyWithoutPermission(undefined, "two"))).toBe(
    "InvalidParameterValue: Value two for parameter Label is invalid. Reason: can't find label.",
  )
  expect(refusal(() => policyWithoutPermission(policy, "two"))).toMatch(/on existing policy\.$/)
  expect(refusal(() => policyWithoutPermission(policy, ""))).toBe(
    "MissingParameter: The request must contain the parameter Label.",
  )
})

test("what a permission may name", () => {
  const give = (grant: Partial<typeof GRANT>): string =>
    refusal(() => policyWithPermission(undefined, ARN, { ...GRANT, ...grant }))
  expect(give({ actions: [] })).toBe(
    "MissingParameter: The request must contain the parameter Actions.",
  )
  expect(give({ accounts: [] })).toBe(
    "InvalidParameterValue: Value [] for parameter PrincipalId is invalid. Reason: Unable to verify.",
  )
  expect(give({ accounts: ["12"] })).toMatch(/Unable to verify/)
  expect(give({ actions: Array.from({ length: 8 }, () => "SendMessage") })).toBe(
    "OverLimit: 8 Actions were found, maximum allowed is 7.",
  )
  expect(give({ actions: ["RemovePermission"] })).toBe(
    "InvalidParameterValue: Value SQS:RemovePermission for parameter ActionName is invalid. " +
      "Reason: Only the queue owner is allowed to invoke this action.",
  )
  expect(give({ actions: ["SendMessageBatch"] })).toMatch(/Please refer to the appropriate WSDL/)
  expect(give({ label: "a b" })).toMatch(/parameter Label is invalid/)
})

test("a policy has at most 20 statements", () => {
  let policy: string | undefined
  for (let i = 0; i < 20; i += 1) {
    policy = policyWithPermission(policy, ARN, { ...GRANT, label: `l${i}` })
  }
  expect(refusal(() => policyWithPermission(policy, ARN, GRANT))).toMatch(/^OverLimit: 21 /)
  const text = JSON.stringify({ Statement: Array(22).fill(JSON.parse(policy ?? "").Statement[0]) })
  expect(refusal(() => parsePolicyAttribute(text))).toBe(
    "OverLimit: 22 statements were found in the submitted policy, max allowed is 20",
  )
})

test("a policy has at most 8,192 bytes, set or grown", () => {
  const whole = policyWithPermission(undefined, ARN, GRANT)
  const room = 8_192 - Buffer.byteLength(whole)
  const largest = whole.replace("SQSDefaultPolicy", `SQSDefaultPolicy${"x".repeat(room)}`)
  expect(parsePolicyAttribute(largest)).toBe(largest)
  const tooLarge = "OverLimit: Submitted policy is over max allowed size."
  expect(refusal(() => parsePolicyAttribute(`${largest} `))).toBe(tooLarge)
  expect(refusal(() => policyWithPermission(largest, ARN, { ...GRANT, label: "two" }))).toBe(
    tooLarge,
  )
})

test("a statement has at most 7 actions, 50 principals and 10 conditions", () => {
  const given = (change: object): string =>
    refusal(() => {
      const one = JSON.parse(policyWithPermission(undefined, ARN, GRANT)).Statement[0]
      parsePolicyAttribute(JSON.stringify({ Statement: [{ ...one, ...change }] }))
    })
  const actions = (count: number) => ({ Action: Array(count).fill("sqs:SendMessage") })
  const principals = (AWS: number) => ({
    Principal: { AWS: Array(AWS).fill("111111111111"), Service: "sns.amazonaws.com" },
  })
  const conditions = (count: number) => ({
    Condition: {
      StringLike: Object.fromEntries(
        Array.from({ length: count - 1 }, (_, at) => [`aws:PrincipalTag/${at}`, "x"]),
      ),
      Bool: { "aws:SecureTransport": "true" },
    },
  })
  for (const most of [actions(7), principals(49), conditions(10)])
    expect(given(most)).toBe("passes")
  expect(given(actions(8))).toBe(
    "OverLimit: 8 actions were found in a statement from the submitted policy, max allowed is 7",
  )
  expect(given(principals(50))).toMatch(/^OverLimit: 51 principals /)
  expect(given(conditions(11))).toMatch(/^OverLimit: 11 conditions /)
})

test("the Policy attribute is a policy or empty", () => {
  expect(parsePolicyAttribute("")).toBeUndefined()
  const policy = policyWithPermission(undefined, ARN, GRANT)
  expect(parsePolicyAttribute(policy)).toBe(policy)
  for (const text of [
    "x",
    "[]",
    "{}",
    '{"Version":"2000-01-01","Statement":[]}',
    '{"Statement":[{}]}',
  ]) {
    expect(
      refusal(() => parsePolicyAttribute(text)),
      text,
    ).toBe("InvalidAttributeValue: Invalid value for the parameter Policy.")
  }
  const stray = policy.replaceAll(ARN, "$queue")
  expect(parsePolicyAttribute(stray)).toBe(stray)
})
