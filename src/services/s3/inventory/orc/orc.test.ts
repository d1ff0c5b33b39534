import { expect, test } from "vitest"
import { readOrc } from "../../testing/orc/read-orc.ts"
import { booleansOfRuns, bytesOfRuns, integersOfRuns } from "../../testing/orc/runs.ts"
import type { Value } from "../field.ts"
import type { Column } from "../format.ts"
import { orcFile, orcSchema } from "./file.ts"
import { booleanRuns, byteRuns, integerRuns } from "./run-length.ts"

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
const unhex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex")
const range = (from: number, to: number): bigint[] =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => BigInt(from + (to < from ? -at : at)))

test("runs are those of the specification's examples", () => {
  const unsigned = { signed: false }
  expect(hex(byteRuns(new Uint8Array(100)))).toBe("6100")
  expect(hex(byteRuns(Uint8Array.of(0x44, 0x45)))).toBe("fe4445")
  expect(hex(booleanRuns([true, ...Array.from({ length: 7 }, () => false)]))).toBe("ff80")
  expect(
    hex(
      integerRuns(
        Array.from({ length: 100 }, () => 7n),
        unsigned,
      ),
    ),
  ).toBe("610007")
  expect(hex(integerRuns(range(100, 1), unsigned))).toBe("61ff64")
  expect(hex(integerRuns([2n, 3n, 6n, 7n, 11n], unsigned))).toBe("fb020306070b")
})

test("the reader of tests reads the specification's examples of runs", () => {
  const read = (text: string, count: number, version: 1 | 2 = 2) =>
    integersOfRuns(unhex(text), { count, signed: false, version }).map(Number)
  expect(bytesOfRuns(unhex("fe4445"), 2)).toEqual([0x44, 0x45])
  expect(booleansOfRuns(unhex("ff80"), 3)).toEqual([true, false, false])
  expect(read("61ff64", 100, 1)).toEqual(range(100, 1).map(Number))
  expect(read("0a2710", 5)).toEqual([10_000, 10_000, 10_000, 10_000, 10_000])
  expect(read("5e035ca1ab1edeadbeef", 4)).toEqual([23_713, 43_806, 57_005, 48_879])
  expect(read("8e132b2107d01e0014702832 3c46505a646e78828c96a0aab4befce8", 20).slice(0, 6)).toEqual(
    [2030, 2000, 2020, 1_000_000, 2040, 2050],
  )
  expect(read("c609020222424246", 10)).toEqual([2, 3, 5, 7, 11, 13, 17, 19, 23, 29])
})

const FIELDS: readonly Column[] = [
  { column: "key", kind: "string", required: true },
  { column: "size", kind: "long" },
  { column: "is_latest", kind: "boolean" },
  { column: "last_modified_date", kind: "timestamp" },
  { column: "nothing", kind: "string" },
]

/** Numbers that look like chance, the same each time. */
function* chance(): Generator<number, never> {
  for (let seed = 1; ;) {
    seed = (seed * 48_271) % 2_147_483_647
    yield seed
  }
}

test("what is written is read again: long texts, gaps, negative and large numbers, milliseconds", async () => {
  const next = chance()
  const maybe = <One>(value: One): One | undefined =>
    next.next().value % 4 === 0 ? undefined : value
  const rows: Value[][] = Array.from({ length: 20_000 }, (_, at) => {
    const number = next.next().value
    return [
      `ü/${at}/${"x".repeat(number % 60)}/${number}`,
      maybe(at % 7 < 5 ? at * 3 : (number % 2 === 0 ? 1 : -1) * number * 4_000_000),
      maybe(number % 3 === 0),
      maybe(number * 1_000 + (at % 1_000)),
      undefined,
    ]
  })
  const file = await orcFile(FIELDS, rows)
  const read = readOrc(file)
  expect([read.schema, read.compression, read.version]).toEqual([orcSchema(FIELDS), 1, [0, 12]])
  const text = (ms: Value): string | null =>
    ms === undefined
      ? null
      : new Date(Number(ms))
          .toISOString()
          .slice(0, 23)
          .replace("T", " ")
          .replace(/0{1,2}$/, "")
  const expected = rows.map(([key, size, latest, ms]) => ({
    ...{ key, size: size === undefined ? null : BigInt(size), is_latest: latest ?? null },
    ...{ last_modified_date: text(ms), nothing: null },
  }))
  expect(read.rows).toEqual(expected)
  // The texts alone are several chunks, deflated.
  expect(file.length).toBeLessThan(20_000 * 60)
})

test("a file without rows, and one of a single row", async () => {
  expect(readOrc(await orcFile(FIELDS, [])).rows).toEqual([])
  const one = await orcFile(FIELDS, [["a", 1, true, 0, "x"]])
  expect(readOrc(one).rows).toEqual([
    {
      ...{ key: "a", size: 1n, is_latest: true, nothing: "x" },
      last_modified_date: "1970-01-01 00:00:00.0",
    },
  ])
})
