import { invalidValues, validation } from "../errors.ts"
import type { OnDemandLimits, Table, Throughput, WarmThroughput } from "./table.ts"

export interface GivenThroughput {
  readonly ReadCapacityUnits: number
  readonly WriteCapacityUnits: number
}

export const NO_THROUGHPUT: Throughput = Object.freeze({ read: 0, write: 0 })

/** Above what a Long of AWS's may be here (recorded). */
const MOST_UNITS = 1_000_000_000_000

/** What a table on demand serves from its first day (recorded). */
const ON_DEMAND_WARM: WarmThroughput = Object.freeze({ read: 12_000, write: 4_000 })

/** Throws ValidationException (recorded). */
export function throughputOf({
  ReadCapacityUnits,
  WriteCapacityUnits,
}: GivenThroughput): Throughput {
  assertUnits("ReadCapacityUnits", ReadCapacityUnits)
  assertUnits("WriteCapacityUnits", WriteCapacityUnits)
  return { read: ReadCapacityUnits, write: WriteCapacityUnits }
}

function assertUnits(name: string, units: number): void {
  if (units > MOST_UNITS) throw validation(`Given value ${units} for ${name} is out of bounds`)
}

/** The capacity that a table of this billing mode has (recorded). */
export function tableThroughput(
  mode: Table["billing"]["mode"],
  given: GivenThroughput | undefined,
): Throughput {
  if (mode === "PAY_PER_REQUEST") {
    if (given)
      throw invalidValues(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      )
    return NO_THROUGHPUT
  }
  if (!given)
    throw invalidValues(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    )
  return throughputOf(given)
}

