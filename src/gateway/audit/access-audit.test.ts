import { expect, test } from "vitest"
import { AwsError } from "../../protocols/aws-error.ts"
import type { CallRecord } from "../../registry/call-record.ts"
import { accessAudit } from "./access-audit.ts"
import { readModels } from "../testing/open-cloud.ts"

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"

function audited(action: string, error?: AwsError): string[] {
  const reports: string[] = []
  const request = { action, resource: QUEUE, owner: "123456789012" }
  const decisions = [{ question: { request }, decision: { allowed: true }, decidedMs: 0 }]
  const record = { service: "sqs", operation: "SendMessage", decisions, error }
  accessAudit({
    models: readModels(),
    service: () => undefined,
    report: (what, fault) => reports.push(`${what}: ${String(fault)}`),
  }).observe(record as unknown as CallRecord)
  return reports
}

test("an operation that asks for another action than its own is reported", () => {
  expect(audited("sqs:SendMessage")).toEqual([])
  expect(audited("sqs:PurgeQueue")).toEqual([
    "sqs SendMessage: asks sqs:PurgeQueue, not sqs:SendMessage",
  ])
})

test("what a caller asked for wrongly, and was refused, is no fault of the operation's", () => {
  expect(audited("sqs:PurgeQueue", new AwsError("AccessDenied", "no"))).toEqual([])
})
