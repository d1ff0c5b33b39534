import type { CborOutput } from "../../../protocols/cbor/output.ts"
import { bytesOf, integerOf, listOf, type Value } from "./decode.ts"
import { ProtocolError } from "./protocol-error.ts"

/** A decimal number: `digits` times ten to the power of `exponent`. */
export interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/** CBOR's tags for numbers (RFC 8949, 3.4.3 and 3.4.4). */
const TAG = { positive: 2, negative: 3, decimal: 4 } as const
const MOST_DIGITS = 400

/** What DynamoDB writes and takes: `-1.5`, `12E+3`. Throws ProtocolError. */
export function decimalOf(text: string): Decimal {
  const [, sign = "", whole = "", part = "", power = "0"] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,5}))?$/.exec(text) ?? []
  const digits = whole + part
  if (digits === "" || digits.length > MOST_DIGITS) throw new ProtocolError(`no number: ${text}`)
  const value = BigInt(digits)
  return { digits: sign === "-" ? -value : value, exponent: Number(power) - part.length }
}

/** Beyond the exponents that DynamoDB takes: it is to refuse such numbers itself. */
const MOST_EXPONENT = 200

/** DynamoDB's own text of a number: all its digits, and no zeros at the end of a fraction. */
export function numberText({ digits, exponent }: Decimal): string {
  if (digits === 0n) return "0"
  if (Math.abs(exponent) > MOST_EXPONENT) return `${digits}E${exponent}`
  if (exponent >= 0) return String(digits * 10n ** BigInt(exponent))
  const sign = digits < 0n ? "-" : ""
  const text = String(digits < 0n ? -digits : digits).padStart(1 - exponent, "0")
  const fraction = text.slice(exponent).replace(/0+$/, "")
  return `${sign}${text.slice(0, exponent)}${fraction === "" ? "" : `.${fraction}`}`
}

/** The number of a CBOR item; undefined where the item is none. */
export function numberOf(value: Value): Decimal | undefined {
  if (typeof value === "bigint") return { digits: value, exponent: 0 }
  // Some clients send fractions as floating-point numbers: the shortest text is what was meant.
  if (typeof value === "number") return decimalOf(String(value))
  if (typeof value !== "object" || value === null || !("tag" in value)) return undefined
  switch (value.tag) {
    case TAG.positive:
      return { digits: bigOf(value.value), exponent: 0 }
    case TAG.negative:
      return { digits: -1n - bigOf(value.value), exponent: 0 }
    case TAG.decimal: {
      const [exponent, digits = 0] = listOf(value.value)
      const { digits: all } = numberOf(digits) ?? { digits: 0n }
      return { digits: all, exponent: integerOf(exponent) }
    }
    default:
      return undefined
  }
}

function bigOf(value: Value): bigint {
  const hex = bytesOf(value).toString("hex")
  if (hex.length > MOST_DIGITS) throw new ProtocolError("a number is too long")
  return BigInt(`0x${hex === "" ? "0" : hex}`)
}

/** A number as DynamoDB writes it. */
export function writeNumber(out: CborOutput, text: string): void {
  const { digits, exponent } = decimalOf(text)
  if (exponent === 0) return writeInteger(out, digits)
  out.tag(TAG.decimal)
  out.list(2)
  out.integer(exponent)
  writeInteger(out, digits)
}

function writeInteger(out: CborOutput, value: bigint): void {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return out.integer(number)
  const isNegative = value < 0n
  const hex = (isNegative ? -1n - value : value).toString(16)
  out.tag(isNegative ? TAG.negative : TAG.positive)
  out.blob(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"))
}
