import { expect, test } from "vitest"
import { failedCondition } from "./source-conditions.ts"

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 10)
const source = { etag: "abc", lastModifiedMs: NOW - 3_400 }

test("conditions on a source are checked in AWS's order", () => {
  const all = {
    CopySourceIfMatch: "other",
    CopySourceIfUnmodifiedSince: NOW - DAY,
    CopySourceIfNoneMatch: '"abc"',
    CopySourceIfModifiedSince: NOW,
  }
  const { CopySourceIfMatch: _1, ...unmodified } = all
  const { CopySourceIfUnmodifiedSince: _2, ...noneMatch } = unmodified
  const { CopySourceIfNoneMatch: _3, ...modified } = noneMatch
  expect(failedCondition(all, source, NOW)).toBe("x-amz-copy-source-If-Match")
  expect(failedCondition(unmodified, source, NOW)).toBe("x-amz-copy-source-If-Unmodified-Since")
  expect(failedCondition(noneMatch, source, NOW)).toBe("x-amz-copy-source-If-None-Match")
  expect(failedCondition(modified, source, NOW)).toBe("x-amz-copy-source-If-Modified-Since")
})

test("conditions that hold, ETags with and without quotes, dates in the future", () => {
  const holds = {
    CopySourceIfMatch: '"abc"',
    CopySourceIfNoneMatch: "other",
    CopySourceIfModifiedSince: NOW - DAY,
    CopySourceIfUnmodifiedSince: NOW,
  }
  expect(failedCondition(holds, source, NOW)).toBeUndefined()
  expect(failedCondition({ CopySourceIfModifiedSince: NOW + DAY }, source, NOW)).toBeUndefined()
  // To the second: the header cannot say more.
  const second = Math.floor(source.lastModifiedMs / 1000) * 1000
  expect(failedCondition({ CopySourceIfUnmodifiedSince: second }, source, NOW)).toBeUndefined()
})

test("a matching ETag outweighs If-Unmodified-Since", () => {
  const asked = { CopySourceIfMatch: "abc", CopySourceIfUnmodifiedSince: NOW - DAY }
  expect(failedCondition(asked, source, NOW)).toBeUndefined()
})

test("a tag says more than a date, and an asterisk means any", () => {
  const since = { CopySourceIfModifiedSince: NOW }
  expect(failedCondition({ ...since, CopySourceIfNoneMatch: "other" }, source, NOW)).toBeUndefined()
  expect(failedCondition({ CopySourceIfMatch: "*" }, source, NOW)).toBeUndefined()
  expect(failedCondition({ CopySourceIfNoneMatch: "*" }, source, NOW)).toBe(
    "x-amz-copy-source-If-None-Match",
  )
})
