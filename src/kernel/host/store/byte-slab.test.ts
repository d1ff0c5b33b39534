import { expect, test } from "vitest"
import { ByteSlab } from "./byte-slab.ts"

test("copies are their own, whatever their size, and lie beside each other", () => {
  const slab = new ByteSlab()
  const sizes = [0, 1, 1_000, 8_192, 8_193, 70_000, 5_000, 8_192, 8_192, 8_192, 8_192, 8_192]
  const originals = sizes.map((size, i) => new Uint8Array(size).fill(i + 1))
  const copies = originals.map((bytes) => slab.copy(bytes))
  const expected = originals.map((bytes) => bytes.slice())
  for (const bytes of originals) bytes.fill(0)
  expect(copies).toEqual(expected)
  expect(copies[2]!.buffer).toBe(copies[1]!.buffer)
  expect(copies[5]!.buffer.byteLength).toBe(70_000)
})
