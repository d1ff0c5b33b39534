import { expect, test } from "vitest"
import { textBehind } from "./text.ts"
import { fillPage, startAfter } from "./walk.ts"

interface Row {
  readonly key: string
  readonly gone?: true
}

/** Reads from a list in memory. */
function readerOf(rows: readonly Row[], from = "") {
  let at = rows.findIndex(({ key }) => key >= from)
  return {
    looked: 0,
    get row(): Row | undefined {
      return at < 0 ? undefined : rows[at]
    },
    next(): void {
      at += 1
      this.looked += 1
    },
    skipTo(start: readonly [string, ...number[]] | undefined): void {
      at = start === undefined ? -1 : rows.findIndex(({ key }) => key >= start[0])
    },
  }
}

const wanted = { prefix: "", delimiter: "/", most: 10 }
const isThere = ({ gone }: Row): boolean => !gone

test("a page that passes over too much ends, and the next one misses nothing of the prefix", () => {
  const gone = Array.from({ length: 60_000 }, (_, i): Row => {
    return { key: `a/${String(i).padStart(5, "0")}`, gone: true }
  })
  const rows = [...gone, { key: "a/99999" }, { key: "b" }]
  const first = fillPage(readerOf(rows), wanted, isThere)
  expect([first.rows, first.prefixes, first.exact]).toEqual([[], [], true])
  const second = fillPage(readerOf(rows, first.next), wanted, isThere)
  expect([second.rows, second.prefixes, second.next]).toEqual([[{ key: "b" }], ["a/"], undefined])
  const patient = fillPage(readerOf(rows), { ...wanted, patient: true }, isThere)
  expect(patient.prefixes).toEqual(["a/"])
})

test("a marker in a common prefix passes over all of it, another only over itself", () => {
  expect(startAfter("a/b", wanted)).toBe("a0")
  expect(startAfter("a", wanted)).toBe("a\0")
  expect(startAfter("a/b/c", { prefix: "a/", delimiter: "/" })).toBe("a/b0")
  expect(startAfter("A", { prefix: "a/", delimiter: undefined })).toBe("a/")
})

test("the text behind all with a prefix, up to the end of Unicode", () => {
  expect(textBehind("ab")).toBe("ac")
  expect(textBehind("a\ud7ff")).toBe("a\ue000")
  expect(textBehind("a\u{10ffff}")).toBe("b")
  expect(textBehind("\u{10ffff}")).toBeUndefined()
  expect(textBehind("")).toBeUndefined()
})
