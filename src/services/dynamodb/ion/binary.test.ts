import { makeBinaryWriter, makeReader } from "ion-js"
import { expect, test } from "vitest"
import { createDice, type Dice } from "../../../../test/simulation/dice.ts"
import type { Entry } from "../import/objects.ts"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { checkedItem } from "../values/validation.ts"
import { binaryIonItems, isBinaryIon } from "./binary.ts"
import { ionItems } from "./read.ts"
import { ionText } from "./write.ts"

/** Octets behind the version and a table of two symbols: 10 is `Item`, 11 is `$dynamodb_SS`. */
const TABLE = "ee998183de95 87be92 844974656d 8c2464796e616d6f64625f5353"
const stream = (hex: string, table = TABLE): Uint8Array =>
  Buffer.from(`e00100ea${table}${hex}`.replaceAll(/\s/g, ""), "hex")
const read = (hex: string): Entry[] => [...binaryIonItems(stream(hex))]
/** The value of an item's attribute `name`, which is symbol 4. */
const valueOf = (hex: string): unknown => {
  const value = Buffer.from(hex.replaceAll(/\s/g, ""), "hex")
  const field = Buffer.concat([Buffer.from([0x84]), value])
  const lengths = (bytes: Buffer) => Buffer.concat([Buffer.from([0xde, ...varUInt(bytes)]), bytes])
  const whole = lengths(Buffer.concat([Buffer.from([0x8a]), lengths(field)]))
  const [entry] = read(whole.toString("hex"))
  return entry && ("item" in entry ? entry.item["name"] : entry.error)
}
const varUInt = ({ length }: Uint8Array) => [length >> 7, (length & 0x7f) | 0x80]

/** What the reference implementation makes of Ion text. */
function binaryOf(text: string): Uint8Array {
  const writer = makeBinaryWriter()
  writer.writeValues(makeReader(text))
  writer.close()
  return writer.getBytes()
}

test("the octets of the specification's examples are read", () => {
  expect(isBinaryIon(stream(""))).toBe(true)
  expect(isBinaryIon(Buffer.from("{}"))).toBe(false)
  // Ion Binary Encoding: NOP padding, alone and in structs; {name:"a"}; an empty struct.
  expect(read("00 01fe 0e8e00 000000000000000000000000 00")).toEqual([])
  expect(valueOf("d7 84 81 61 80 02 01 02")).toEqual({ M: { name: { S: "a" } } })
  for (const empty of ["d3 80 01 ac", "d2 8f 00", "d0"]) expect(valueOf(empty)).toEqual({ M: {} })
  // A struct that is sorted has its length behind the first octet.
  expect(valueOf("d1 83 84 81 61")).toEqual({ M: { name: { S: "a" } } })
})

test("each type of DynamoDB is read from its octets", () => {
  const values: Record<string, unknown> = {
    ...{ "0f": { NULL: true }, "8f": { NULL: true }, df: { NULL: true }, "3f": { NULL: true } },
    ...{ "10": { BOOL: false }, "11": { BOOL: true }, "80": { S: "" }, "83c3a961": { S: "éa" } },
    ...{ "20": { N: "0" }, "2101": { N: "1" }, "320100": { N: "-256" }, "220001": { N: "1" } },
    ...{ "50": { N: "0" }, "52c119": { N: "25e-1" }, "528199": { N: "-25e1" }, "5180": { N: "0" } },
    ...{ "40": { N: "0" }, "443fc00000": { N: "1.5" }, "48c004000000000000": { N: "-2.5" } },
    ...{ a0: { B: Buffer.of() }, a200ff: { B: Buffer.of(0, 255) }, b0: { L: [] } },
    ...{ b52101008161: { L: [{ N: "1" }, { S: "a" }] }, b100: { L: [] } },
    ...{ e6818bb3816180: { SS: ["a", ""] }, e4818a2101: { N: "1" } },
  }
  for (const [hex, value] of Object.entries(values))
    expect([hex, valueOf(hex)]).toEqual([hex, value])
})

test("what DynamoDB has no type for is an error of its item, and the next one is read", () => {
  const good = "d6 8a d4 84 82 6f6b"
  for (const value of [
    "71 04",
    "91 61",
    "63 80 0fd0",
    "c0",
    "44 7f800000",
    "81 ff",
    "e4 81 ff 21 01",
  ])
    expect([value, typeof valueOf(value)]).toEqual([value, "string"])
  expect(valueOf(`2e c1 ${"ff".repeat(65)}`)).toBe("The number is too large")
  const entries = read(`${good} d5 8a d3 84 71 04 ${good} 2101 ${good}`)
  expect(entries.map((entry) => Object.keys(entry)[0])).toEqual([
    ...["item", "error", "item", "error", "item"],
  ])
})

