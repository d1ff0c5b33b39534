import { isRegion } from "../../../../kernel/places.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { validation } from "../../errors.ts"
import { countOf } from "../../items/rows.ts"
import { indexesOf, lookUp, tables, type Index, type Table } from "../../tables/table.ts"
import { areUp } from "../applying.ts"
import { forgetVersions } from "../leaving.ts"
import { membersOf, replicas, tellPeers } from "../replica.ts"
import { legacyTables, type GlobalTable } from "./global-table.ts"

/**
 * Puts tables together that are alike and empty, and have streams of both images (docs:
 * "CreateGlobalTable"). No words of refusals here are verified.
 */
export function join(tx: WriteTx, of: GlobalTable, regions: readonly string[]): void {
  const { account, name, group } = of
  const joining = regions.map((region) => tableIn(tx, of, region))
  const there = membersOf(tx, group).flatMap((one) => lookUp(tx, one) ?? [])
  const [first] = [...there, ...joining]
  if (!areUp(tx, [...there, ...joining]))
    throw new AwsError("InternalServerError", "A Region of the global table is not available.")
  for (const one of [...there, ...joining]) if (first) assertAlike(tx, first, one)
  for (const { region, ...table } of joining) {
    const member = { group, account, region, name, kind: "replica", status: "ACTIVE" } as const
    tx.put(replicas, { ...member, overrides: {} })
    const replication = { group, version: "2017.11.29", consistency: "EVENTUAL" } as const
    tx.put(tables, { ...table, region, replication: { ...replication, peers: [] } })
  }
  tellPeers(tx, group)
}

/** A table that goes its own way again, with the items that it has. */
export function part(tx: WriteTx, { group, account, name }: GlobalTable, region: string): void {
  tx.delete(replicas, [group, region])
  const table = lookUp(tx, { account, region, name })
  if (table?.replication?.group === group) {
    tx.put(tables, { ...table, replication: undefined })
    forgetVersions(tx, table)
  }
  tellPeers(tx, group)
  if (membersOf(tx, group).length === 0) tx.delete(legacyTables, [account, name])
}

function tableIn(tx: WriteTx, { account, name }: GlobalTable, region: string): Table {
  if (!isRegion(region)) throw validation(`Unsupported region: ${region}`)
  const table = lookUp(tx, { account, region, name })
  if (table?.status !== "ACTIVE")
    throw new AwsError("TableNotFoundException", `Table not found: ${name} in Region ${region}`)
  if (table.replication)
    throw validation(`The table ${name} in Region ${region} is a replica of a global table`)
  return table
}

function assertAlike(tx: WriteTx, first: Table, table: Table): void {
  const refuse = (why: string): never => {
    throw validation(
      `One or more parameter values were invalid: Table ${table.name} in Region ${table.region} ${why}`,
    )
  }
  if (countOf(tx, table).items > 0) refuse("must be empty")
  if (!table.stream?.enabled || table.stream.view !== "NEW_AND_OLD_IMAGES")
    refuse("must have a stream with the view type NEW_AND_OLD_IMAGES")
  if (shapeOf(table) !== shapeOf(first))
    refuse("must have the keys and indexes of the other replicas")
  if (table.throughput.write !== first.throughput.write)
    refuse("must have the write capacity of the other replicas")
}

const shapeOf = (table: Table): string =>
  JSON.stringify([table.keys, indexesOf(table).map(keysOf).toSorted()])

const keysOf = ({ name, keys }: Index): string => JSON.stringify([name, keys])

/** Of a replica whose table is deleted. */
export function partFrom(tx: WriteTx, { account, name, region }: Table): void {
  const of = tx.get(legacyTables, [account, name])
  if (of) part(tx, of, region)
}
