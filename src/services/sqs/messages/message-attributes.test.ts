import { expect, test } from "vitest"
import {
  allAttributes,
  assertAttributes,
  attributesSizeBytes,
  selectedAttributes,
  storedAttributes,
  traceHeaderOf,
  withOneValue,
  type MessageAttributes,
  type SentAttribute,
  type SentAttributes,
} from "./message-attributes.ts"

const text = (StringValue: string): SentAttribute => ({ DataType: "String", StringValue })

function refusal(attributes: SentAttributes): string | undefined {
  try {
    assertAttributes(attributes)
    return undefined
  } catch (error) {
    expect(error).toMatchObject({ code: "InvalidParameterValue" })
    return (error as Error).message
  }
}

const CONTENTS = /^Invalid characters found\. /
const RESERVED = /^You can't use message attribute names beginning with 'AWS\.' or 'Amazon\.'\./

test("attributes of the three types pass, with and without a label", () => {
  const attributes = {
    a: text("x"),
    b: { DataType: "Number", StringValue: "-1.5e+10" },
    c: { DataType: "Binary", BinaryValue: Uint8Array.of(0) },
    d: { DataType: "Number.java.lang.Long", StringValue: "007" },
    e: { DataType: "String.", StringValue: "x" },
    "attr.1øßä": text("letters of all kinds"),
    "two..periods": text("as AWS lets them"),
  }
  expect(refusal(attributes)).toBeUndefined()
})

test("there are at most ten attributes", () => {
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, text("x")]))
  expect(refusal(many)).toBe("Number of message attributes [11] exceeds the allowed maximum [10].")
})

test("names have a form and a length", () => {
  expect(refusal({ "": text("x") })).toBe(
    "The request must contain non-empty message (user) attribute names.",
  )
  expect(refusal({ ["L".repeat(256)]: text("x") })).toBeUndefined()
  expect(refusal({ ["L".repeat(257)]: text("x") })).toMatch(/must be shorter than 256 bytes/)
  for (const sign of ["!", '"', "§", "(", "?", " "]) {
    expect(refusal({ [`Invalid-${sign}-attr`]: text("x") }), sign).toMatch(/name can only contain/)
  }
  for (const name of ["aWs.-attr", "AMAZON.-attr", ".-attr", "Invalid."]) {
    expect(refusal({ [name]: text("x") }), name).toMatch(RESERVED)
  }
})

test("types are String, Number or Binary with an optional label", () => {
  for (const DataType of ["Invalid", "string", "Strings", "StringX.y"]) {
    expect(refusal({ name: { DataType, StringValue: "x" } })).toBe(
      "The type of message (user) attribute 'name' is invalid. You must use only the following " +
        "supported type prefixes: Binary, Number, String.",
    )
  }
  expect(refusal({ name: { DataType: `Number.${"L".repeat(256)}`, StringValue: "1" } })).toMatch(
    /type must be shorter than 256 bytes/,
  )
  expect(refusal({ name: { StringValue: "x" } })).toBe(
    "The message (user) attribute 'name' must contain a non-empty message attribute value.",
  )
})

test("values are there, of their type, in allowed characters", () => {
  expect(refusal({ ErrorDetails: text("") })).toBe(
    "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
  )
  expect(refusal({ x: { DataType: "Binary", StringValue: "text" } })).toMatch(/type 'Binary'/)
  expect(refusal({ x: text("\b") })).toMatch(CONTENTS)
  expect(refusal({ x: { DataType: "Number", StringValue: "149a" } })).toBe(
    "Can't cast the value of message (user) attribute 'x' to a number.",
  )
  expect(refusal({ x: { DataType: "String", StringListValues: ["a"] } })).toBe(
    "Message attribute list values in SendMessage operation are not supported.",
  )
})

test("numbers have at most 38 digits and lie between 10^-128 and 10^126", () => {
  const refused = (StringValue: string): boolean =>
    refusal({ x: { DataType: "Number", StringValue } }) !== undefined
  const digits = "9".repeat(38)
  const passing = [digits, `${digits}000`, `0.000${digits}`, ".5", "5.", "-0", "0e999999", "000"]
  for (const text of [...passing, "1e-128", "1e126", "10e125", "-9.99e125", `-${digits}e88`]) {
    expect(refused(text), text).toBe(false)
  }
  for (const text of [
    `${digits}9`,
    `${digits}.1`,
    "1.1e126",
    "1e127",
    "9e-129",
    "1e500",
    ".",
    "e5",
  ])
    expect(refused(text), text).toBe(true)
})

test("of two values an attribute keeps the one that its type names", () => {
  const both = { StringValue: "text", BinaryValue: Uint8Array.of(1) }
  const sent = {
    s: { DataType: "String.x", ...both },
    n: { DataType: "Number", StringValue: "1", BinaryValue: new Uint8Array() },
    b: { DataType: "Binary", ...both },
  }
  expect(refusal(sent)).toBeUndefined()
  expect(withOneValue(sent)).toEqual({
    s: { DataType: "String.x", StringValue: "text" },
    n: { DataType: "Number", StringValue: "1" },
    b: { DataType: "Binary", BinaryValue: Uint8Array.of(1) },
  })
  expect(withOneValue(SENT)).toBe(SENT)
})

test("the only system attribute is the trace header, a String", () => {
  expect(traceHeaderOf(undefined)).toBeUndefined()
  expect(traceHeaderOf({ AWSTraceHeader: text("Root=1") })).toBe("Root=1")
  expect(() => traceHeaderOf({ Hello: text("x") })).toThrow(
    "Message system attribute name 'Hello' is invalid.",
  )
  for (const DataType of ["Number", "Binary", "String.x"]) {
    const AWSTraceHeader = { DataType, StringValue: "1", BinaryValue: Uint8Array.of(1) }
    expect(() => traceHeaderOf({ AWSTraceHeader }), DataType).toThrow(/must be of type 'String'/)
  }
})

test("names, types and values count towards the size, in UTF-8 bytes", () => {
  expect(attributesSizeBytes(undefined)).toBe(0)
  expect(attributesSizeBytes({ k: { DataType: "String", StringValue: "é" } })).toBe(1 + 6 + 2)
  expect(attributesSizeBytes({ k: { DataType: "Binary", BinaryValue: new Uint8Array(5) } })).toBe(
    12,
  )
})

const SENT: MessageAttributes = {
  "Help.Me": { DataType: "String", StringValue: "Me" },
  Hello: { DataType: "String", StringValue: "There" },
  General: { DataType: "Binary", BinaryValue: Buffer.from([0, 255]) },
}

test("stored attributes survive JSON and come back whole", () => {
  const stored = JSON.parse(JSON.stringify(storedAttributes(SENT)))
  expect(allAttributes(stored)).toEqual(SENT)
  expect(storedAttributes({})).toBeUndefined()
  expect(allAttributes(undefined)).toBeUndefined()
})

test("a receive selects by name, by prefix or all", () => {
  const names = (wanted: readonly string[] | undefined): string[] =>
    Object.keys(selectedAttributes(storedAttributes(SENT), wanted) ?? {})
  for (const all of ["All", "*", ".*"]) expect(names([all])).toEqual(Object.keys(SENT))
  expect(names(["Hel.*"])).toEqual(["Help.Me", "Hello"])
  expect(names(["Foo", "Hello"])).toEqual(["Hello"])
  for (const none of [undefined, [], ["Foo", "Help"], ["AWS."], ["..foo"]]) {
    expect(selectedAttributes(storedAttributes(SENT), none)).toBeUndefined()
  }
})
