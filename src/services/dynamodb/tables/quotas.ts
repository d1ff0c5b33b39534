import { quota, type Quota } from "../../../kernel/quotas.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Kind } from "../capacity/traffic.ts"
import { tables, type GlobalIndex, type Table } from "./table.ts"

const ofRegion = { service: "dynamodb", scope: "region", unit: "None" } as const
/** Capacity is raised as far as AWS agrees to; how far at most is not known. */
const most = 1_000_000

/** Docs: "Amazon DynamoDB endpoints and quotas" (AWS General Reference). */
export const QUOTAS = Object.freeze({
  tables: {
    ...{ ...ofRegion, code: "L-F98FE922", name: "Maximum number of tables" },
    ...{ value: 2_500, most: 10_000 },
  },
  tableRead: {
    ...{ ...ofRegion, code: "L-CF0CBE56", name: "Table-level read throughput limit" },
    ...{ value: 40_000, most },
  },
  tableWrite: {
    ...{ ...ofRegion, code: "L-AB614373", name: "Table-level write throughput limit" },
    ...{ value: 40_000, most },
  },
  accountRead: {
    ...{ ...ofRegion, code: "L-34F6A552" },
    name: "Account-level read throughput limit (Provisioned mode)",
    ...{ value: 80_000, most },
  },
  accountWrite: {
    ...{ ...ofRegion, code: "L-34F8CCC8" },
    name: "Account-level write throughput limit (Provisioned mode)",
    ...{ value: 80_000, most },
  },
}) satisfies Readonly<Record<string, Quota>>

const WORDS = {
  read: { units: "Read", ofTable: QUOTAS.tableRead, ofAccount: QUOTAS.accountRead },
  write: { units: "Write", ofTable: QUOTAS.tableWrite, ofAccount: QUOTAS.accountWrite },
} as const

const REFER =
  "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."

const exceeded = (message: string): AwsError => new AwsError("LimitExceededException", message)

type Holder = Pick<Table, "throughput" | "onDemand" | "warm"> | GlobalIndex

const nameOf = (holder: Holder): string | undefined =>
  "keys" in holder && !("account" in holder) ? holder.name : undefined

/**
 * That what a table is to become stands within the account's quotas: looked at is what becomes more.
 * Throws LimitExceededException (recorded).
 */
export function assertQuotas(tx: WriteTx, before: Table | undefined, after: Table): void {
  for (const holder of [after, ...after.globalIndexes]) {
    const former =
      holder === after ? before : before?.globalIndexes.find(({ name }) => name === nameOf(holder))
    for (const kind of ["read", "write"] as const) assertOne(tx, after, { holder, former, kind })
  }
  assertAccount(tx, before, after)
}

interface Changed {
  readonly holder: Holder
  readonly former: Holder | undefined
  readonly kind: Kind
}

function assertOne(tx: WriteTx, { account, region }: Table, { holder, former, kind }: Changed) {
  const { units, ofTable } = WORDS[kind]
  const limit = quota(tx, ofTable, { account, region })
  const index = nameOf(holder)
  const isOver = (now: number | undefined, then: number | undefined): now is number =>
    now !== undefined && now > limit && now > (then ?? 0)
  const capacity = holder.throughput[kind]
  if (isOver(capacity, former?.throughput[kind]))
    throw exceeded(
      `The requested ${units}CapacityUnits${index === undefined ? "" : ` for index ${index}`}, ` +
        `${capacity}, is above the per ${index === undefined ? "table" : "index"} maximum for the ` +
        `account in ${region}. Per table maximum: ${limit}. ${REFER}`,
    )
  const beyond = `exceeds TableMax${units}CapacityUnits of the account in region ${region}`
  if (isOver(holder.onDemand?.[kind], former?.onDemand?.[kind]))
    throw exceeded(
      `Subscriber limit exceeded: Requested Max${units}RequestUnits for OnDemandThroughput for ` +
        `${index === undefined ? "table" : `index : ${index}`} ${beyond}`,
    )
  if (isOver(holder.warm?.[kind], former?.warm?.[kind]))
    throw exceeded(
      `Subscriber limit exceeded: Requested ${units}UnitsPerSecond for WarmThroughput for ` +
        `${index === undefined ? "table" : `index ${index}`} ${beyond}`,
    )
}

const unitsOf = ({ throughput, globalIndexes }: Table, kind: Kind): number =>
  globalIndexes.reduce((sum, index) => sum + index.throughput[kind], throughput[kind])

/** All tables of the account in the Region together: their number, and what is provisioned. */
function assertAccount(tx: WriteTx, before: Table | undefined, after: Table): void {
  const kinds = (["read", "write"] as const).filter(
    (kind) => unitsOf(after, kind) > (before ? unitsOf(before, kind) : 0),
  )
  const { account, region } = after
  const prefix = [account, region]
  if (!before) {
    const allowed = quota(tx, QUOTAS.tables, { account, region })
    // As users quote it.
    if (tx.count(tables, { prefix, limit: QUOTAS.tables.most }) >= allowed)
      throw exceeded(
        `Subscriber limit exceeded: There is a limit of ${allowed} tables per subscriber`,
      )
  }
  // To count keys is quick; rows are read for those alone who reserve something.
  if (kinds.length === 0) return
  const { rows } = tx.scan(tables, { prefix, limit: QUOTAS.tables.most })
  for (const kind of kinds) {
    const { units, ofAccount } = WORDS[kind]
    const limit = quota(tx, ofAccount, { account, region })
    const reserved = rows.reduce((sum, row) => sum + unitsOf(row, kind), 0)
    const requested = unitsOf(after, kind) - (before ? unitsOf(before, kind) : 0)
    if (reserved + requested > limit)
      throw exceeded(
        `This request would have caused the ${units}CapacityUnits limit to be exceeded for the ` +
          `account in ${region}. Current ${units}CapacityUnits reserved by the account: ` +
          `${reserved}. Limit: ${limit}. Requested: ${requested}. ${REFER}`,
      )
  }
}
