import { RequestError, validation } from "../errors.ts"

/**
 * DynamoDB's numbers: decimal, 38 significant digits, exact. A number in normal form is plain
 * decimal text as AWS answers it (recorded): no exponent, no needless zeros, no `-0`.
 * (docs: "Naming rules and data types in DynamoDB", Number.)
 */

const MOST_DIGITS = 38
/** Of the first digit: 9.99E+125 is the largest magnitude, 1E-130 the smallest. */
const HIGHEST_EXPONENT = 125
const LOWEST_EXPONENT = -130
const MOST_JAVA_EXPONENT = 2 ** 31 - 1

/** ±0.digits × 10^(exponent + 1): without leading and trailing zeros; zero has no digits. */
interface Decimal {
  readonly negative: boolean
  readonly digits: string
  /** Of the first digit. */
  readonly exponent: number
}

const MINUS = 0x2d
const POINT = 0x2e
const DIGIT_0 = 0x30

const ZERO: Decimal = { negative: false, digits: "", exponent: 0 }
/** What is in normal form already, and how most numbers come. */
const SMALL_INTEGER = /^(?:0|-?[1-9]\d{0,36})$/
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,18}))?$/

/** The number in normal form. Throws ValidationException in AWS's words (recorded). */
export function normalNumber(text: string): string {
  if (SMALL_INTEGER.test(text)) return text
  const decimal = parseDecimal(text)
  const { exponent } = decimal
  // Recorded of the newer way; what the older one says is as Java's BigDecimal has it.
  if (Math.abs(exponent) > MOST_JAVA_EXPONENT)
    throw new RequestError(`${NOT_NUMERIC}: ${text}`, {
      newer: exponent > 0 ? TOO_LARGE : TOO_SMALL,
    })
  return formatDecimal(inRange(decimal))
}

export function addNumbers(a: string, b: string): string {
  const sum = smallSum(a, b)
  return sum ?? formatDecimal(sumInRange(sumOf(parseDecimal(a), parseDecimal(b))))
}

export function subtractNumbers(a: string, b: string): string {
  const { negative, ...rest } = parseDecimal(b)
  return addNumbers(a, formatDecimal({ ...rest, negative: rest.digits !== "" && !negative }))
}

/** Below 0, 0, above 0. Both in normal form. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0
  // So few digits are told apart by a double.
  if (a.length <= 15 && b.length <= 15) return Number(a) - Number(b)
  const [left, right] = [numberKey(a), numberKey(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * Text that orders as the number does: sign, exponent in two hexadecimal digits, digits; those of a
 * negative number are complemented and closed by a character above all digits.
 */
export function numberKey(text: string): string {
  const { negative, digits, exponent } = parseDecimal(text)
  if (digits === "") return "b"
  const biased = exponent - LOWEST_EXPONENT
  if (!negative) return `c${hexByte(biased)}${digits}`
  let complement = `a${hexByte(0xff - biased)}`
  for (let i = 0; i < digits.length; i++) complement += 9 - (digits.charCodeAt(i) - 48)
  return `${complement}~`
}

/**
 * Bytes that a number in normal form counts: one, one for a minus sign, and one for each pair of
 * digits left and right of the point (recorded). In one pass: most items have numbers.
 */
export function numberSize(text: string): number {
  let places = 0
  let whole = -1
  let first = -1
  let last = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === POINT) whole = places
    if (code < DIGIT_0) continue
    if (code > DIGIT_0) {
      if (first < 0) first = places
      last = places
    }
    places++
  }
  if (first < 0) return 1
  const exponent = (whole < 0 ? places : whole) - 1 - first
  // The first digit fills a pair where its exponent is odd.
  const pairs = Math.ceil((last - first + 1 + (exponent % 2 === 0 ? 1 : 0)) / 2)
  return 1 + pairs + (text.charCodeAt(0) === MINUS ? 1 : 0)
}

/** Throws ValidationException for what is no number. */
function parseDecimal(text: string): Decimal {
  const parts = NUMBER.exec(text)
  const whole = parts?.[2] ?? ""
  const fraction = parts?.[3] ?? ""
  if (parts === null || whole.length + fraction.length === 0) throw notNumeric(text)
  const all = whole + fraction
  let first = 0
  while (first < all.length && all.charCodeAt(first) === 48) first++
  let end = all.length
  while (end > first && all.charCodeAt(end - 1) === 48) end--
  if (first === end) return ZERO
  return {
    negative: parts[1] === "-",
    digits: all.slice(first, end),
    exponent: whole.length - 1 - first + Number(parts[4] ?? 0),
  }
}

function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === "") return "0"
  const sign = negative ? "-" : ""
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`
  const places = exponent + 1
  if (digits.length <= places) return sign + digits.padEnd(places, "0")
  return `${sign}${digits.slice(0, places)}.${digits.slice(places)}`
}

/** A sum of more digits is refused with the words for too large numbers (tests against AWS). */
function sumInRange(sum: Decimal): Decimal {
  if (sum.digits.length > MOST_DIGITS) throw overflow()
  return inRange(sum)
}

const TOO_LARGE =
  "Number overflow. Attempting to store a number with magnitude larger than supported range"
const TOO_SMALL =
  "Number underflow. Attempting to store a number with magnitude smaller than supported range"
const NOT_NUMERIC = "The parameter cannot be converted to a numeric value"

const overflow = (): Error => validation(TOO_LARGE)

/** In this order (recorded). */
function inRange(decimal: Decimal): Decimal {
  if (decimal.digits === "") return decimal
  if (decimal.exponent > HIGHEST_EXPONENT) throw overflow()
  if (decimal.exponent < LOWEST_EXPONENT) throw validation(TOO_SMALL)
  if (decimal.digits.length > MOST_DIGITS)
    throw validation("Attempting to store more than 38 significant digits in a Number")
  return decimal
}

/** An empty text is told by the newer way only (recorded). */
function notNumeric(text: string): Error {
  if (text === "") return new RequestError(NOT_NUMERIC, { newer: `${NOT_NUMERIC}: ` })
  return validation(`${NOT_NUMERIC}: ${text}`)
}

/** The sum of two integers that doubles hold exactly. */
function smallSum(a: string, b: string): string | undefined {
  if (a.length > 15 || b.length > 15) return undefined
  const sum = Number(a) + Number(b)
  if (a.includes(".") || b.includes(".") || !Number.isSafeInteger(sum)) return undefined
  return String(sum)
}

function sumOf(a: Decimal, b: Decimal): Decimal {
  if (a.digits === "") return b
  if (b.digits === "") return a
  const last = Math.min(lastExponent(a), lastExponent(b))
  return parseDecimal(`${scaled(a, last) + scaled(b, last)}e${last}`)
}

const lastExponent = ({ digits, exponent }: Decimal): number => exponent - digits.length + 1

/** In units of 10^last: at most 256 digits, for both are in range. */
function scaled(decimal: Decimal, last: number): bigint {
  const magnitude = BigInt(decimal.digits + "0".repeat(lastExponent(decimal) - last))
  return decimal.negative ? -magnitude : magnitude
}

const hexByte = (byte: number): string => (byte < 16 ? "0" : "") + byte.toString(16)
