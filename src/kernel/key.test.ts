import * as fc from "fast-check"
import { expect, test } from "vitest"
import type { KeyPart } from "./key.ts"
import {
  decodeKey,
  encodeKey,
  InvalidKeyError,
  KeyTooLongError,
  MAX_KEY_BYTES,
  prefixEnd,
  skipParts,
} from "./key.ts"

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom("\0", "\x01", "\x02", "a", "\x7f", "\x80", "ÿ", "\uffff", "😀"),
  }),
)
const number = fc.oneof(
  fc.nat(300),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 0.5, -0.5, 127, 128, 255, 256, 32767, 32768, 2 ** 31, 2 ** 32 + 1),
  fc.constantFrom(2 ** 53, 2 ** 53 - 1, 2 ** 60, 5e-324, -5e-324, 1.5e300, Infinity, -Infinity),
)
const part: fc.Arbitrary<KeyPart> = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 12 }),
)
const parts = fc.array(part, { maxLength: 4 })

function rank(value: KeyPart): number {
  if (value === null) return 0
  if (typeof value === "boolean") return value ? 2 : 1
  if (typeof value === "number") return 3
  return typeof value === "string" ? 4 : 5
}

function compareParts(a: KeyPart, b: KeyPart): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  if (typeof a === "number") return a === b ? 0 : a < (b as number) ? -1 : 1
  if (typeof a === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b as string))
  return a instanceof Uint8Array ? Buffer.compare(a, b as Uint8Array) : 0
}

function compareTuples(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareParts(a[i] as KeyPart, b[i] as KeyPart)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareKeys(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

test("encoded keys order as their tuples do", () => {
  const close = fc.tuple(parts, parts, parts).map(([head, a, b]) => [
    [...head, ...a],
    [...head, ...b],
  ])
  fc.assert(
    fc.property(close, ([a = [], b = []]) => {
      expect(Math.sign(compareKeys(encodeKey(a), encodeKey(b)))).toBe(
        Math.sign(compareTuples(a, b)),
      )
    }),
    { numRuns: 2000 },
  )
})

test("numbers order by value, integers and doubles mixed", () => {
  const near = fc
    .tuple(fc.oneof(number, fc.nat(2 ** 40)), fc.constantFrom(0, 0.25, 0.5, 1, -1, 1e-9))
    .map(([n, step]) => [n, n + step] as const)
  fc.assert(
    fc.property(near, ([a, b]) => {
      expect(compareKeys(encodeKey([a]), encodeKey([b]))).toBe(a === b ? 0 : a < b ? -1 : 1)
    }),
    { numRuns: 2000 },
  )
})

test("a key decodes to its tuple, in bytes only", () => {
  fc.assert(
    fc.property(parts, (tuple) => {
      const key = encodeKey(tuple)
      expect(/^[\0-\xff]*$/.test(key)).toBe(true)
      expect(decodeKey(key)).toEqual(tuple.map((p) => (p === 0 ? 0 : p)))
    }),
    { numRuns: 2000 },
  )
})

test("a tuple's key is a prefix of exactly the longer tuples' keys", () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const longer = encodeKey([...a, ...b])
      const prefix = encodeKey(a)
      expect(longer.startsWith(prefix)).toBe(true)
      expect(skipParts(longer, 0, a.length)).toBe(prefix.length)
      expect(skipParts(longer, prefix.length, b.length)).toBe(longer.length)
      expect(longer >= prefix && longer < prefixEnd(prefix)).toBe(true)
      const other = encodeKey(b)
      const begins = b.length >= a.length && compareTuples(a, b.slice(0, a.length)) === 0
      expect(other.startsWith(prefix)).toBe(begins)
      expect(other >= prefix && other < prefixEnd(prefix)).toBe(begins)
    }),
    { numRuns: 2000 },
  )
})

test("prefixEnd bounds any byte prefix", () => {
  expect(prefixEnd("")).toBe("\xff")
  expect(prefixEnd("a")).toBe("b")
  expect(prefixEnd("a\xff\xff")).toBe("b")
})

test("small parts stay small", () => {
  expect(encodeKey([0])).toHaveLength(1)
  expect(encodeKey([127])).toHaveLength(2)
  expect(encodeKey([1_700_000_000_000])).toHaveLength(7)
  expect(encodeKey(["abc"])).toHaveLength(5)
})

test("NaN, lone surrogates and over-long keys are refused", () => {
  expect(() => encodeKey([Number.NaN])).toThrow(InvalidKeyError)
  expect(() => encodeKey(["a\ud800"])).toThrow(InvalidKeyError)
  expect(encodeKey(["x".repeat(MAX_KEY_BYTES - 2)])).toHaveLength(MAX_KEY_BYTES)
  expect(() => encodeKey(["x".repeat(MAX_KEY_BYTES - 1)])).toThrow(KeyTooLongError)
})

test("what is not an encoded key is refused", () => {
  for (const key of ["\x30abc", "\x21", "\x21\x03abc", "\xfe", "\x28123"]) {
    expect(() => decodeKey(key)).toThrow(InvalidKeyError)
  }
})
