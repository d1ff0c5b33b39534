import type { WriteTx } from "../../../kernel/transaction.ts"
import { arnOf, type Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { spend } from "./spending.ts"

/** Capacity units of one operation on a table. */
export interface Used {
  readonly table: number
  readonly local?: Readonly<Record<string, number>> | undefined
  readonly global?: Readonly<Record<string, number>> | undefined
  /** What has the keys of the one item or partition that was used; undefined of several. */
  readonly holder?: Item | undefined
}

type Asked = string | undefined

interface Units {
  readonly CapacityUnits: number
  readonly ReadCapacityUnits?: number
  readonly WriteCapacityUnits?: number
}

export interface ConsumedCapacity extends Units {
  readonly TableName: string
  readonly Table?: Units
  readonly LocalSecondaryIndexes?: Readonly<Record<string, Units>>
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, Units>>
}

/** Of transactions reads and writes are told apart. */
export type Told = "ReadCapacityUnits" | "WriteCapacityUnits"

/**
 * `ConsumedCapacity` as `ReturnConsumedCapacity` asks for it; `TableName` as the request gave it.
 * Units that `failed` are in the total only. (Recorded.)
 */
export function consumedCapacity(
  asked: Asked,
  TableName: string,
  {
    used,
    told,
    failed = 0,
  }: { readonly used: Used; readonly told?: Told; readonly failed?: number },
): ConsumedCapacity | undefined {
  if (asked !== "TOTAL" && asked !== "INDEXES") return undefined
  const units = (number: number): Units => ({
    CapacityUnits: number,
    ...(told && { [told]: number }),
  })
  const total = { TableName, ...units(totalOf(used) + failed) }
  if (asked === "TOTAL") return total
  const each = (all: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(all).map(([name, number]) => [name, units(number)]))
  return {
    ...total,
    Table: units(used.table),
    ...(isSome(used.local) && { LocalSecondaryIndexes: each(used.local) }),
    ...(isSome(used.global) && { GlobalSecondaryIndexes: each(used.global) }),
  }
}

const isSome = (
  all: Readonly<Record<string, number>> | undefined,
): all is Readonly<Record<string, number>> => all !== undefined && Object.keys(all).length > 0

const sum = (all: Readonly<Record<string, number>> = {}): number => {
  let total = 0
  for (const name in all) total += all[name] as number
  return total
}

const totalOf = ({ table, local, global }: Used): number => table + sum(local) + sum(global)

/** What a transaction uses for an action: twice of the table, and of indexes once (recorded). */
export const twice = (used: Used): Used => ({ ...used, table: used.table * 2 })

/** Both together. */
export function addUsed(one: Used | undefined, more: Used): Used {
  const merged = (
    a: Readonly<Record<string, number>> = {},
    b: Readonly<Record<string, number>> = {},
  ): Record<string, number> => {
    const all = { ...a }
    for (const name in b) all[name] = (all[name] ?? 0) + (b[name] as number)
    return all
  }
  return {
    table: (one?.table ?? 0) + more.table,
    local: merged(one?.local, more.local),
    global: merged(one?.global, more.global),
  }
}

/**
 * Takes what a read used from the table's capacity and counts it, at the expense of the table's owner.
 * Provisioned capacity is paid by the hour instead, see hourly.ts. Throws
 * ProvisionedThroughputExceededException and ThrottlingException.
 */
export function chargeRead(tx: WriteTx, table: Table, used: Used): void {
  spend(tx, table, { kind: "read", used })
  meterRead(tx, table, used)
}

/** Only counts it: of a batch all together. */
export function meterRead(tx: WriteTx, table: Table, used: Used): void {
  if (table.billing.mode === "PAY_PER_REQUEST") meterUnits(tx, table, "read", used)
}

/** The same of a write, its indexes included. */
export function chargeWrite(tx: WriteTx, table: Table, used: Used): void {
  spend(tx, table, { kind: "write", used })
  meterWrite(tx, table, used)
}

/** Only counts it: of a batch all together; what is replicated is not held up by capacity. */
export function meterWrite(tx: WriteTx, table: Table, used: Used): void {
  if (table.billing.mode !== "PAY_PER_REQUEST") return
  if (table.replication) meterReplicated(tx, table, used)
  else meterUnits(tx, table, "write", used)
}

/** "Replicated write request units" in every Region; indexes are written in units like others. */
function meterReplicated(tx: WriteTx, table: Table, used: Used): void {
  meterUnits(tx, table, "replicated-write", { table: used.table, local: used.local })
  if (isSome(used.global)) meterUnits(tx, table, "write", { table: 0, global: used.global })
}

type Kind = "read" | "write" | "replicated-write"

function meterUnits(tx: WriteTx, table: Table, kind: Kind, used: Used): void {
  const { account, region } = table
  const of = { account, region, resource: arnOf(table) }
  tx.meter(`dynamodb:${kind}-request-units${classSuffix(table)}`, of, totalOf(used))
}

/** Units of the other class have a price of their own (docs: "DynamoDB table classes"). */
export const classSuffix = ({ tableClass }: Table): string =>
  tableClass === "STANDARD" ? "" : `-${tableClass}`
