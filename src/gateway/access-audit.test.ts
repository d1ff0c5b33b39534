import { expect, test } from "vitest"
import type { CallRecord } from "../registry/call-record.ts"
import { accessAudit } from "./access-audit.ts"
import { readModels } from "./testing/open-cloud.ts"

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"

function audited(action: string, allowed = true): string[] {
  const reports: string[] = []
  const request = { action, resource: QUEUE, owner: "123456789012" }
  const decision = allowed ? { allowed } : { allowed, reason: "because" }
  const decisions = [{ question: { request }, decision, decidedMs: 0 }]
  const record = { service: "sqs", operation: "SendMessage", decisions } as unknown as CallRecord
  accessAudit(readModels(), (what, error) => reports.push(`${what}: ${String(error)}`))(record)
  return reports
}

test("an operation that asks for another action than its own is reported", () => {
  expect(audited("sqs:SendMessage")).toEqual([])
  expect(audited("sqs:PurgeQueue")).toEqual([
    "sqs SendMessage: asks sqs:PurgeQueue, not sqs:SendMessage",
  ])
})

test("after a denial nobody knows what would have been asked next", () => {
  expect(audited("sqs:PurgeQueue", false)).toEqual([])
})
