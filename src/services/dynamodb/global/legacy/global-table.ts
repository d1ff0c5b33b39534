import { isRegion, partitionOf } from "../../../../kernel/places.ts"
import { table } from "../../../../kernel/table.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { AccessRequest } from "../../../../iam/access.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { resourceTagKeys } from "../../../../registry/authorize.ts"
import type { Call } from "../../../../registry/call.ts"
import type { GlobalTableDescription } from "../../../../models/types/dynamodb.ts"
import { arnOf, lookUp } from "../../tables/table.ts"
import { membersOf } from "../replica.ts"

/**
 * Global tables of version 2017.11.29: tables of one name, made in each Region by their owner, which
 * are put together afterwards. The name is the account's, in all Regions.
 */
export interface GlobalTable {
  readonly account: string
  readonly name: string
  readonly group: number
  readonly createdMs: number
  readonly status: "CREATING" | "ACTIVE" | "UPDATING"
}

export const legacyTables = table<GlobalTable>("dynamodb/global-table", {
  key: ({ account, name }) => [account, name],
})

type Named = Pick<GlobalTable, "account" | "name">

const globalArn = ({ account, name }: Named, region: string): string =>
  `arn:${partitionOf(region).id}:dynamodb::${account}:global-table/${name}`

/** Throws GlobalTableNotFoundException (the words are as users quote them). */
export function findGlobal(tx: ReadTx, { account, name }: Named): GlobalTable {
  const found = tx.get(legacyTables, [account, name])
  if (!found)
    throw new AwsError(
      "GlobalTableNotFoundException",
      `Global table not found: Global table with name: '${name}' does not exist.`,
    )
  return found
}

export function describeGlobal(
  tx: ReadTx,
  of: GlobalTable,
  { region }: Call,
): GlobalTableDescription {
  return {
    ReplicationGroup: membersOf(tx, of.group).map((one) => ({
      RegionName: one.region,
      ReplicaStatus: one.status,
    })),
    GlobalTableArn: globalArn(of, region),
    CreationDateTime: of.createdMs,
    GlobalTableStatus: of.status,
    GlobalTableName: of.name,
  }
}

/** "… to access each of the following": the global table, and the table of each Region. */
export function accessToGlobal(
  tx: ReadTx,
  { name, regions }: { readonly name: string; readonly regions: readonly string[] },
  { account, region, operation }: Call,
): readonly AccessRequest[] {
  const known = tx.get(legacyTables, [account, name])
  const all = new Set([
    // What is no Region is refused behind this.
    ...regions.filter(isRegion),
    ...(known ? membersOf(tx, known.group).map((one) => one.region) : []),
  ])
  const action = `dynamodb:${operation}`
  const places = [...all].map((one) => ({ account, region: one, name }))
  return [
    { action, resource: globalArn({ account, name }, region), owner: account },
    ...places.map((ref): AccessRequest => {
      const table = lookUp(tx, ref)
      const context = resourceTagKeys(table?.tags)
      return { action, resource: arnOf(ref), owner: account, policy: table?.policy?.text, context }
    }),
  ]
}

/** For operations that only look at it. */
export const accessToLook = (
  _tx: ReadTx,
  { GlobalTableName: name }: { readonly GlobalTableName: string },
  { account, region, operation }: Call,
): AccessRequest => ({
  action: `dynamodb:${operation}`,
  resource: globalArn({ account, name }, region),
  owner: account,
})
