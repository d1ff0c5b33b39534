import { expect, test } from "vitest"
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

test("nothing of the request itself is kept", () => {
  const recent = new RecentCalls(() => 0)
  const call = { region: "us-east-1", userAgent: "x", body: "heavy" }
  const heavy = { ...record("a"), call }
  recent.keep(heavy as unknown as CallRecord)
  expect(JSON.stringify(recent.find("a"))).not.toContain("heavy")
})
