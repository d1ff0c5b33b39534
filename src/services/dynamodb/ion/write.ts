import type { AttributeValue, Item } from "../values/attribute-value.ts"

/**
 * Items as Amazon Ion text, as exports have them (docs: "DynamoDB table export output format":
 * Amazon Ion): numbers are decimals, sets are lists with an annotation.
 */
export const ionText = (item: Item): string => `$ion_1_0 ${struct(item)}`

function struct(item: Item): string {
  const fields = Object.entries(item).map(([name, value]) => `${symbol(name)}:${ionValue(value)}`)
  return `{${fields.join(",")}}`
}

function ionValue(value: AttributeValue): string {
  if ("S" in value) return string(value.S)
  if ("N" in value) return decimal(value.N)
  if ("B" in value) return blob(value.B)
  if ("BOOL" in value) return String(value.BOOL)
  if ("NULL" in value) return "null"
  if ("M" in value) return struct(value.M)
  if ("L" in value) return `[${value.L.map(ionValue).join(",")}]`
  if ("SS" in value) return `$dynamodb_SS::[${value.SS.map(string).join(",")}]`
  if ("NS" in value) return `$dynamodb_NS::[${value.NS.map(decimal).join(",")}]`
  return `$dynamodb_BS::[${value.BS.map(blob).join(",")}]`
}

/** JSON's escapes are Ion's too. */
const string = (text: string): string => JSON.stringify(text)

const blob = (bytes: Uint8Array): string =>
  `{{${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")}}}`

const PLAIN = /^[a-zA-Z_$][\w$]*$/
/** These are no symbols without quotes: keywords, and symbols by number. */
const SPECIAL = /^(null|true|false|nan|\$\d+)$/

/** Only letters, digits and a few signs stand without quotes. */
function symbol(name: string): string {
  if (PLAIN.test(name) && !SPECIAL.test(name)) return name
  const escaped = string(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${escaped}'`
}

/** Zeros that a number is written with, at most, in the place of an exponent. */
const MOST_ZEROS = 6

/** `103.`, `6d2`, `1.5`: without zeros at the end, as the docs show it. */
export function decimal(text: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+(?=\d)/, "")
  const significant = digits.replace(/0+$/, "")
  if (significant === "") return "0."
  const exponent = Number(power) - fraction.length + digits.length - significant.length
  if (exponent === 0) return `${sign}${significant}.`
  const places = -exponent
  if (places < 0 || places > significant.length + MOST_ZEROS)
    return `${sign}${significant}d${exponent}`
  const padded = significant.padStart(places + 1, "0")
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`
}