export function indexThroughput(
  mode: Table["billing"]["mode"],
  name: string,
  given: GivenThroughput | undefined,
): Throughput {
  if (mode === "PAY_PER_REQUEST") {
    if (given) {
      throw invalidValues(
        `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
      )
    }
    return NO_THROUGHPUT
  }
  if (!given) throw invalidValues(`ProvisionedThroughput is not specified for index: ${name}`)
  return throughputOf(given)
}

/** The capacity of an index that is added to a table (recorded: other words). */
export function addedThroughput(
  mode: Table["billing"]["mode"],
  name: string,
  given: GivenThroughput | undefined,
): Throughput {
  if (mode === "PROVISIONED" && !given)
    throw invalidValues(
      `Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: ${name}`,
    )
  if (mode === "PAY_PER_REQUEST" && given)
    throw invalidValues(
      `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
    )
  return given ? throughputOf(given) : NO_THROUGHPUT
}

export interface GivenOnDemand {
  readonly MaxReadRequestUnits?: number | undefined
  readonly MaxWriteRequestUnits?: number | undefined
}

/** Of a table, or of the index that is named, that is being made (recorded). */
export function onDemandLimits(
  mode: Table["billing"]["mode"],
  given: GivenOnDemand | undefined,
  index?: string,
): OnDemandLimits | undefined {
  const members = onDemandMembers(given)
  const [first] = members
  if (first === undefined) return undefined
  if (mode === "PROVISIONED")
    throw invalidValues(
      `${first[0]} for OnDemandThroughput${index === undefined ? "" : ` for index: ${index}`} ` +
        "cannot be specified when table BillingMode is PROVISIONED.",
    )
  for (const [name, units] of members) if (units < 1) throw outOfRange(name, index)
  return { read: given?.MaxReadRequestUnits, write: given?.MaxWriteRequestUnits }
}

/** What is not given stays, and -1 takes a limit away (recorded). */
export function changedOnDemandLimits(
  mode: Table["billing"]["mode"],
  given: GivenOnDemand | undefined,
  { former, index }: { readonly former: OnDemandLimits | undefined; readonly index?: string },
): OnDemandLimits | undefined {
  const members = onDemandMembers(given)
  const [first] = members
  if (first === undefined) return former
  if (mode === "PROVISIONED")
    throw invalidValues(
      `${first[0]} for OnDemandThroughput${index === undefined ? "" : ` for index : ${index}`} ` +
        "cannot be specified when the table BillingMode is PROVISIONED",
    )
  for (const [name, units] of members) if (units < 1 && units !== -1) throw outOfRange(name, index)
  const kept = (units: number | undefined) => (units === -1 ? undefined : units)
  const read = kept(given?.MaxReadRequestUnits ?? former?.read)
  const write = kept(given?.MaxWriteRequestUnits ?? former?.write)
  return read === undefined && write === undefined ? undefined : { read, write }
}

/** In the order in which a refusal names them. */
function onDemandMembers(given: GivenOnDemand | undefined): readonly (readonly [string, number])[] {
  const { MaxReadRequestUnits: read, MaxWriteRequestUnits: write } = given ?? {}
  return [
    ...(read === undefined ? [] : [["MaxReadRequestUnits", read] as const]),
    ...(write === undefined ? [] : [["MaxWriteRequestUnits", write] as const]),
  ]
}

const outOfRange = (name: string, index: string | undefined): Error =>
  invalidValues(
    `Requested ${name} for OnDemandThroughput for ${index === undefined ? "table" : `index : ${index}`} ` +
      "is outside of valid range",
  )

export interface GivenWarm {
  readonly ReadUnitsPerSecond?: number | undefined
  readonly WriteUnitsPerSecond?: number | undefined
}

/** What a table or index serves at once: as asked, at least as provisioned. */
export function warmOf(
  mode: Table["billing"]["mode"],
  { read, write }: Throughput,
  warm: Partial<WarmThroughput> | undefined,
): WarmThroughput {
  const least = mode === "PAY_PER_REQUEST" ? ON_DEMAND_WARM : { read, write }
  return {
    read: Math.max(least.read, warm?.read ?? 0),
    write: Math.max(least.write, warm?.write ?? 0),
  }
}

/** Why less warm throughput than there is cannot be asked for, of reads or of writes (recorded). */
const LESS: Readonly<
  Record<"PAY_PER_REQUEST" | "PROVISIONED" | "former", (kind: string) => string>
> = Object.freeze({
  PAY_PER_REQUEST: () =>
    "lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial",
  PROVISIONED: (kind: string) => `lower than ${kind}CapacityUnits of ProvisionedThroughput`,
  former: () => "lower than current WarmThroughput, decreasing WarmThroughput is not supported",
})

interface Warmed {
  /** What there is. */
  readonly least: WarmThroughput
  /** Of what is being made: its billing mode. */
  readonly why: keyof typeof LESS
  readonly index?: string | undefined
}

/** Throws where less is asked than there is (recorded); no members are nothing asked. */
export function givenWarm(
  given: GivenWarm | undefined,
  { least, why, index }: Warmed,
): WarmThroughput | undefined {
  const { ReadUnitsPerSecond: read = least.read, WriteUnitsPerSecond: write = least.write } =
    given ?? {}
  if (!given || Object.keys(given).length === 0) return undefined
  const kind = read < least.read ? "Read" : write < least.write ? "Write" : undefined
  if (kind)
    throw invalidValues(
      `Requested ${kind}UnitsPerSecond for WarmThroughput for ` +
        `${index === undefined ? "table" : `index ${index}`} is ${LESS[why](kind)}`,
    )
  return { read, write }
}

/** What once was warm stays so: of a capacity that is lowered, or of another billing mode (recorded). */
export function keptWarm(
  before: WarmThroughput,
  { mode, throughput, warm }: Holder,
): WarmThroughput | undefined {
  const now = warmOf(mode, throughput, warm)
  if (before.read <= now.read && before.write <= now.write) return warm
  return { read: Math.max(before.read, now.read), write: Math.max(before.write, now.write) }
}

interface Holder {
  readonly mode: Table["billing"]["mode"]
  readonly throughput: Throughput
  readonly warm: WarmThroughput | undefined
}
