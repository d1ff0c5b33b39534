import { expect, test } from "vitest"
import { expiryOf, isFaster, restoreHeader, tierOf } from "./restore.ts"

test("a copy goes at the midnight after its days", () => {
  // The example of the documentation.
  const from = Date.UTC(2012, 9, 15, 10, 30)
  expect(expiryOf(from, 3)).toBe(Date.UTC(2012, 9, 19))
  expect(
    restoreHeader({ tier: "Bulk", days: 3, readyMs: from, expiresMs: expiryOf(from, 3) }),
  ).toBe('ongoing-request="false", expiry-date="Fri, 19 Oct 2012 00:00:00 GMT"')
})

test("tiers of the classes", () => {
  expect(tierOf(undefined, "GLACIER")).toBe("Standard")
  expect(tierOf("Bulk", "DEEP_ARCHIVE")).toBe("Bulk")
  expect(() => tierOf("Expedited", "DEEP_ARCHIVE")).toThrow("Retrieval option is not supported")
  expect(() => tierOf("Sometime", "GLACIER")).toThrow("Retrieval option is not supported")
  expect(isFaster("Expedited", "Standard")).toBe(true)
  expect(isFaster("Standard", "Standard")).toBe(false)
})
