import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { countOf } from "../items/rows.ts"
import { classSuffix } from "./consumed.ts"
import { arnOf, exactRefOf, sameTable, type ExactRef, type Table } from "../tables/table.ts"

const HOUR_MS = 3_600_000
/** What an item takes besides its own size (docs: "Amazon DynamoDB pricing", data storage). */
const OVERHEAD_BYTES = 100

/**
 * Counts what a table costs by being there: its storage in byte-hours, with its indexes, and the
 * hours of its provisioned capacity, used or not.
 */
export const countHour = job<ExactRef>("dynamodb/count-hour", {
  run(tx, ref) {
    const table = sameTable(tx, ref)
    if (!table) return
    countTable(tx, table)
    tx.schedule(countHour, ref, tx.now + HOUR_MS)
  },
})

/** To call when a table is made. */
export function countHours(tx: WriteTx, table: Table): void {
  tx.schedule(countHour, exactRefOf(table), tx.now + HOUR_MS)
}

function countTable(tx: WriteTx, table: Table): void {
  const { account, region } = table
  const of = { account, region, resource: arnOf(table) }
  const meter = (usage: string, quantity: number): void => {
    if (quantity > 0) tx.meter(`dynamodb:${usage}`, of, quantity)
  }
  let [bytes, read, write] = [0, table.throughput.read, table.throughput.write]
  for (const one of [table, ...table.localIndexes, ...table.globalIndexes]) {
    const count = countOf(tx, one)
    bytes += count.bytes + count.items * OVERHEAD_BYTES
  }
  for (const { throughput } of table.globalIndexes) {
    read += throughput.read
    write += throughput.write
  }
  meter(`storage-${table.tableClass}`, bytes)
  if (table.recovery) meter("recovery-storage", bytes)
  const suffix = classSuffix(table)
  meter(`read-capacity-unit-hours${suffix}`, read)
  meter(`write-capacity-unit-hours${suffix}`, write)
}
