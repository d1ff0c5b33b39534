import { expect, test } from "vitest"
import type { Item } from "../values/attribute-value.ts"
import { compileProjection, Substitutes } from "./expressions.ts"

const NAMES = { "#a": "a", "#b": "[3]" }

function refusal(text: string, names?: Readonly<Record<string, string>>): string {
  try {
    compileProjection(text, new Substitutes(names))
  } catch (error) {
    return (error as Error).message
  }
  return "accepted"
}

test.each([
  "whatever(stuff)",
  ":a",
  "abort,",
  "a,,b",
  "a..b",
  "a[b]",
  "a[]",
  "a[-1]",
  "(a.b).c",
  "(a)",
  "(a),(b)",
  "(a,b)",
  "a-b",
  ",a",
])("syntax: %s", (text) => {
  expect(refusal(text)).toMatch(/^Invalid ProjectionExpression: Syntax error; token: ".+", near: /)
})

test.each([
  ["", "The expression can not be empty;"],
  ["!!", 'Syntax error; token: "!", near: "!!"'],
  ["a.abORt", "Attribute name is a reserved keyword; reserved keyword: abORt"],
  ["#a,ABSoLUTE", "Attribute name is a reserved keyword; reserved keyword: ABSoLUTE"],
  [
    "a,b,a,#c",
    "An expression attribute name used in the document path is not defined; attribute name: #c",
  ],
])("refused: %s", (text, reason) => {
  expect(refusal(text)).toBe(`Invalid ProjectionExpression: ${reason}`)
})

test.each([
  ["b[1], b.a, #a.b, a", "overlap", "[a, b]", "[a]"],
  ["a, #a[1]", "overlap", "[a]", "[a, [1]]"],
  ["a.b[0], a.b[0]", "overlap", "[a, b, [0]]", "[a, b, [0]]"],
  ["a.b, #a[1], #b", "conflict", "[a, b]", "[a, [1]]"],
  ["a.b[1], #a[1], #b", "conflict", "[a, b, [1]]", "[a, [1]]"],
  ["a[3].b, #a.#b.b", "conflict", "[a, [3], b]", "[a, [3], b]"],
])("paths that clash: %s", (text, how, one, two) => {
  expect(refusal(text, NAMES)).toBe(
    `Invalid ProjectionExpression: Two document paths ${how} with each other; must remove or rewrite one of these paths; path one: ${one}, path two: ${two}`,
  )
})

const ITEM: Item = {
  a: {
    M: {
      b: { L: [{ N: "2" }, { N: "4" }, { M: { x: { S: "hi" }, y: { S: "yo" } } }] },
      c: { N: "5" },
    },
  },
  b: { S: "hello" },
}

const B: Item[string] = (ITEM.a as { M: Item }).M.b as Item[string]

test.each<[string, object]>([
  ["a", { a: ITEM.a }],
  [" a  ,   b  ", ITEM],
  ["a.b", { a: { M: { b: B } } }],
  ["a.b[0]", { a: { M: { b: { L: [{ N: "2" }] } } } }],
  ["a.b[2].y", { a: { M: { b: { L: [{ M: { y: { S: "yo" } } }] } } } }],
  ["a.b[1], a.b[0]", { a: { M: { b: { L: [{ N: "2" }, { N: "4" }] } } } }],
  ["a.b[0], a.c, b", { a: { M: { b: { L: [{ N: "2" }] }, c: { N: "5" } } }, b: { S: "hello" } }],
  ["x", {}],
  ["a.b[3], a.x.y, a.b[4].x", {}],
  ["a.b.x", {}],
  ["a[0]", {}],
  ["a.b[0].x", {}],
  ["a.b[0][0]", {}],
  ["a.x, a.b[0], x, a.b[3].x", { a: { M: { b: { L: [{ N: "2" }] } } } }],
])("of an item: %s", (text, expected) => {
  expect(compileProjection(text, new Substitutes()).of(ITEM)).toEqual(expected)
})

test("a placeholder is one name, whatever is in it", () => {
  const item: Item = { "a.b": { S: "dot" }, ["__proto__"]: { S: "own" } }
  const names = { "#n": "a.b", "#p": "__proto__" }
  const part = compileProjection("#n, #p", new Substitutes(names)).of(item)
  expect(Object.entries(part)).toEqual([
    ["a.b", { S: "dot" }],
    ["__proto__", { S: "own" }],
  ])
})
