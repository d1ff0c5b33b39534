import { expect, test } from "vitest"
import type { StructureShape } from "../../models/schema.ts"
import { members, smallModel } from "../testing/models.ts"
import { escapeXml, escapeXmlAttribute } from "./escape.ts"
import { xmlWriters } from "./writer.ts"

function thing(shape: Record<string, unknown>, more: Record<string, unknown> = {}): StructureShape {
  const shapes = { Thing: { type: "structure", ...shape }, ...more }
  return smallModel(shapes).shapes["Thing"] as StructureShape
}

function write(shape: StructureShape, value: unknown): string {
  const writers = xmlWriters({ milliseconds: false })
  return writers.structure(shape, Object.entries(shape.members))(value)
}

test("text is escaped so that a parser reads it back", () => {
  expect(escapeXml(`a<b>&"c"'d'\t\n`)).toBe("a&lt;b&gt;&amp;&quot;c&quot;'d'\t\n")
  expect(escapeXml("\r\u0000\u001f")).toBe("&#xD;&#x0;&#x1F;")
  expect(escapeXmlAttribute("a\t\n<")).toBe("a&#x9;&#xA;&lt;")
})

test("members stand in the order of the model, or of xmlOrder", () => {
  const types = members({ A: "String", B: "Integer", C: "Boolean" })
  expect(write(thing({ members: types }), { C: false, B: 0, A: "" })).toBe(
    "<A></A><B>0</B><C>false</C>",
  )
  const ordered = thing({ members: types, xmlOrder: ["B", "C", "A"] })
  expect(write(ordered, { A: "x", B: 1 })).toBe("<B>1</B><A>x</A>")
})

test("undefined and null members are left out", () => {
  const shape = thing({ members: members({ A: "String", B: "String" }) })
  expect(write(shape, { A: undefined, B: null })).toBe("")
})

test("a member that the model does not have is our bug, wherever it is", () => {
  const shape = thing(
    { members: { ...members({ A: "String" }), In: { shape: "In" } } },
    { In: { type: "structure", members: members({ B: "String" }) } },
  )
  expect(() => write(shape, { A: "x", Z: "y" })).toThrow("Thing has no member Z")
  expect(() => write(shape, { In: { B: "x", A: "y" } })).toThrow("In has no member A")
})

test("milliseconds are always shown where the service shows them", () => {
  const shape = thing({ members: members({ At: "Timestamp" }) })
  const field = xmlWriters({ milliseconds: true }).member("At", shape.members["At"]!)
  expect(field(1000)).toBe("<At>1970-01-01T00:00:01.000Z</At>")
  expect(field(1234)).toBe("<At>1970-01-01T00:00:01.234Z</At>")
  expect(write(shape, { At: 1000 })).toBe("<At>1970-01-01T00:00:01Z</At>")
})

test("a list that is always flattened is called what its items are called", () => {
  const list = { type: "list", flattened: true, member: { shape: "String", locationName: "Item" } }
  const shape = thing({ members: { Items: { shape: "Items" } } }, { Items: list })
  expect(write(shape, { Items: ["a", "b"] })).toBe("<Item>a</Item><Item>b</Item>")
  expect(write(shape, { Items: [] })).toBe("")
})

test("rows are written alike, however many, in whatever order, and whatever words they have", () => {
  const shape = thing(
    { members: { Rows: { shape: "Rows" }, Last: { shape: "String" } } },
    {
      Rows: { type: "list", member: { shape: "Row" } },
      Row: { type: "structure", members: members({ A: "String", B: "Word", C: "Integer" }) },
      Word: { type: "string", enum: Array.from({ length: 30 }, (_, i) => `word<${i}`) },
    },
  )
  const words = Array.from({ length: 9_000 }, (_, i) => `word<${i % 31}`)
  const rows = words.flatMap((B, i) => [{ B }, { A: i % 7 ? '"a&b"' : "", B }, { C: i, B, A: '"' }])
  const text = words.flatMap((word, i) => {
    const b = `<B>${word.replace("<", "&lt;")}</B>`
    return [
      b,
      `<A>${i % 7 ? "&quot;a&amp;b&quot;" : ""}</A>${b}`,
      `<A>&quot;</A>${b}<C>${i}</C>`,
    ].map((row) => `<member>${row}</member>`)
  })
  const whole = `<Rows>${text.join("")}</Rows><Last>x</Last>`
  expect(write(shape, { Rows: rows, Last: "x" })).toBe(whole)
  expect(write(shape, { Last: "x", Rows: rows })).toBe(whole)
})
