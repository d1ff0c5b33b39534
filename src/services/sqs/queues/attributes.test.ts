import { expect, test } from "vitest"
import {
  appliedSettings,
  asksForFifo,
  differingAttribute,
  FIFO_SETTINGS,
  shownAttributes,
  STANDARD_SETTINGS,
  type QueueSettings,
  type QueueView,
} from "./attributes.ts"

const ARN = "arn:aws:sqs:us-east-1:111111111111:jobs"

const view = (settings: QueueSettings, fifo = false): QueueView => ({
  arn: ARN,
  fifo,
  settings,
  createdMs: 1_700_000_000_999,
  modifiedMs: 1_700_000_001_000,
  counts: { visible: 1, inFlight: 2, delayed: 3 },
})

function refusal(run: () => unknown): string {
  try {
    run()
    return "passes"
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

test("SQS-15 SQS-6 the attributes of a new standard queue are AWS's", () => {
  expect(shownAttributes(view(STANDARD_SETTINGS), ["All"])).toEqual({
    ApproximateNumberOfMessages: "1",
    ApproximateNumberOfMessagesDelayed: "3",
    ApproximateNumberOfMessagesNotVisible: "2",
    CreatedTimestamp: "1700000000",
    DelaySeconds: "0",
    LastModifiedTimestamp: "1700000001",
    MaximumMessageSize: "1048576",
    MessageRetentionPeriod: "345600",
    QueueArn: ARN,
    ReceiveMessageWaitTimeSeconds: "0",
    SqsManagedSseEnabled: "true",
    VisibilityTimeout: "30",
  })
})

test("a new FIFO queue shows four attributes more", () => {
  const shown = shownAttributes(view(FIFO_SETTINGS, true), ["All"]) ?? {}
  expect(Object.keys(shown)).toHaveLength(16)
  expect(shown).toMatchObject({
    ContentBasedDeduplication: "false",
    DeduplicationScope: "queue",
    FifoQueue: "true",
    FifoThroughputLimit: "perQueue",
  })
})

test("only known attributes can be asked for, and unset ones do not show", () => {
  expect(refusal(() => shownAttributes(view(STANDARD_SETTINGS), ["QueueArn", "Foobar"]))).toBe(
    "InvalidAttributeName: Unknown Attribute Foobar.",
  )
  expect(refusal(() => shownAttributes(view(STANDARD_SETTINGS), ["toString"]))).toMatch(/Unknown/)
  expect(shownAttributes(view(STANDARD_SETTINGS), ["Policy", "FifoQueue"])).toBeUndefined()
  expect(shownAttributes(view(STANDARD_SETTINGS), [])).toBeUndefined()
})

const RANGES: readonly (readonly [string, number, number])[] = [
  ["VisibilityTimeout", 0, 43_200],
  ["DelaySeconds", 0, 900],
  ["MessageRetentionPeriod", 60, 1_209_600],
  ["ReceiveMessageWaitTimeSeconds", 0, 20],
  ["MaximumMessageSize", 1_024, 1_048_576],
  ["KmsDataKeyReusePeriodSeconds", 60, 86_400],
]

test.each(RANGES)("SQS-15 %s is a whole number from %i to %i", (name, min, max) => {
  const set = (text: string): string =>
    refusal(() => appliedSettings(STANDARD_SETTINGS, { [name]: text }, false))
  expect(set(String(min))).toBe("passes")
  expect(set(String(max))).toBe("passes")
  for (const text of [String(min - 1), String(max + 1), "", " 100", "100.5", "x", "1e3"]) {
    expect(set(text), text).toBe(`InvalidAttributeValue: Invalid value for the parameter ${name}.`)
  }
})

test("settings come out as they went in", () => {
  const attributes = {
    DelaySeconds: "17",
    MaximumMessageSize: "1234",
    MessageRetentionPeriod: "13579",
    RedrivePolicy: `{"deadLetterTargetArn":"${ARN}","maxReceiveCount":7}`,
    RedriveAllowPolicy: '{"redrivePermission":"allowAll"}',
    VisibilityTimeout: "45",
  }
  const settings = appliedSettings(STANDARD_SETTINGS, attributes, false)
  expect(shownAttributes(view(settings), Object.keys(attributes))).toEqual(attributes)
  const emptied = appliedSettings(settings, { RedrivePolicy: "", RedriveAllowPolicy: "" }, false)
  expect(shownAttributes(view(emptied), ["RedrivePolicy", "RedriveAllowPolicy"])).toBeUndefined()
})

test("a standard queue has none of the FIFO attributes", () => {
  const set = (name: string, value: string): string =>
    refusal(() => appliedSettings(STANDARD_SETTINGS, { [name]: value }, false))
  expect(set("FifoQueue", "true")).toBe("InvalidAttributeName: Unknown Attribute FifoQueue.")
  expect(set("ContentBasedDeduplication", "false")).toBe(
    "InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.",
  )
  for (const [name, value] of [
    ["DeduplicationScope", "queue"],
    ["FifoThroughputLimit", "perQueue"],
  ] as const) {
    expect(set(name, value)).toBe(
      `InvalidAttributeName: You can specify the ${name} only when FifoQueue is set to true.`,
    )
  }
  expect(set("QueueArn", ARN)).toBe("InvalidAttributeName: Unknown Attribute QueueArn.")
  expect(set("Foobar", "x")).toBe("InvalidAttributeName: Unknown Attribute Foobar.")
})

test("the kind of a queue is asked for once and stays", () => {
  expect(asksForFifo({})).toBe(false)
  expect(asksForFifo({ FifoQueue: "True" })).toBe(true)
  expect(refusal(() => asksForFifo({ FifoQueue: "false" }))).toBe(
    "InvalidAttributeName: Unknown Attribute FifoQueue.",
  )
  expect(appliedSettings(FIFO_SETTINGS, { FifoQueue: "true" }, true)).toEqual(FIFO_SETTINGS)
  expect(refusal(() => appliedSettings(FIFO_SETTINGS, { FifoQueue: "false" }, true))).toBe(
    "InvalidAttributeValue: Invalid value for the parameter FifoQueue. " +
      "Reason: Modifying queue type is not supported.",
  )
})

test("the limit per message group needs the scope of the group", () => {
  const limit = { FifoThroughputLimit: "perMessageGroupId" }
  expect(refusal(() => appliedSettings(FIFO_SETTINGS, limit, true))).toMatch(
    /allowed only when the value for DeduplicationScope is messageGroup$/,
  )
  const both = appliedSettings(
    FIFO_SETTINGS,
    { ...limit, DeduplicationScope: "messageGroup", ContentBasedDeduplication: "True" },
    true,
  )
  expect(both).toMatchObject({
    throughputLimit: "perMessageGroupId",
    deduplicationScope: "messageGroup",
    contentDeduplication: true,
  })
  expect(refusal(() => appliedSettings(FIFO_SETTINGS, { DeduplicationScope: "x" }, true))).toBe(
    "InvalidAttributeValue: Invalid value for the parameter DeduplicationScope.",
  )
})

const ENCRYPTION = ["KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "SqsManagedSseEnabled"]

test("a queue is encrypted by SQS or by a KMS key, never by both", () => {
  const keyed = appliedSettings(
    STANDARD_SETTINGS,
    { KmsMasterKeyId: "testKeyId", KmsDataKeyReusePeriodSeconds: "6000" },
    false,
  )
  expect(shownAttributes(view(keyed), ENCRYPTION)).toEqual({
    KmsDataKeyReusePeriodSeconds: "6000",
    KmsMasterKeyId: "testKeyId",
    SqsManagedSseEnabled: "false",
  })
  const back = appliedSettings(
    keyed,
    { KmsMasterKeyId: "", KmsDataKeyReusePeriodSeconds: "300" },
    false,
  )
  expect(shownAttributes(view(back), ENCRYPTION)).toEqual({ SqsManagedSseEnabled: "false" })
  const managed = appliedSettings(keyed, { SqsManagedSseEnabled: "true" }, false)
  expect(shownAttributes(view(managed), ENCRYPTION)).toEqual({ SqsManagedSseEnabled: "true" })
  const two = { KmsMasterKeyId: "testKeyId", SqsManagedSseEnabled: "true" }
  expect(refusal(() => appliedSettings(STANDARD_SETTINGS, two, false))).toBe(
    "InvalidAttributeName: You can use one type of server-side encryption (SSE) at one time. " +
      "You can either enable KMS SSE or SQS SSE.",
  )
})

test("CreateQueue compares only what it is sent", () => {
  const settings = appliedSettings(
    STANDARD_SETTINGS,
    { ReceiveMessageWaitTimeSeconds: "1", DelaySeconds: "1" },
    false,
  )
  expect(differingAttribute(settings, {}, false)).toBeUndefined()
  expect(differingAttribute(settings, { DelaySeconds: "1" }, false)).toBeUndefined()
  const other = { ReceiveMessageWaitTimeSeconds: "1", DelaySeconds: "2" }
  expect(differingAttribute(settings, other, false)).toBe("DelaySeconds")
  const fifo = { FifoQueue: "true", ContentBasedDeduplication: "True" }
  expect(differingAttribute(FIFO_SETTINGS, fifo, true)).toBe("ContentBasedDeduplication")
  const policy = { RedrivePolicy: `{"maxReceiveCount":"7","deadLetterTargetArn":"${ARN}"}` }
  const redriven = appliedSettings(settings, policy, false)
  expect(differingAttribute(redriven, policy, false)).toBeUndefined()
})
