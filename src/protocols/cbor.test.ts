import fc from "fast-check"
import { expect, test } from "vitest"
import { AwsError } from "./aws-error.ts"
import { CborError, CborTime, decodeCbor } from "./cbor/input.ts"
import { CborOutput } from "./cbor/output.ts"
import { cborCodec, cborTarget } from "./cbor.ts"
import type { Values } from "./codec.ts"
import { members, postRequest, smallModel } from "./testing/models.ts"

const MODEL = smallModel(
  {
    Thing: {
      type: "structure",
      members: {
        ...members({
          Text: "String",
          Count: "Integer",
          Big: "Long",
          Ratio: "Double",
          Flag: "Boolean",
          Bytes: "Blob",
          Names: "Names",
          Tags: "Tags",
          Inner: "Thing",
          Holes: "Holes",
        }),
        At: { shape: "Timestamp", timestampFormat: "iso8601" },
      },
    },
    Names: { type: "list", member: { shape: "String" } },
    Holes: { type: "list", member: { shape: "String" }, sparse: true },
    Tags: { type: "map", key: { shape: "String" }, value: { shape: "String" } },
    Gone: {
      type: "structure",
      members: { message: { shape: "String" }, Names: { shape: "Names" } },
      exception: true,
    },
  },
  { protocol: "smithy-rpc-v2-cbor" },
)
const CONTEXT = { requestId: "id" }
const DO = MODEL.operations["Do"]!
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex")

// Appendix A of RFC 8949, as far as it can be told apart in JavaScript.
test.each([
  ["00", 0],
  ["17", 23],
  ["1818", 24],
  ["1903e8", 1000],
  ["1a000f4240", 1000000],
  ["1b000000e8d4a51000", 1000000000000],
  ["1bffffffffffffffff", 18446744073709552000],
  ["c249010000000000000000", 18446744073709552000],
  ["3bffffffffffffffff", -18446744073709552000],
  ["c349010000000000000000", -18446744073709552000],
  ["20", -1],
  ["3903e7", -1000],
  ["f90000", 0],
  ["f98000", -0],
  ["f93c00", 1],
  ["fb3ff199999999999a", 1.1],
  ["f93e00", 1.5],
  ["f97bff", 65504],
  ["fa47c35000", 100000],
  ["fa7f7fffff", 3.4028234663852886e38],
  ["fb7e37e43c8800759c", 1e300],
  ["f90001", 5.960464477539063e-8],
  ["f90400", 0.00006103515625],
  ["f9c400", -4],
  ["f97c00", Infinity],
  ["f97e00", NaN],
  ["f9fc00", -Infinity],
  ["f4", false],
  ["f5", true],
  ["f6", null],
  ["f7", null],
  ["c11a514b67b0", new CborTime(1363896240)],
  ["c1fb41d452d9ec200000", new CborTime(1363896240.5)],
  ["d74401020304", Buffer.from([1, 2, 3, 4])],
  ["c48221196ab3", 273.15],
  ["40", Buffer.from([])],
  ["60", ""],
  ["62c3bc", "ü"],
  ["64f0908591", "\u{10151}"],
  ["80", []],
  ["8301820203820405", [1, [2, 3], [4, 5]]],
  ["a26161016162820203", { a: 1, b: [2, 3] }],
  ["5f42010243030405ff", Buffer.from([1, 2, 3, 4, 5])],
  ["7f657374726561646d696e67ff", "streaming"],
  ["9fff", []],
  ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
  ["bf61610161629f0203ffff", { a: 1, b: [2, 3] }],
])("%s is %o", (bytes, value) => {
  expect(decodeCbor(hex(bytes))).toEqual(value)
})

test.each([
  ["nothing", ""],
  ["two items", "0000"],
  ["a head without its argument", "19ff"],
  ["a string longer than the data", "7a7fffffff61"],
  ["a blob longer than memory", "5bffffffffffffffff"],
  ["a list longer than the data", "9b00ffffffffffffff"],
  ["a map longer than the data", "bb00ffffffffffffff"],
  ["a break alone", "ff"],
  ["a break in a definite list", "82 01 ff"],
  ["a break as a map's value", "bf 6161 ff"],
  ["a list without end", "9f01"],
  ["a reserved length", "1c"],
  ["a reserved simple value", "f800"],
  ["an integer without length", "1f"],
  ["a tag without length", "df00"],
  ["a key that is no text", "a10102"],
  ["a chunk of another kind", "7f4161ff"],
  ["a chunk that is chunked", "7f7fffff"],
  ["text that is not UTF-8", "62c328"],
  ["a character cut by a chunk", "7f61c361bcff"],
  ["a time that is text", "c16130"],
  ["a bignum that is a number", "c201"],
  ["a bignum of 200 bytes", `c258c8${"01".repeat(200)}`],
  ["a decimal fraction of exponent 10^9", "c4821a3b9aca0001"],
  ["a decimal fraction of three parts", "c483010203"],
])("%s is refused", (_name, bytes) => {
  expect(() => decodeCbor(hex(bytes))).toThrow(CborError)
})

