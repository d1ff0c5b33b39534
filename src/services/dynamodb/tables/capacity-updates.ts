import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { In } from "../define.ts"
import { invalidValues, validation } from "../errors.ts"
import { ON_DEMAND_SWITCHES } from "../limits.ts"
import type { GlobalIndex, Table, Throughput } from "./table.ts"
import { NO_THROUGHPUT, throughputOf, type GivenThroughput } from "./throughput.ts"

type Input = In<"UpdateTable">

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Decreases of a day that come without a wait (docs: "Quotas in Amazon DynamoDB"). */
const FREE_DECREASES = 4

/** To on-demand, or back to capacity that the request names (recorded). */
export function billingChanged(tx: WriteTx, table: Table, input: Input): Table {
  const { BillingMode: mode, ProvisionedThroughput } = input
  if (mode === "PROVISIONED" && !ProvisionedThroughput)
    throw invalidValues("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
  if (ProvisionedThroughput && (mode ?? table.billing.mode) === "PAY_PER_REQUEST") {
    throw invalidValues(
      mode === undefined
        ? "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        : "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST",
    )
  }
  if (mode === undefined || mode === table.billing.mode) return table
  if (mode === "PAY_PER_REQUEST") return onDemand(tx, table)
  return {
    ...table,
    billing: { ...table.billing, mode: "PROVISIONED" },
    onDemand: undefined,
    throughput: throughputOf(ProvisionedThroughput as GivenThroughput),
    globalIndexes: table.globalIndexes.map((index) => ({
      ...index,
      onDemand: undefined,
      throughput: throughputOf(throughputAsked(index, input)),
    })),
  }
}

/** Recorded. */
function throughputAsked({ name }: GlobalIndex, input: Input): GivenThroughput {
  const given = input.GlobalSecondaryIndexUpdates?.find(({ Update }) => Update?.IndexName === name)
  if (!given?.Update?.ProvisionedThroughput)
    throw invalidValues(`ProvisionedThroughput must be specified for index: ${name}`)
  return given.Update.ProvisionedThroughput
}

/** Four times in 24 hours (documented; the words are not verified). */
function onDemand(tx: WriteTx, table: Table): Table {
  const recent = (table.billing.onDemandSinceMs ?? []).filter((at) => tx.now - at < DAY_MS)
  if (recent.length >= ON_DEMAND_SWITCHES) {
    throw new AwsError(
      "LimitExceededException",
      `Subscriber limit exceeded: Update to PayPerRequest mode are limited to ${ON_DEMAND_SWITCHES} times in 1 day(s).`,
    )
  }
  return {
    ...table,
    billing: { mode: "PAY_PER_REQUEST", onDemandSinceMs: [...recent, tx.now] },
    throughput: NO_THROUGHPUT,
    globalIndexes: table.globalIndexes.map((index) => ({ ...index, throughput: NO_THROUGHPUT })),
  }
}

/** More or less capacity of a table that keeps its billing mode. */
export function throughputChanged(tx: WriteTx, table: Table, input: Input): Table {
  const given = input.ProvisionedThroughput
  if (!given) return table
  return { ...table, throughput: changedThroughput(tx, { old: table.throughput, given }) }
}

interface Changing {
  readonly old: Throughput
  readonly given: GivenThroughput
  /** The name of the global index that is changed; without one, the table is. */
  readonly index?: string
}

/** Throws where nothing changes, or too much is taken away in one day (recorded). */
export function changedThroughput(tx: WriteTx, { old, given, index }: Changing): Throughput {
  const { read, write } = throughputOf(given)
  const of = index === undefined ? "the table" : `index ${index}`
  if (read === old.read && write === old.write) {
    throw validation(
      `The provisioned throughput for ${index === undefined ? of : `the ${of}`} will not change. ` +
        "The requested value equals the current value. " +
        `Current ReadCapacityUnits provisioned for ${of}: ${old.read}. ` +
        `Requested ReadCapacityUnits: ${read}. ` +
        `Current WriteCapacityUnits provisioned for ${of}: ${old.write}. ` +
        `Requested WriteCapacityUnits: ${write}. ` +
        "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
    )
  }
  const more = read > old.read || write > old.write
  const less = read < old.read || write < old.write
  return {
    read,
    write,
    increasedMs: more ? tx.now : old.increasedMs,
    decreasedMs: less ? tx.now : old.decreasedMs,
    decreasesMs: less ? oneMore(tx.now, old) : old.decreasesMs,
  }
}

/** Four a day, and one more in each hour without any (docs). A day is one of UTC. */
function oneMore(now: number, throughput: Throughput): readonly number[] {
  const decreases = decreasesToday(now, throughput)
  const last = decreases.at(-1)
  if (decreases.length >= FREE_DECREASES && last !== undefined && now - last < HOUR_MS) {
    const next = Math.min(last + HOUR_MS, dayOf(now) + DAY_MS)
    throw new AwsError(
      "LimitExceededException",
      "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. " +
        `After the first ${FREE_DECREASES} decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. ` +
        `Number of decreases today: ${decreases.length}. ` +
        `Last decrease at ${longTime(last)}. Next decrease can be made at ${longTime(next)}`,
    )
  }
  return [...decreases, now]
}

const dayOf = (now: number): number => Math.floor(now / DAY_MS) * DAY_MS

/** Recorded: the count begins anew at midnight, of UTC. */
export const decreasesToday = (now: number, { decreasesMs = [] }: Throughput): readonly number[] =>
  decreasesMs.filter((at) => at >= dayOf(now))

/** `Friday, October 9, 2026 at 1:21:34 AM Coordinated Universal Time` (recorded). */
function longTime(ms: number): string {
  const at = new Date(ms)
  const date = at.toLocaleDateString("en-US", {
    ...{ weekday: "long", month: "long", day: "numeric", year: "numeric", timeZone: "UTC" },
  })
  const hours = at.getUTCHours()
  const two = (number: number): string => String(number).padStart(2, "0")
  const time = `${hours % 12 || 12}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
  return `${date} at ${time} ${hours < 12 ? "AM" : "PM"} Coordinated Universal Time`
}
