import type { AttributeValue } from "./attribute-value.ts"
import { compareNumbers } from "./number.ts"

/**
 * The order of two strings, numbers or binary values: below 0, 0, above 0. Undefined where the
 * types differ or have no order. Strings order by their UTF-8 bytes.
 */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ("S" in a) return "S" in b ? compareText(a.S, b.S) : undefined
  if ("N" in a) return "N" in b ? compareNumbers(a.N, b.N) : undefined
  if ("B" in a) return "B" in b ? Buffer.compare(a.B, b.B) : undefined
  return undefined
}

/** UTF-16 orders as UTF-8 does, but for surrogates: those stand for what is above all others. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

const rank = (code: number): number => (code >= 0xd800 && code < 0xe000 ? code + 0x10000 : code)