test("depth is limited: lists, maps and tags", () => {
  for (const open of ["81", "9f", "a16161", "bf6161", "c1"]) {
    expect(() => decodeCbor(hex(open.repeat(100_000)))).toThrow(CborError)
  }
})

test("__proto__ is a key like any other", () => {
  const value = decodeCbor(hex("a1 69 5f5f70726f746f5f5f a1 6161 01")) as Values
  expect(Object.keys(value)).toEqual(["__proto__"])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(value["a"]).toBeUndefined()
})

test("random bytes are decoded or refused, nothing else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        decodeCbor(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(CborError)
      }
    }),
  )
})

test("path of an operation", () => {
  expect(cborTarget("/service/GraniteServiceVersion20100801/operation/ListMetrics")).toEqual({
    service: "GraniteServiceVersion20100801",
    operation: "ListMetrics",
  })
  expect(cborTarget("/service/A/operation/B/C")).toBeUndefined()
  expect(cborTarget("/")).toBeUndefined()
})

function decode(bytes: Uint8Array): Values {
  return cborCodec().decode(MODEL, DO, postRequest(bytes))
}

test("inputs: empty, unknown members, nulls, wrong types", () => {
  expect(decode(hex(""))).toEqual({})
  expect(decode(hex("a2 6457686174 f5 6454657874 f6"))).toEqual({})
  for (const body of [
    "80",
    "01",
    "f6",
    "40",
    "c101",
    "ff",
    "a1 6454657874 01",
    "a1 654e616d6573 a0",
  ]) {
    expect(() => decode(hex(body))).toThrow(AwsError)
  }
  // A blob where a structure is expected, and a number where a time is.
  expect(() => decode(hex("a1 65496e6e6572 4101"))).toThrow("Expected null")
  expect(() => decode(hex("a1 624174 01"))).toThrow("can not be converted to milliseconds")
})

test("numbers take the least bytes, floats keep their width", () => {
  const bytes = (write: (out: CborOutput) => void) => {
    const out = new CborOutput()
    write(out)
    return Buffer.from(out.finish()).toString("hex")
  }
  expect(bytes((out) => out.integer(23))).toBe("17")
  expect(bytes((out) => out.integer(24))).toBe("1818")
  expect(bytes((out) => out.integer(-1))).toBe("20")
  expect(bytes((out) => out.integer(65536))).toBe("1a00010000")
  expect(bytes((out) => out.integer(2 ** 53))).toBe("1b0020000000000000")
  expect(bytes((out) => out.double(1))).toBe("fb3ff0000000000000")
  expect(bytes((out) => out.time(1500))).toBe("c1fb3ff8000000000000")
})

test("an error's members follow its type and text", () => {
  const error = new AwsError("Gone", "It is gone.", { members: { Names: ["a"] }, status: 404 })
  const response = cborCodec().encodeError(MODEL, DO, error, CONTEXT)
  expect(response.status).toBe(404)
  expect(decodeCbor(response.body as Uint8Array)).toEqual({
    __type: "com.amazonaws.small#Gone",
    message: "It is gone.",
    Names: ["a"],
  })
})

test.each([[{ What: 1 }], [{ Text: 1 }], [{ Count: 1.5 }], [{ Text: null }], [{ Names: [null] }]])(
  "a strict codec finds our own mistake in %j",
  (output) => {
    const codec = cborCodec({ strict: true })
    expect(() => codec.encode(MODEL, DO, output as Values, CONTEXT)).toThrow()
  },
)

test("what a codec writes, it reads", () => {
  const { thing } = fc.letrec((tie) => ({
    thing: fc.record(
      {
        Text: fc.string({ unit: "grapheme", maxLength: 1000 }),
        Count: fc.integer(),
        Big: fc.maxSafeInteger(),
        Ratio: fc.double(),
        Flag: fc.boolean(),
        Bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        At: fc.integer({ min: 0, max: 4_000_000_000_000 }),
        Names: fc.array(fc.string()),
        Holes: fc.array(fc.option(fc.string())),
        Tags: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
        Inner: tie("thing"),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  }))
  const codec = cborCodec({ strict: true })
  fc.assert(
    fc.property(thing, (value) => {
      const { body } = codec.encode(MODEL, DO, value, CONTEXT)
      expect(decode(body as Uint8Array)).toEqual(value)
    }),
  )
})
