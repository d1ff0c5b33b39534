/** The wall clock of an IANA time zone. */
export interface TimeZone {
  /**
   * The instant at which the wall clock shows this time (as if it were UTC, epoch milliseconds): the
   * first of two; nothing for a time that the clocks leap over.
   */
  toUtc(wallMs: number): number | undefined
}

const HOUR_MS = 3_600_000

/** Undefined for what is no zone's name. */
export function timeZone(name: string): TimeZone | undefined {
  // What Node takes for a zone, too: offsets, which have no name.
  if (!/^[A-Za-z]/.test(name)) return undefined
  const format = formatOf(name)
  if (!format) return undefined
  const wallAt = (ms: number): number => {
    const parts = Object.fromEntries(
      format.formatToParts(new Date(ms)).map(({ type, value }) => [type, Number(value)]),
    ) as Record<string, number>
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
  return {
    toUtc(wallMs) {
      // The offset a day before and a day after: the earlier instant first.
      const offsets = [wallMs - 24 * HOUR_MS, wallMs + 24 * HOUR_MS].map((ms) => wallAt(ms) - ms)
      const instants = offsets.map((offset) => wallMs - offset).toSorted((a, b) => a - b)
      return instants.find((ms) => wallAt(ms) === wallMs)
    },
  }
}

function formatOf(timeZoneName: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: timeZoneName,
      hourCycle: "h23",
      ...{ year: "numeric", month: "numeric", day: "numeric" },
      ...{ hour: "numeric", minute: "numeric", second: "numeric" },
    })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
