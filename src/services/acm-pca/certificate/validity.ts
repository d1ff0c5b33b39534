import type { Validity } from "../../../models/types/acm-pca.ts"
import { invalidArgs } from "../errors.ts"
import { BACKDATED_MS, DAY_MS } from "../limits.ts"

export interface Span {
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/** Dates that a certificate can say. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59)

/** IssueCertificate's `Validity` and `ValidityNotBefore`. Throws InvalidArgsException. */
export function spanOf(validity: Validity, notBefore: Validity | undefined, nowMs: number): Span {
  // "The ValidityNotBefore value is expressed as an explicit date and time, using ABSOLUTE."
  if (notBefore && notBefore.Type !== "ABSOLUTE")
    throw invalidArgs("ValidityNotBefore takes a Validity of type ABSOLUTE.")
  const notBeforeMs = notBefore ? notBefore.Value * 1_000 : nowMs - BACKDATED_MS
  const notAfterMs = endOf(validity, nowMs)
  if (!(notAfterMs > Math.max(notBeforeMs, nowMs)) || notAfterMs > LAST_MS)
    throw invalidArgs("The validity of the certificate is not valid.")
  return { notBeforeMs: wholeSeconds(notBeforeMs), notAfterMs: wholeSeconds(notAfterMs) }
}

const wholeSeconds = (ms: number): number => Math.floor(ms / 1_000) * 1_000

function endOf({ Type: type, Value: value }: Validity, nowMs: number): number {
  switch (type) {
    case "ABSOLUTE":
      return value * 1_000
    case "END_DATE":
      return dateOf(value)
    case "DAYS":
      return nowMs + value * DAY_MS
    case "MONTHS":
      return laterBy(nowMs, value)
    case "YEARS":
      return laterBy(nowMs, value * 12)
    default:
      throw invalidArgs(`There is no validity of type ${type}.`)
  }
}

function laterBy(fromMs: number, months: number): number {
  const date = new Date(fromMs)
  return date.setUTCMonth(date.getUTCMonth() + months)
}

/** YYMMDDHHMMSS or YYYYMMDDHHMMSS; of two digits those from 50 on are of the last century. */
function dateOf(value: number): number {
  const digits = String(value)
  const short = digits.length < 13 ? digits.padStart(12, "0") : undefined
  const text = short === undefined ? digits : `${short < "50" ? "20" : "19"}${short}`
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1).map(Number)
  if (!parts) throw invalidArgs(`${digits} is not an END_DATE.`)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
