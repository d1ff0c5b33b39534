import { badValue } from "../errors.ts"

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const
const WEEK_MINUTES = 7 * 24 * 60
/** "The minimum maintenance window is a 60 minute period" (CreateCluster). */
const LEAST_MINUTES = 60

/** `sun:05:00-sun:09:00`. Throws InvalidParameterValueException. */
export function assertMaintenanceWindow(window: string): void {
  const [from, to, rest] = window.split("-")
  const start = minuteOf(from)
  const end = minuteOf(to)
  if (start === undefined || end === undefined || rest !== undefined)
    throw badValue(`Invalid maintenance window: ${window}. Its form is ddd:hh24:mi-ddd:hh24:mi.`)
  if ((end - start + WEEK_MINUTES) % WEEK_MINUTES < LEAST_MINUTES)
    throw badValue(`Invalid maintenance window: ${window}. It must be 60 minutes at least.`)
}

/** The minute of the week. */
function minuteOf(text = ""): number | undefined {
  const [, name, hours, minutes] = /^([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)$/i.exec(text) ?? []
  const day = DAYS.findIndex((one) => one === name?.toLowerCase())
  return day < 0 ? undefined : (day * 24 + Number(hours)) * 60 + Number(minutes)
}

/**
 * One of an hour, where the request names none: AWS chooses by Region and at random; from which
 * hours is not verified.
 */
export function someMaintenanceWindow(pick: (below: number) => number): string {
  const day = DAYS[pick(DAYS.length)]
  const hour = String(pick(23)).padStart(2, "0")
  const next = String(Number(hour) + 1).padStart(2, "0")
  return `${day}:${hour}:00-${day}:${next}:00`
}
