import { expect, test } from "vitest"
import { roleSeconds, tokenSeconds } from "./duration.ts"
import { findRole } from "./role.ts"
import { ROOT } from "./testing/call.ts"
import { ROLE } from "./testing/open-sts.ts"

const ofTwoHours = { ...findRole(ROLE, "aws"), maxDurationSeconds: 7_200 }

test("a role's own setting limits its sessions", () => {
  expect(roleSeconds(7_200, ofTwoHours, false)).toBe(7_200)
  expect(() => roleSeconds(7_201, ofTwoHours, false)).toThrow(
    "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  )
})

test("a chained session that asks for too much hears of chaining first", () => {
  expect(() => roleSeconds(7_201, ofTwoHours, true)).toThrow("role chaining")
})

test("others than root get twelve hours by default, and what they ask for", () => {
  const user = { type: "service", account: ROOT.account, name: "x" } as const
  expect(tokenSeconds(undefined, user)).toBe(43_200)
  expect(tokenSeconds(129_600, user)).toBe(129_600)
})

test("roles have ids that differ, and stay", () => {
  expect(findRole(ROLE, "aws").id).toBe(ofTwoHours.id)
  expect(findRole(`${ROLE}s`, "aws").id).not.toBe(ofTwoHours.id)
})
