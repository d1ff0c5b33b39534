import { DAY_MS } from "../limits.ts"

/** Months are UTC's ("Withdrawing transfers": "23:59:59 UTC on the last day of the month"). */
function monthStart(atMs: number, monthsLater = 0): number {
  const at = new Date(atMs)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + monthsLater)
}

export const isDayStart = (atMs: number): boolean => atMs % DAY_MS === 0
export const isMonthStart = (atMs: number): boolean => atMs === monthStart(atMs)
export const nextMonthMs = (atMs: number): number => monthStart(atMs, 1)
/** The last millisecond of the month in which `atMs` lies. */
export const monthEndMs = (atMs: number): number => monthStart(atMs, 1) - 1
/** To the second, since requests carry whole seconds as often as fractions. */
export const isMonthEnd = (atMs: number): boolean => monthEndMs(atMs) - atMs < 1_000
