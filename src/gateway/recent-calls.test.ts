import { expect, test } from "vitest"
import { AwsError } from "../protocols/aws-error.ts"
import type { CallRecord } from "../registry/call-record.ts"
import { RecentCalls } from "./recent-calls.ts"

const record = (requestId: string): CallRecord => ({
  ...{ requestId, service: "sqs", operation: "SendMessage" },
  ...{ call: undefined, decisions: [], error: undefined },
})

test("only so many are kept, the latest", () => {
  const recent = new RecentCalls(() => 0, 3)
  const ids = () => recent.list({ denied: false, limit: 9 }).map(({ requestId }) => requestId)
  expect(ids()).toEqual([])
  for (const id of ["a", "b"]) recent.keep(record(id))
  expect(ids()).toEqual(["b", "a"])
  for (const id of ["c", "d", "e"]) recent.keep(record(id))
  expect(ids()).toEqual(["e", "d", "c"])
  expect(recent.find("b")).toEqual([])
  expect(recent.find("d")).toHaveLength(1)
})

test("calls of one request stay in their order over the ring's end", () => {
  let now = 0
  const recent = new RecentCalls(() => now++, 3)
  for (const id of ["a", "b", "c", "c"]) recent.keep(record(id))
  expect(recent.find("c").map(({ answeredMs }) => answeredMs)).toEqual([2, 3])
})

test("what was refused is kept longer than what went well", () => {
  const recent = new RecentCalls(() => 0)
  const error = new AwsError("AccessDenied", "no")
  recent.keep({ ...record("refused"), error })
  recent.keep(record("fine"))
  for (let i = 0; i < 300; i += 1) recent.keep(record(`call ${i}`))
  recent.keep({ ...record("last"), error })
  expect(recent.find("fine")).toEqual([])
  const latest = recent.list({ denied: false, limit: 9_999 }).map(({ requestId }) => requestId)
  expect(latest.slice(0, 2)).toEqual(["last", "call 299"])
  expect(latest.at(-1)).toBe("refused")
})

test("nothing of the request itself is kept", () => {
  const recent = new RecentCalls(() => 0)
  const call = { region: "us-east-1", userAgent: "x", body: "heavy" }
  const heavy = { ...record("a"), call }
  recent.keep(heavy as unknown as CallRecord)
  expect(JSON.stringify(recent.find("a"))).not.toContain("heavy")
})
