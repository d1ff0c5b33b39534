import { expect, test } from "vitest"
import { jsonOf } from "../sql/value.ts"
import { CsvReader, type CsvForm } from "./csv.ts"
import { JsonDocumentReader, JsonLinesReader } from "./json.ts"
import type { RecordReader } from "./reader.ts"
import { toBytes } from "./text.ts"

const FORM: CsvForm = {
  ...{ header: "NONE", recordDelimiter: "\r\n", fieldDelimiter: "||", quote: '"' },
  ...{ quoteEscape: '"', comment: "#", quotedDelimiters: true },
}

/** Records of a text that comes in pieces. */
function records(make: () => RecordReader, pieces: readonly string[]): string[] {
  const reader = make()
  const found: string[] = []
  for (const piece of pieces) for (const record of reader.push(piece)) found.push(jsonOf(record))
  for (const record of reader.end()) found.push(jsonOf(record))
  return found
}

const CASES: readonly (readonly [
  name: string,
  make: () => RecordReader,
  text: string,
  count: number,
])[] = [
  [
    "CSV",
    () => new CsvReader(FORM),
    '\ufeffa||"b ""x""\r\n||"||é\r\n#no\r\n""||1\r\n\r\nlast||"2"',
    3,
  ],
  ["lines", () => new JsonLinesReader(), '{"a":"é\\n"}\n\n{"b":[1,2.0]}\r\n3', 3],
  [
    "documents",
    () => new JsonDocumentReader(),
    '{"a":\n{"b":"}\\"]"}}\n[1,\n[2]] {"c":12345678901234567890}',
    3,
  ],
]

test("records are the same wherever their bytes are cut", () => {
  for (const [name, make, text, count] of CASES) {
    const bytes = toBytes(text)
    const whole = records(make, [bytes])
    expect([name, whole.length]).toEqual([name, count])
    for (let cut = 0; cut <= bytes.length; cut++)
      expect([name, cut, records(make, [bytes.slice(0, cut), bytes.slice(cut)])]).toEqual([
        name,
        cut,
        whole,
      ])
    expect(records(make, [...bytes])).toEqual(whole)
  }
})

test("what is no UTF-8, and what has no end, is refused", () => {
  const lines = () => new JsonLinesReader()
  expect(() => records(lines, ['"\xff"\n'])).toThrow("UTF-8")
  expect(() => records(lines, ["x".repeat(2 ** 20), "x"])).toThrow("1 MB")
  expect(() => records(() => new CsvReader(FORM), ["x".repeat(2 ** 20), "x"])).toThrow("1 MB")
  expect(() => records(() => new CsvReader(FORM), ['"x'])).toThrow("unescaped quote")
  expect(() => records(() => new JsonDocumentReader(), ["{}}"])).toThrow("JSON")
})
