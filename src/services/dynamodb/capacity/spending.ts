import type { WriteTx } from "../../../kernel/transaction.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import { countAccess, countThrottle } from "../insights/counting.ts"
import { partitionText } from "../insights/contributor.ts"
import { arnOf, indexArnOf, type GlobalIndex, type Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import type { Used } from "./consumed.ts"
import { keepWatch, takeFromPartition } from "./hot-keys.ts"
import { throttled, type ThrottlingReason } from "./throttled.ts"
import {
  hasBucket,
  limitReached,
  takeUnits,
  trafficOf,
  traffics,
  type Holder,
  type Kind,
  type Working,
} from "./traffic.ts"

interface Spending {
  readonly kind: Kind
  readonly used: Used
}

/**
 * Takes what an operation used from its table and the table's global indexes: where one of them has
 * nothing left the whole operation is refused, so that an index without capacity holds up writes to
 * its table. Throws ProvisionedThroughputExceededException, or ThrottlingException on demand.
 */
export function spend(tx: WriteTx, table: Table, { kind, used }: Spending): void {
  const { holder, local, global } = used
  let units = used.table
  for (const name in local) units += local[name] as number
  let reasons: ThrottlingReason[] | undefined
  if (units > 0) {
    const reason = take(tx, table, { holder: table, index: undefined, kind, units, item: holder })
    if (reason) reasons = [reason]
  }
  for (const name in global) {
    const index = table.globalIndexes.find((one) => one.name === name)
    if (!index) continue
    // Where a write goes in an index is not looked at.
    const item = kind === "read" ? holder : undefined
    const of = { holder: index, index, kind, units: global[name] as number, item }
    const reason = take(tx, table, of)
    if (reason) (reasons ??= []).push(reason)
  }
  if (reasons) throw refused(tx, table, { kind, used, reasons })
  countAccess(tx, table, { kind, used })
}

function refused(
  tx: WriteTx,
  table: Table,
  { kind, used, reasons }: Spending & { readonly reasons: readonly ThrottlingReason[] },
): AwsError {
  tx.despiteFailure((counting) => countThrottle(counting, table, { kind, used, reasons }))
  return throttled(table.billing.mode, reasons)
}

interface Taking {
  readonly holder: Holder
  readonly index: GlobalIndex | undefined
  readonly kind: Kind
  readonly units: number
  /** What has the keys, where one item or partition is meant. */
  readonly item: Item | undefined
}

function take(tx: WriteTx, table: Table, of: Taking): ThrottlingReason | undefined {
  const { holder, kind, units } = of
  const { mode } = table.billing
  const traffic = trafficOf(tx, holder, mode)
  const reason = reasonAgainst(tx, table, { ...of, traffic })
  if (reason) return reason
  takeUnits(traffic, units, { kind, owed: hasBucket(holder, mode, kind) })
  tx.put(traffics, traffic)
  return undefined
}

function reasonAgainst(
  tx: WriteTx,
  table: Table,
  { holder, index, kind, units, item, traffic }: Taking & { readonly traffic: Working },
): ThrottlingReason | undefined {
  const { mode } = table.billing
  let limit = limitReached(traffic, { holder, mode, kind, now: tx.now })
  if (!limit && item && keepWatch(traffic, tx.now)) {
    const key = partitionText((index ?? table).keys, item)
    if (key !== undefined && !takeFromPartition(tx, traffic, { kind, key, units }))
      limit = "KeyRangeThroughputExceeded"
  }
  if (!limit) return undefined
  const resource = index ? indexArnOf(table, index.name) : arnOf(table)
  const reason = `${index ? "Index" : "Table"}${kind === "read" ? "Read" : "Write"}${limit}`
  return { reason, resource }
}

/** One item of a batch, before anything is done with it. */
export interface Asked {
  readonly kind: Kind
  /** What has its keys. */
  readonly item: Item
  /** Whether a write of it touches a global index. */
  readonly touches?: (index: GlobalIndex) => boolean
}

/**
 * Why an item of a batch must be left undone now, and counts that; undefined where it may be done:
 * then `spend` does not refuse it. For what is not undone as a whole.
 */
export function refusalOfOne(
  tx: WriteTx,
  table: Table,
  { kind, item, touches }: Asked,
): AwsError | undefined {
  const { mode } = table.billing
  const against = (holder: Holder, index: GlobalIndex | undefined) =>
    reasonAgainst(tx, table, {
      ...{ holder, index, kind, units: 0, item: index ? undefined : item },
      traffic: trafficOf(tx, holder, mode),
    })
  const reasons: ThrottlingReason[] = []
  const own = against(table, undefined)
  if (own) reasons.push(own)
  if (touches) {
    for (const index of table.globalIndexes) {
      const reason = against(index, index)
      if (reason && touches(index)) reasons.push(reason)
    }
  }
  if (reasons.length === 0) return undefined
  countThrottle(tx, table, { kind, used: { table: 0, holder: item }, reasons })
  return throttled(mode, reasons)
}
