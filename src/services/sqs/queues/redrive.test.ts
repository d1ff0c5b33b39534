import { expect, test } from "vitest"
import {
  allows,
  assertRedriveTarget,
  parseRedriveAllowPolicy,
  parseRedrivePolicy,
  renderRedriveAllowPolicy,
  renderRedrivePolicy,
} from "./redrive.ts"

const DLQ = "arn:aws:sqs:us-east-1:123456789012:dead"
const SOURCE = {
  account: "123456789012",
  region: "us-east-1",
  fifo: false,
  arn: "arn:aws:sqs:us-east-1:123456789012:jobs",
}

const policy = (value: object): string => JSON.stringify(value)

function refusal(read: () => unknown): string {
  try {
    read()
    return "passes"
  } catch (error) {
    return (error as Error).message
  }
}

test("a redrive policy is read with its count as a number or as digits", () => {
  const expected = { targetArn: DLQ, maxReceiveCount: 5 }
  expect(parseRedrivePolicy(policy({ deadLetterTargetArn: DLQ, maxReceiveCount: 5 }))).toEqual(
    expected,
  )
  expect(parseRedrivePolicy(policy({ maxReceiveCount: "5", deadLetterTargetArn: DLQ }))).toEqual(
    expected,
  )
  expect(renderRedrivePolicy(expected)).toBe(`{"deadLetterTargetArn":"${DLQ}","maxReceiveCount":5}`)
})

test("an empty text removes the policies", () => {
  expect(parseRedrivePolicy("")).toBeUndefined()
  expect(parseRedriveAllowPolicy("")).toBeUndefined()
})

test("a redrive policy has both members and no other", () => {
  const reason = (text: string): string =>
    refusal(() => parseRedrivePolicy(text)).replace(
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: `,
      "",
    )
  expect(reason("{}")).toBe("Redrive policy does not contain mandatory attribute: maxReceiveCount.")
  expect(reason(policy({ maxReceiveCount: 5 }))).toBe(
    "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
  )
  expect(reason(policy({ deadLetterTargetArn: DLQ, maxReceiveCount: 5, x: 1 }))).toBe(
    "Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].",
  )
  for (const count of [0, 1001, -36, "x", 1.5]) {
    expect(reason(policy({ deadLetterTargetArn: DLQ, maxReceiveCount: count }))).toBe(
      `Invalid value for maxReceiveCount: ${count}, valid values are from 1 to 1000 both inclusive.`,
    )
  }
  expect(reason(policy({ deadLetterTargetArn: "dummy", maxReceiveCount: 5 }))).toBe(
    "Dead-letter target ARN should be fully qualified ARN.",
  )
  const topic = "arn:aws:sns:us-east-1:123456789012:topic"
  expect(reason(policy({ deadLetterTargetArn: topic, maxReceiveCount: 5 }))).toBe(
    "Only SQS queues are valid resources for deadLetterTargetArn.",
  )
  for (const text of [" ", "[]", "7", "x"]) {
    expect(reason(text)).toBe(
      "Invalid value for the parameter RedrivePolicy. " +
        "Reason: Redrive policy is not a valid JSON map.",
    )
  }
})

test("SQS-7 a dead-letter queue is there, of the same account, Region and kind, and willing", () => {
  const parsed = { targetArn: DLQ, maxReceiveCount: 5 }
  const reason = (...args: Parameters<typeof assertRedriveTarget>): string =>
    refusal(() => assertRedriveTarget(...args)).replace(/^.*Reason: /, "")
  expect(reason(parsed, SOURCE, { fifo: false })).toBe("passes")
  expect(reason(parsed, SOURCE, undefined)).toBe("Dead letter target does not exist.")
  expect(reason(parsed, { ...SOURCE, fifo: true }, { fifo: false })).toBe(
    "Dead-letter queue must be same type of queue as the source..",
  )
  for (const other of [{ account: "111111111111" }, { region: "eu-west-1" }]) {
    expect(reason(parsed, { ...SOURCE, ...other }, { fifo: false })).toBe(
      "Dead-letter target owner should be same as the source.",
    )
  }
  expect(reason(parsed, SOURCE, { fifo: false, allow: { permission: "denyAll" } })).toMatch(
    /does not allow this source queue/,
  )
})

test("a redrive allow policy says which sources a queue takes", () => {
  const byQueue = { permission: "byQueue", sources: [SOURCE.arn] } as const
  expect(allows(undefined, SOURCE.arn)).toBe(true)
  expect(allows({ permission: "allowAll" }, SOURCE.arn)).toBe(true)
  expect(allows({ permission: "denyAll" }, SOURCE.arn)).toBe(false)
  expect(allows(byQueue, SOURCE.arn)).toBe(true)
  expect(allows(byQueue, `${SOURCE.arn}2`)).toBe(false)
  const text = `{"redrivePermission":"byQueue","sourceQueueArns":["${SOURCE.arn}"]}`
  expect(parseRedriveAllowPolicy(text)).toEqual(byQueue)
  expect(renderRedriveAllowPolicy(byQueue)).toBe(text)
  expect(renderRedriveAllowPolicy({ permission: "denyAll" })).toBe(
    '{"redrivePermission":"denyAll"}',
  )
})

test("a redrive allow policy of another form is refused", () => {
  const unsupported =
    "Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't create the " +
    "redrive allow policy, as it’s in an unsupported format."
  const bad = [
    "badjson",
    "[]",
    "{}",
    policy({ redrivePermission: "dummy" }),
    policy({ redrivePermission: "allowAll", dummy: 1 }),
    policy({ redrivePermission: "byQueue", sourceQueueArns: "arn:aws:sqs" }),
    policy({ redrivePermission: "byQueue", sourceQueueArns: [{}] }),
  ]
  for (const text of bad) expect(refusal(() => parseRedriveAllowPolicy(text))).toBe(unsupported)
  const reason = (text: string): string =>
    refusal(() => parseRedriveAllowPolicy(text)).replace(
      /^.*can't create the redrive allow policy\. /,
      "",
    )
  const some =
    "When you specify the byQueue permission type, you must also specify one or more " +
    "sourceQueueArns values."
  expect(reason(policy({ redrivePermission: "byQueue" }))).toBe(some)
  expect(reason(policy({ redrivePermission: "byQueue", sourceQueueArns: [] }))).toBe(some)
  const eleven = Array.from({ length: 11 }, (_, i) => `${SOURCE.arn}${i}`)
  expect(reason(policy({ redrivePermission: "byQueue", sourceQueueArns: eleven }))).toBe(
    "The maximum number of source queue ARNs you can specify is 10.",
  )
  expect(reason(policy({ redrivePermission: "denyAll", sourceQueueArns: [SOURCE.arn] }))).toBe(
    "To specify one or more source queue ARNs, you must set redrivePermission to byQueue.",
  )
})
