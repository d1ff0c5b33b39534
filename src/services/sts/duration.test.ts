import { expect, test } from "vitest"
import type { ReadTx } from "../../kernel/transaction.ts"
import { roleSeconds, tokenSeconds } from "./duration.ts"
import { findRole } from "./role.ts"
import { ROOT } from "./testing/call.ts"
import { ROLE } from "./testing/open-sts.ts"

// All that is asked of it is whether IAM has the role.
const NO_ROLES = { get: () => undefined } as unknown as ReadTx
const OPEN = { partition: "aws", strict: false }
const ofTwoHours = { ...findRole(NO_ROLES, ROLE, OPEN), maxDurationSeconds: 7_200 }

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
  expect(findRole(NO_ROLES, ROLE, OPEN).id).toBe(ofTwoHours.id)
  expect(findRole(NO_ROLES, `${ROLE}s`, OPEN).id).not.toBe(ofTwoHours.id)
})
