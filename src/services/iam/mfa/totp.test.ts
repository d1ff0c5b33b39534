import { expect, test } from "vitest"
import { codeAt, stepAt } from "./totp.ts"

/** "12345678901234567890", the secret of RFC 6238's test vectors, which show eight digits. */
const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("RFC 6238: the code at %i s ends in %s", (seconds, code) => {
  expect(codeAt(SEED, stepAt(seconds * 1_000))).toBe(code)
})
