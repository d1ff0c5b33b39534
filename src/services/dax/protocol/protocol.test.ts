import fc from "fast-check"
import { expect, test } from "vitest"
import { CborOutput } from "../../../protocols/cbor/output.ts"
import { attributeOf, writeAttribute, type Attribute } from "./attribute.ts"
import { decode } from "./decode.ts"
import { conditionText, Placeholders, projectionPaths } from "./expression.ts"
import { Frames } from "./frames.ts"
import { decodeKey, encodeKey, keyText } from "./key.ts"
import { decodeLexDecimal, encodeLexDecimal } from "./lex-decimal.ts"
import { decimalOf, numberText } from "./number.ts"
import { ProtocolError } from "./protocol-error.ts"

const bytesOf = (value: Attribute): Buffer => {
  const out = new CborOutput()
  writeAttribute(out, value)
  return Buffer.from(out.finish())
}

const anyNumber = fc
  .tuple(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: -130, max: 87 }))
  .map(([digits, exponent]) => numberText({ digits, exponent }))

test("numbers go and come as DynamoDB writes them", () => {
  for (const [text, normal] of [
    ["0", "0"],
    ["1E3", "1000"],
    ["-1.5e-3", "-0.0015"],
    ["5.00", "5"],
    ["12.50", "12.5"],
    [`1${"0".repeat(125)}`, `1${"0".repeat(125)}`],
  ] as const)
    expect(attributeOf(decode(bytesOf({ N: text })))).toEqual({ N: normal })
  fc.assert(
    fc.property(anyNumber, (N) => {
      expect(attributeOf(decode(bytesOf({ N })))).toEqual({ N })
    }),
  )
})

test("numbers of sort keys come back, and order as their bytes do", () => {
  // As a client writes it.
  expect(encodeLexDecimal(decimalOf("123")).toString("hex")).toBe("c321c020")
  expect(numberText(decodeLexDecimal(Buffer.from("c321c020", "hex")))).toBe("123")
  fc.assert(
    fc.property(anyNumber, anyNumber, (a, b) => {
      const [left, right] = [a, b].map((one) => encodeLexDecimal(decimalOf(one))) as [
        Buffer,
        Buffer,
      ]
      expect(numberText(decodeLexDecimal(left))).toBe(a)
      const [x, y] = [Number(a), Number(b)]
      if (x !== y) expect(Buffer.compare(left, right)).toBe(x < y ? -1 : 1)
    }),
  )
})

test("values of all types come back", () => {
  const value: Attribute = {
    M: {
      ...{ s: { S: "ä" }, n: { N: "-18446744073709551617" }, b: { B: Buffer.of(0, 255) } },
      ...{ ss: { SS: ["a"] }, ns: { NS: ["1", "2.5"] }, bs: { BS: [Buffer.of(1)] } },
      ...{ l: { L: [{ BOOL: true }, { NULL: true }, { L: [] }] }, m: { M: {} } },
    },
  }
  expect(attributeOf(decode(bytesOf(value)))).toEqual(value)
})

test("keys of all types come back, and are the same however they were written", () => {
  const hashes = [{ S: "a/b" }, { N: "1.5" }, { B: Buffer.of(1, 2) }] as const
  for (const partition of hashes) {
    const first = { name: "p", type: Object.keys(partition)[0] as "S" }
    expect(decodeKey([first], Buffer.from(encodeKey([first], { p: partition })))).toEqual({
      p: partition,
    })
    for (const sort of hashes) {
      const schema = [first, { name: "s", type: Object.keys(sort)[0] as "S" }]
      const key = { p: partition, s: sort }
      expect(decodeKey(schema, Buffer.from(encodeKey(schema, key)))).toEqual(key)
    }
  }
  const schema = [{ name: "p", type: "N" }] as const
  expect(keyText(schema, { p: { N: "1E1" } })).toBe(keyText(schema, { p: { N: "10.0" } }))
})

test("items are cut from what arrives, wherever it is cut", async () => {
  const items = [bytesOf({ S: "x".repeat(300) }), bytesOf({ L: [{ M: { a: { N: "70000" } } }] })]
  // A map and a list without a length.
  items.push(Buffer.from("bf0102ff", "hex"), Buffer.from("9f9fff03ff", "hex"), Buffer.from([0x80]))
  const all = Buffer.concat(items)
  for (const size of [1, 2, 7, all.length]) {
    async function* chunks() {
      for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size)
    }
    const frames = new Frames(chunks())
    const found: Buffer[] = []
    for (let item = await frames.next(); item; item = await frames.next())
      found.push(Buffer.from(item))
    expect(found).toEqual(items)
  }
})

test.each(["ff", "9fff" + "ff", "1c", "5bffffffffffffffff", "81".repeat(400)])(
  "%s is refused",
  async (hex) => {
    async function* chunks() {
      yield Buffer.from(hex, "hex")
    }
    const frames = new Frames(chunks())
    const readAll = async () => {
      while (await frames.next());
    }
    await expect(readAll()).rejects.toThrow(ProtocolError)
  },
)

test("expressions become text again", () => {
  // (and (= path :0) (in path [:1]))
  const hex =
    "8301830683008212616182110083" + "0a" + "82126162" + "81" + "821101" + "82" + "01" + "6178"
  const all = new Placeholders()
  expect(conditionText(Buffer.from(hex, "hex"), all, "c")).toBe("(#n0 = :c0 AND #n1 IN (:c1))")
  expect(all.names).toEqual({ "#n0": "a", "#n1": "b" })
  expect(all.values).toEqual({ ":c0": { N: "1" }, ":c1": { S: "x" } })
  // a[2].b
  const path = Buffer.from("820181841261" + "61" + "d90cfc02" + "6162", "hex")
  expect(projectionPaths(path)).toEqual([["a", 2, "b"]])
  const bad = Buffer.from("8301821863" + "00" + "80", "hex")
  expect(() => conditionText(bad, new Placeholders(), "c")).toThrow(ProtocolError)
})
