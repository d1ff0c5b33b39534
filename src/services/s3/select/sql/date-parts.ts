import { selectError } from "../errors.ts"
import { isNothing, timestampOf } from "./functions.ts"
import { PRECISIONS, Timestamp, type Precision } from "./timestamp.ts"
import { numericOf, toNumber, type Value } from "./value.ts"

const UNIT_MS: Readonly<Record<string, number>> = {
  ...{ day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000 },
}

/** "Date functions" that name a part: DATE_ADD, DATE_DIFF and EXTRACT. */
export function datePart(name: string, part: string, args: readonly Value[]): Value {
  if (args.some(isNothing)) return null
  const [first, second] = args
  if (name === "extract") return extract(part, timestampOf(first))
  if (name === "date_diff") return difference(part, timestampOf(first), timestampOf(second))
  const count = numericOf(first)
  if (count === undefined) throw selectError("IllegalSqlFunctionArgument")
  return added(part, Math.trunc(toNumber(count)), timestampOf(second))
}

function extract(part: string, value: Timestamp): bigint {
  const { local, offsetMinutes } = value
  switch (part) {
    case "year":
      return BigInt(local.getUTCFullYear())
    case "month":
      return BigInt(local.getUTCMonth() + 1)
    case "day":
      return BigInt(local.getUTCDate())
    case "hour":
      return BigInt(local.getUTCHours())
    case "minute":
      return BigInt(local.getUTCMinutes())
    case "second":
      return BigInt(local.getUTCSeconds())
    case "timezone_hour":
      return BigInt(Math.trunc(offsetMinutes / 60))
    default:
      return BigInt(offsetMinutes % 60)
  }
}

/** What is added to is as precise as the part at least: a month to `2010T` makes `2010-02T`. */
function added(part: string, count: number, value: Timestamp): Timestamp {
  const { offsetMinutes, fraction } = value
  const precision = finer(value.precision, part === "hour" ? "minute" : (part as Precision))
  const moved =
    part === "year" || part === "month"
      ? movedMonths(part, count, value)
      : value.epochMs + count * (UNIT_MS[part] as number)
  if (!(Math.abs(moved) < 8.64e15)) throw selectError("IllegalSqlFunctionArgument")
  return new Timestamp(moved, { offsetMinutes, precision, fraction })
}

/** Months have ends: a month after January 31 is the last of February. */
function movedMonths(part: string, count: number, { local, epochMs }: Timestamp): number {
  const months = part === "year" ? count * 12 : count
  const moved = new Date(local)
  const day = moved.getUTCDate()
  moved.setUTCDate(1)
  moved.setUTCMonth(moved.getUTCMonth() + months)
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()
  moved.setUTCDate(Math.min(day, last))
  return epochMs + (moved.getTime() - local.getTime())
}

const finer = (one: Precision, two: Precision): Precision =>
  PRECISIONS[Math.max(PRECISIONS.indexOf(one), PRECISIONS.indexOf(two))] as Precision

/** Whole units from one to the other: 23:00 to 01:00 of the next day is no day. */
function difference(part: string, from: Timestamp, to: Timestamp): bigint {
  const unit = UNIT_MS[part]
  if (unit !== undefined) return BigInt(Math.trunc((to.epochMs - from.epochMs) / unit))
  const sign = to.epochMs < from.epochMs ? -1 : 1
  const [early, late] = sign < 0 ? [to.local, from.local] : [from.local, to.local]
  let months =
    (late.getUTCFullYear() - early.getUTCFullYear()) * 12 + late.getUTCMonth() - early.getUTCMonth()
  const within = (date: Date): number =>
    date.getTime() - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  if (within(late) < within(early)) months--
  return BigInt(sign * (part === "year" ? Math.trunc(months / 12) : months))
}
