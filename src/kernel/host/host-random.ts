import { randomFillSync } from "node:crypto"
import type { RandomSource } from "../random.ts"

/** One system call serves many small draws. */
const POOL_BYTES = 8_192

/** The machine's randomness. */
export function createHostRandom(): RandomSource {
  let pool = new Uint8Array(0)
  let used = 0
  return {
    bytes(_name, count) {
      if (count > POOL_BYTES / 8) return randomFillSync(new Uint8Array(count))
      if (used + count > pool.length) {
        // A new pool, not the old one again: slices of it have been handed out.
        pool = randomFillSync(new Uint8Array(POOL_BYTES))
        used = 0
      }
      used += count
      return pool.subarray(used - count, used)
    },
  }
}
