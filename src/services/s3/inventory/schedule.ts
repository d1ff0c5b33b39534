const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
/** 1 January 1970 was a Thursday. */
const FIRST_SUNDAY_MS = 3 * DAY_MS
/** Lists that people show were begun at 01:00 UTC. */
const START_MS = HOUR_MS

/** The first list is begun within a day, whatever the frequency ("within 48 hours" it is there). */
export const firstStart = (nowMs: number): number =>
  Math.floor((nowMs - START_MS) / DAY_MS + 1) * DAY_MS + START_MS

/** "Weekly reports are delivered every Sunday (UTC timezone) after the initial report." */
export function nextStart(frequency: string, nowMs: number): number {
  if (frequency !== "Weekly") return firstStart(nowMs)
  const offset = FIRST_SUNDAY_MS + START_MS
  return Math.floor((nowMs - offset) / WEEK_MS + 1) * WEEK_MS + offset
}
