/** How much of a timestamp is said; each says all before it. */
export const PRECISIONS = Object.freeze(["year", "month", "day", "minute", "second"] as const)
export type Precision = (typeof PRECISIONS)[number]

const FORM =
  /^(\d{4})(?:T|(?:-(\d\d)(?:T|(?:-(\d\d)(?:T|T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)))$/

export const MINUTE_MS = 60_000

/** A moment with the precision and offset with which it was written ("Data types": as in Ion). */
export class Timestamp {
  /** UTC. */
  readonly epochMs: number
  readonly offsetMinutes: number
  readonly precision: Precision
  /** Digits behind the seconds. */
  readonly fraction: string

  constructor(
    epochMs: number,
    {
      offsetMinutes = 0,
      precision = "second",
      fraction = "",
    }: Partial<Pick<Timestamp, "offsetMinutes" | "precision" | "fraction">> = {},
  ) {
    this.epochMs = epochMs
    this.offsetMinutes = offsetMinutes
    this.precision = precision
    this.fraction = fraction
  }

  /** `2007T`, `2007-02T`, `2007-02-23`, `2007-02-23T12:14Z`, `…:33.079-08:00`; else undefined. */
  static parse(text: string): Timestamp | undefined {
    const match = FORM.exec(text)
    if (!match) return undefined
    const [, year, month, day, hour, minute, second, fraction = "", zone] = match
    const offsetMinutes = offsetOf(zone)
    const ms = Number(fraction.padEnd(3, "0").slice(0, 3))
    const local = Date.UTC(
      Number(year),
      Number(month ?? 1) - 1,
      Number(day ?? 1),
      Number(hour ?? 0),
      Number(minute ?? 0),
      Number(second ?? 0),
      ms,
    )
    const read = new Date(local)
    const fits =
      read.getUTCMonth() + 1 === Number(month ?? 1) &&
      read.getUTCDate() === Number(day ?? 1) &&
      Number(hour ?? 0) < 24 &&
      Number(minute ?? 0) < 60 &&
      Number(second ?? 0) < 60
    if (!fits) return undefined
    const precision =
      second !== undefined
        ? "second"
        : minute !== undefined
          ? "minute"
          : day !== undefined
            ? "day"
            : month !== undefined
              ? "month"
              : "year"
    return new Timestamp(local - offsetMinutes * MINUTE_MS, { offsetMinutes, precision, fraction })
  }

  /** A date whose UTC fields are what a clock at the offset shows. */
  get local(): Date {
    return new Date(this.epochMs + this.offsetMinutes * MINUTE_MS)
  }

  toString(): string {
    const iso = this.local.toISOString()
    switch (this.precision) {
      case "year":
        return `${iso.slice(0, 4)}T`
      case "month":
        return `${iso.slice(0, 7)}T`
      case "day":
        return iso.slice(0, 10)
      case "minute":
        return iso.slice(0, 16) + zoneText(this.offsetMinutes)
      case "second":
        return (
          iso.slice(0, 19) +
          (this.fraction === "" ? "" : `.${this.fraction}`) +
          zoneText(this.offsetMinutes)
        )
    }
  }
}

/** `Z`, `+05:30`. */
export function zoneText(minutes: number, { colon = ":", zulu = "Z" } = {}): string {
  if (minutes === 0 && zulu !== "") return zulu
  const size = Math.abs(minutes)
  const two = (value: number): string => String(value).padStart(2, "0")
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${colon}${two(size % 60)}`
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))
  return zone.startsWith("-") ? -minutes : minutes
}
