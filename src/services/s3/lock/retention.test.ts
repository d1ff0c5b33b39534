import { expect, test } from "vitest"
import { isLocked, mayReplace, retentionFrom, type Retention } from "./retention.ts"

const NOW = Date.UTC(2026, 0, 1)
const DAY = 86_400_000
const governance: Retention = { mode: "GOVERNANCE", untilMs: NOW + 10 * DAY }
const compliance: Retention = { mode: "COMPLIANCE", untilMs: NOW + 10 * DAY }
const plain = { nowMs: NOW, bypass: false }
const bypassing = { nowMs: NOW, bypass: true }

test("a version is locked by retention until its date, and by a legal hold", () => {
  expect(isLocked(undefined, plain)).toBe(false)
  expect(isLocked({ retention: governance }, plain)).toBe(true)
  expect(isLocked({ retention: governance }, bypassing)).toBe(false)
  expect(isLocked({ retention: compliance }, bypassing)).toBe(true)
  expect(isLocked({ retention: compliance }, { ...plain, nowMs: NOW + 10 * DAY })).toBe(false)
  expect(isLocked({ legalHold: "ON" }, bypassing)).toBe(true)
  expect(isLocked({ legalHold: "OFF" }, plain)).toBe(false)
})

test("retention is extended by anybody, governance cut with the bypass, compliance by nobody", () => {
  const longer = NOW + 11 * DAY
  const shorter = NOW + 9 * DAY
  for (const old of [governance, compliance]) {
    expect(mayReplace(old, { ...old, untilMs: longer }, plain)).toBe(true)
    expect(mayReplace(old, { ...old, untilMs: shorter }, plain)).toBe(false)
    expect(mayReplace(old, undefined, plain)).toBe(false)
  }
  expect(mayReplace(governance, { ...governance, untilMs: shorter }, bypassing)).toBe(true)
  expect(mayReplace(governance, undefined, bypassing)).toBe(true)
  expect(mayReplace(governance, { mode: "COMPLIANCE", untilMs: longer }, bypassing)).toBe(true)
  expect(mayReplace(compliance, { ...compliance, untilMs: shorter }, bypassing)).toBe(false)
  expect(mayReplace(compliance, { mode: "GOVERNANCE", untilMs: longer }, bypassing)).toBe(false)
  const over = { ...plain, nowMs: NOW + 20 * DAY }
  expect(mayReplace(compliance, undefined, over)).toBe(true)
})

test("default retention is counted from the write", () => {
  expect(retentionFrom({ mode: "GOVERNANCE", days: 3 }, NOW).untilMs).toBe(NOW + 3 * DAY)
  expect(retentionFrom({ mode: "COMPLIANCE", years: 2 }, NOW).untilMs).toBe(NOW + 730 * DAY)
})
