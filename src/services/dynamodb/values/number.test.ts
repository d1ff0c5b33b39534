import fc from "fast-check"
import { expect, test } from "vitest"
import {
  addNumbers,
  compareNumbers,
  normalNumber,
  numberKey,
  numberSize,
  subtractNumbers,
} from "./number.ts"

test.each([
  ["0", "0"],
  ["-0", "0"],
  ["0.000", "0"],
  ["+1", "1"],
  ["007.500", "7.5"],
  [".5", "0.5"],
  ["5.", "5"],
  ["1e3", "1000"],
  ["-1.5E-3", "-0.0015"],
  ["100", "100"],
  ["1E125", `1${"0".repeat(125)}`],
  ["1E-130", `0.${"0".repeat(129)}1`],
  ["9".repeat(38), "9".repeat(38)],
  [`${"9".repeat(38)}0`, `${"9".repeat(38)}0`],
])("%s is %s", (text, normal) => {
  expect(normalNumber(text)).toBe(normal)
})

const OVERFLOW =
  "Number overflow. Attempting to store a number with magnitude larger than supported range"
const UNDERFLOW =
  "Number underflow. Attempting to store a number with magnitude smaller than supported range"

test.each([
  ["", "The parameter cannot be converted to a numeric value"],
  ["b", "The parameter cannot be converted to a numeric value: b"],
  [".", "The parameter cannot be converted to a numeric value: ."],
  ["1 ", "The parameter cannot be converted to a numeric value: 1 "],
  ["0x1", "The parameter cannot be converted to a numeric value: 0x1"],
  ["NaN", "The parameter cannot be converted to a numeric value: NaN"],
  ["1e126", OVERFLOW],
  ["-1e126", OVERFLOW],
  ["1e-131", UNDERFLOW],
  ["-1e-131", UNDERFLOW],
  [`${"9".repeat(38)}1`, "Attempting to store more than 38 significant digits in a Number"],
])("%s is refused", (text, message) => {
  const refused = expect.objectContaining({ code: "ValidationException", message })
  expect(() => normalNumber(text)).toThrow(refused)
})

const numbersOf = (digits: bigint, places: number) =>
  fc
    .record({
      digits: fc.bigInt({ min: -digits, max: digits }),
      exponent: fc.integer({ min: -places, max: places }),
    })
    .map(({ digits: text, exponent }) => normalNumber(`${text}e${exponent}`))
const anyNumber = numbersOf(10n ** 20n, 60)
/** Of whose sums none has too many digits. */
const someNumber = numbersOf(10n ** 17n, 8)

test("a normal form is its own", () => {
  fc.assert(fc.property(anyNumber, (number) => normalNumber(number) === number))
})

test("keys order as numbers do", () => {
  const numbers = ["-1e125", "-20", "-12", "-1.2", "-1.19", "-1", "-0.5", "-1e-130", "0", "1e-130"]
  const more = ["0.1", "0.11", "1", "1.1", "9", "10", "11", "99", "100", "1e125"]
  const keys = [...numbers, ...more].map((text) => numberKey(normalNumber(text)))
  expect(keys.toSorted()).toEqual(keys)
  fc.assert(
    fc.property(someNumber, someNumber, (a, b) => {
      const difference = subtractNumbers(a, b)
      const sign = difference === "0" ? 0 : difference.startsWith("-") ? -1 : 1
      return (
        Math.sign(compareNumbers(a, b)) === sign &&
        numberKey(a) < numberKey(b) === sign < 0 &&
        (numberKey(a) === numberKey(b)) === (sign === 0)
      )
    }),
  )
})

test("sums are exact", () => {
  expect(addNumbers("0.1", "0.2")).toBe("0.3")
  expect(addNumbers("12", "-5")).toBe("7")
  expect(addNumbers("99999999999999999999", "1")).toBe("100000000000000000000")
  expect(subtractNumbers("1", "1")).toBe("0")
  expect(subtractNumbers("0", "2.5")).toBe("-2.5")
  fc.assert(
    fc.property(someNumber, someNumber, (a, b) => subtractNumbers(addNumbers(a, b), b) === a),
  )
  expect(() => addNumbers("1e30", "1e-30")).toThrow("Number overflow")
  expect(() => addNumbers("9e125", "9e125")).toThrow(OVERFLOW)
})

// Recorded: the capacity that items of numbers take.
test.each([
  ["0", 1],
  ["1", 2],
  ["-1", 3],
  ["10", 2],
  ["12", 2],
  ["123", 3],
  ["1234", 3],
  ["1.2", 3],
  ["12.3", 3],
])("%s counts %i bytes", (number, size) => {
  expect(numberSize(number)).toBe(size)
})
