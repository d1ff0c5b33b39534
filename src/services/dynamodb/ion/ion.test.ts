import { expect, test } from "vitest"
import { ionItems } from "./read.ts"
import { decimal, ionText } from "./write.ts"

test("what is written as Ion is read again", () => {
  const item = {
    ...{ s: { S: 'quote " \\ \n \u0001 ü 😀' }, n: { N: "-12.5" }, big: { N: "1E+125" } },
    ...{ b: { B: Buffer.from("bytes") }, yes: { BOOL: true }, none: { NULL: true as const } },
    ...{ ss: { SS: ["a", "b"] }, ns: { NS: ["1", "2.5"] }, bs: { BS: [Buffer.from("x")] } },
    ...{ m: { M: { "it's": { L: [{ N: "0" }, { S: "" }, { M: {} }] } } }, "": { S: "no name" } },
    ...{ null: { S: "a keyword" }, $10: { S: "a symbol's number" } },
  }
  const text = `${ionText({ Item: { M: item } })}\n${ionText({ Item: { M: item } })}\n`
  const read = [...ionItems(text)]
  const numbers = { ...item, n: { N: "-12.5" }, big: { N: "1e125" }, m: item.m }
  expect(read).toEqual([{ item: numbers }, { item: numbers }])
})

test("numbers are decimals without zeros at their end", () => {
  const texts = ["103", "600", "0", "-0.5", "12.340", "1e-30", "0.00000001", "120e3", "0.0012"]
  expect(texts.map(decimal)).toEqual([
    ...["103.", "6d2", "0.", "-0.5", "12.34", "1d-30", "1d-8", "12d4", "0.0012"],
  ])
})

test("Ion that people write is read: comments, symbols in quotes, long strings, typed nulls", () => {
  const text = `
    // two items
    $ion_1_0 { Item: { 'a key': "x\\x41\\u00e9", n: 1_000.50, f: 2e3, none: null.string, } }
    /* the other */ { "Item": { l: [ 1, true, ], t: '''one ''' '''two''', b: {{ eQ== }} } }`
  expect([...ionItems(text)]).toEqual([
    {
      item: {
        ...{ "a key": { S: "xAé" }, n: { N: "1000.50" }, f: { N: "2e3" }, none: { NULL: true } },
      },
    },
    {
      item: {
        l: { L: [{ N: "1" }, { BOOL: true }] },
        t: { S: "one two" },
        b: { B: Buffer.from("y") },
      },
    },
  ])
})

test("what is no Ion ends the reading, and what is no item is an error", () => {
  const errors = (text: string) => [...ionItems(text)].map((one) => Object.keys(one)[0])
  expect(errors("{Item:{a:1}} {Other:{}} {Item:{a:2}}")).toEqual(["item", "error", "item"])
  for (const broken of ["{Item:{a:1", "{Item:{a:(1)}}", "{Item:{a:2020-01-01}}", "[", "%"])
    expect(errors(`{Item:{a:1}} ${broken} {Item:{a:1}}`)).toEqual(["item", "error"])
})
