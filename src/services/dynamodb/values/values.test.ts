import { expect, test } from "vitest"
import { attributeOf, equalValues, type AttributeValue, type Item } from "./attribute-value.ts"
import { compareValues } from "./compare.ts"
import { itemOfText, itemText } from "./item-text.ts"
import { itemSize } from "./size.ts"
import { checkedItem, checkedValue, type GivenValue } from "./validation.ts"

const ITEM: Item = {
  S: { S: "ä😀" },
  N: { N: "1.5" },
  B: { B: Buffer.from([0, 255]) },
  SS: { SS: ["a", "b"] },
  NS: { NS: ["1", "2"] },
  BS: { BS: [Buffer.from([1])] },
  M: { M: { inner: { L: [{ B: Buffer.from("x") }, { NULL: true }] } } },
  BOOL: { BOOL: false },
  ["__proto__"]: { S: "own" },
}

test("DDB-20 items of every type are stored and read back", () => {
  expect(itemOfText(itemText(ITEM))).toEqual(ITEM)
  const plain: Item = { a: { S: "x" }, l: { L: [{ M: {} }] } }
  expect(itemOfText(itemText(plain))).toEqual(plain)
  const read = itemOfText(itemText(ITEM))
  expect(attributeOf(read, "__proto__")).toEqual({ S: "own" })
  expect(attributeOf(read, "constructor")).toBeUndefined()
})

test("sizes are names and values, lists and maps with their overhead", () => {
  expect(itemSize({ ab: { S: "ä" } })).toBe(4)
  expect(itemSize({ a: { S: "é".repeat(30) } })).toBe(61)
  expect(itemSize({ a: { BOOL: true }, b: { NULL: true } })).toBe(4)
  expect(itemSize({ a: { L: [{ S: "xy" }] } })).toBe(1 + 3 + 1 + 2)
  expect(itemSize({ a: { M: { bc: { B: Buffer.alloc(5) } } } })).toBe(1 + 3 + 1 + 2 + 5)
  expect(itemSize({ a: { SS: ["x", "yz"] }, b: { NS: ["1", "22"] } })).toBe(4 + 6 - 1)
})

test("numbers are stored in normal form, at any depth; what is normal is not copied", () => {
  const given = { a: { L: [{ N: "1.0" }, { S: "1.0" }] }, n: { NS: ["2", "01"] } }
  expect(checkedItem(given)).toEqual({
    a: { L: [{ N: "1" }, { S: "1.0" }] },
    n: { NS: ["2", "1"] },
  })
  expect(given.a.L[0]).toEqual({ N: "1.0" })
  expect(checkedItem(ITEM as never)).toEqual(ITEM)
  const plain = { a: { S: "x" }, m: { M: { n: { N: "1" } } } }
  expect(checkedItem(plain)).toBe(plain)
})

const nested = (levels: number): GivenValue =>
  levels === 0 ? { S: "x" } : { L: [nested(levels - 1)] }

test.each<[string, GivenValue, string]>([
  [
    "none",
    {},
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
  ],
  [
    "two",
    { S: "a", N: "1" },
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  ],
  [
    "false",
    { NULL: false },
    "One or more parameter values were invalid: Null attribute value types must have the value of true",
  ],
  ["SS", { SS: [] }, "One or more parameter values were invalid: An string set  may not be empty"],
  ["NS", { NS: [] }, "One or more parameter values were invalid: An number set  may not be empty"],
  ["BS", { BS: [] }, "One or more parameter values were invalid: Binary sets should not be empty"],
  [
    "SS2",
    { SS: ["a", "a"] },
    "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
  ],
  ["NS2", { NS: ["1", "1.0"] }, "Input collection contains duplicates"],
  [
    "BS2",
    { BS: [Buffer.from("b"), Buffer.from("b")] },
    "One or more parameter values were invalid: Input collection [Yg==, Yg==]of type BS contains duplicates.",
  ],
  [
    "deep",
    nested(32),
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
  ],
  [
    "within",
    { M: { a: { L: [{}] } } },
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
  ],
])("refused: %s", (_title, value, message) => {
  const refused = expect.objectContaining({ code: "ValidationException", message })
  expect(() => checkedValue(value)).toThrow(refused)
})

test("attributes have names; those in maps are not looked at", () => {
  expect(() => checkedItem({ "": { S: "x" } })).toThrow(/Empty attribute name/)
  expect(() => checkedItem({ ["n".repeat(65_536)]: { S: "x" } })).toThrow(/65536 bytes/)
  expect(checkedItem({ a: { M: { "": { S: "x" } } } })).toBeDefined()
})

test("31 levels around a value are allowed", () => {
  expect(checkedValue(nested(31))).toBeDefined()
})

test("equality: sets without order, maps by name, types apart", () => {
  const equal = (a: AttributeValue, b: AttributeValue) => equalValues(a, b)
  expect(equal({ SS: ["a", "b"] }, { SS: ["b", "a"] })).toBe(true)
  expect(equal({ L: [{ S: "a" }, { S: "b" }] }, { L: [{ S: "b" }, { S: "a" }] })).toBe(false)
  expect(
    equal({ M: { a: { N: "1" }, b: { N: "2" } } }, { M: { b: { N: "2" }, a: { N: "1" } } }),
  ).toBe(true)
  expect(equal({ S: "1" }, { N: "1" })).toBe(false)
  expect(
    equal(
      { BS: [Buffer.from("a"), Buffer.from("b")] },
      { BS: [Buffer.from("b"), Buffer.from("a")] },
    ),
  ).toBe(true)
  expect(equal({ B: Buffer.from("a") }, { B: Buffer.from("b") })).toBe(false)
  for (const value of Object.values(ITEM)) expect(equal(value, value)).toBe(true)
})

test("order: by bytes of UTF-8, by value, and none between types", () => {
  const compare = (a: AttributeValue, b: AttributeValue) =>
    Math.sign(compareValues(a, b) ?? Number.NaN)
  expect(compare({ S: "\uffff" }, { S: "😀" })).toBe(-1)
  expect(compare({ S: "ab" }, { S: "a" })).toBe(1)
  expect(compare({ N: "10" }, { N: "9" })).toBe(1)
  expect(compare({ B: Buffer.from([1]) }, { B: Buffer.from([1, 0]) })).toBe(-1)
  expect(compare({ S: "a" }, { N: "1" })).toBe(Number.NaN)
  expect(compare({ BOOL: true }, { BOOL: true })).toBe(Number.NaN)
})
