import { expect, test } from "vitest"
import type { AccessRequest } from "../access.ts"
import { accessFault, isMapped } from "./access-fault.ts"

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"
const asked = (request: Partial<AccessRequest>): AccessRequest => ({
  action: "sqs:SendMessage",
  resource: QUEUE,
  owner: "123456789012",
  ...request,
})
const send = { signingName: "sqs", operation: "SendMessage" }

test.each<[string, readonly AccessRequest[], string | undefined]>([
  ["its own action on its resource", [asked({})], undefined],
  ["another action beside it", [asked({}), asked({ action: "sqs:TagQueue" })], undefined],
  ["nothing", [], "asks nothing"],
  ["another action", [asked({ action: "sqs:TagQueue" })], "asks sqs:TagQueue, not sqs:SendMessage"],
  [
    "an unknown action beside it",
    [asked({}), asked({ action: "sqs:X" })],
    "AWS has no action sqs:X",
  ],
  [
    "a resource of another kind",
    [asked({ resource: "arn:aws:s3:::jobs" })],
    "sqs:SendMessage is not about arn:aws:s3:::jobs",
  ],
  ["no resource", [asked({ resource: "*" })], "sqs:SendMessage is not about *"],
  ["keys that all requests have", [asked({ context: { "aws:TagKeys": "x" } })], undefined],
  [
    "an unknown key",
    [asked({ context: { "sqs:Color": "red" } })],
    "sqs:SendMessage has no condition key sqs:Color",
  ],
])("an operation that asks for %s", (_what, requests, fault) => {
  expect(accessFault(send, requests)).toBe(fault)
})

test.each([
  ["sqs", "SendMessageBatch"],
  ["s3", "HeadObject"],
  ["s3", "ListBucketInventoryConfigurations"],
  ["s3", "DeleteBucketMetricsConfiguration"],
  ["lambda", "Invoke"],
  ["monitoring", "PutMetricData"],
  ["access-analyzer", "ListFindingsV2"],
])("the action of %s %s is known, though it has another name", (signingName, operation) => {
  expect(isMapped({ signingName, operation })).toBe(true)
})

test("an operation without an action is not mapped", () => {
  expect(isMapped({ signingName: "sqs", operation: "Nothing" })).toBe(false)
})
