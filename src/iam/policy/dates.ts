/** The forms of a date in a policy: W3C profiles of ISO 8601, seconds since 1970 (docs: "Date condition operators"). */
const ISO =
  /^([+-]?\d{1,9})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?(?:[Tt](?:([01]?\d|2[0-4])(?::([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?)?([Zz]|[+-]\d{2}(?::\d{2})?)?)?)?$/
const EPOCH = /^-?\d{5,19}$/
const MINUTE_MS = 60_000

/** Epoch milliseconds; undefined when the text is no date. */
export function parseDate(text: string): number | undefined {
  if (EPOCH.test(text)) {
    const seconds = BigInt(text)
    return seconds <= LARGEST && seconds >= -LARGEST - 1n ? Number(text) * 1000 : undefined
  }
  const match = ISO.exec(text)
  if (!match) return undefined
  const [, year, month = "1", day = "1", hour = "0", minute = "0", second = "0"] = match
  const ms = Number(`0.${match[7] ?? "0"}`) * 1000
  const local = new Date(0)
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  local.setUTCHours(Number(hour), Number(minute), Number(second), Math.floor(ms))
  return local.getTime() - zoneMs(match[8])
}

/** AWS counts seconds in 64 bits (recorded: one more is refused). */
const LARGEST = 9_223_372_036_854_775_807n

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === "Z" || zone === "z") return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6) || "0")
  return (zone.startsWith("-") ? -minutes : minutes) * MINUTE_MS
}