test("what is no Ion ends the reading", () => {
  const good = "d6 8a d4 84 82 6f6b"
  const illegal = ["12", "30", "41 00", "4e 80", "61 80", "e1 00", "ef", "f0", "d1 80"]
  // An annotation around padding, or around another; lengths that lie; ends in the middle.
  const broken = [
    "e3 81 84 00",
    "e6 81 84 e3 81 84 10",
    "e4 81 84 10 10",
    "d4 84 82 61",
    "8e",
    "b2 82 61",
  ]
  const others = ["e00200ea", "e0", "8e 7f7f7f7f7f7f7fff", "e3 80 10 10"]
  for (const bad of [...illegal, ...broken, ...others]) {
    const entries = [...binaryIonItems(stream(`${good} ${bad}`))]
    expect([bad, entries.map((entry) => Object.keys(entry)[0])]).toEqual([bad, ["item", "error"]])
  }
})

test("symbol tables follow one another, are added to, and reserve numbers for shared ones", () => {
  const item = "d6 8a d4 84 82 6f6b"
  const names = (bytes: Uint8Array) =>
    [...binaryIonItems(bytes)].map((one) => ("item" in one ? Object.keys(one.item) : one.error))
  // The version again: the table is gone.
  const again = Buffer.concat([stream(item), stream(item, "")])
  expect(names(again)).toEqual([["name"], "The text of symbol 10 is not known"])
  // {imports:$ion_symbol_table, symbols:["more"]}: symbol 12 is new, 10 is as it was.
  const more = "ed 8183 da 867103 87b5 846d6f7265"
  expect(names(stream(`${more} d6 8a d4 8c 82 6f6b`))).toEqual([["more"]])
  // {imports:[{name:"x",max_id:2}], symbols:["Item"]}: symbols 10 and 11 are unknown, 12 is Item.
  const shared = "ee94 8183 de90 86b7 d6 848178 882102 87b5 844974656d"
  const found = names(stream("d6 8c d4 84 82 6f6b d6 8c d4 8a 82 6f6b", shared))
  expect(found).toEqual([["name"], "The text of symbol 10 is not known"])
})

test("random items are read from what the reference implementation writes, as from text", () => {
  const dice = createDice("binary Ion")
  for (let round = 0; round < 60; round += 1) {
    const items = Array.from({ length: dice.between(1, 4) }, () => randomItem(dice, 3))
    const text = items.map((item) => ionText({ Item: { M: item } })).join("\n")
    const normal = (entries: Iterable<Entry>) =>
      [...entries].map((one) => ("item" in one ? checkedItem(one.item) : one.error))
    const binary = normal(binaryIonItems(binaryOf(text)))
    expect(binary).toEqual(normal(ionItems(text)))
    expect(binary).toEqual(items.map((item) => checkedItem(item)))
  }
})

const NAMES = ["a", "Item", "symbols", "it's", "$10", "__proto__", "name", "ü😀", "x".repeat(200)]

function randomItem(dice: Dice, levels: number): Item {
  const names = NAMES.filter(() => dice.chance(0.4))
  return Object.fromEntries(names.map((name) => [name, randomValue(dice, levels)]))
}

function randomValue(dice: Dice, levels: number): AttributeValue {
  const kinds = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", ...(levels > 0 ? ["L", "M"] : [])]
  const bytes = () => Buffer.alloc(dice.pick([0, 1, 13, 14, 300]), dice.integer(256))
  const number = () =>
    `${dice.pick(["", "-"])}${dice.between(1, 999_999)}${dice.pick(["", ".5", "e40", "e-90"])}`
  switch (dice.pick(kinds)) {
    case "S":
      return { S: "é".repeat(dice.pick([0, 1, 7, 100])) }
    case "N":
      return { N: number() }
    case "B":
      return { B: bytes() }
    case "BOOL":
      return { BOOL: dice.chance(0.5) }
    case "NULL":
      return { NULL: true }
    case "SS":
      return { SS: ["one", "two"].slice(0, dice.between(1, 2)) }
    case "NS":
      return { NS: [number()] }
    case "BS":
      return { BS: [Buffer.of(dice.integer(256))] }
    case "L":
      return { L: Array.from({ length: dice.integer(4) }, () => randomValue(dice, levels - 1)) }
    default:
      return { M: randomItem(dice, levels - 1) }
  }
}
