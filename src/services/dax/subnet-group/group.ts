import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { noSuchSubnetGroup } from "../errors.ts"

export interface SubnetGroup {
  readonly account: string
  readonly region: string
  readonly name: string
  readonly description?: string | undefined
  /** Ids as they were given. */
  readonly subnets: readonly string[]
}

export const subnetGroups = table<SubnetGroup>("dax/subnetGroup", {
  key: ({ account, region, name }) => [account, region, name],
  cached: true,
})

/** What a cluster without a subnet group has. Of which subnets, only a VPC would know. */
export const DEFAULT_SUBNETS = "default"

type Where = Pick<Call, "account" | "region">

/** Throws SubnetGroupNotFoundFault. */
export function subnetGroupOf(tx: ReadTx, { account, region }: Where, name: string): SubnetGroup {
  const found = tx.get(subnetGroups, [account, region, name])
  if (!found) throw noSuchSubnetGroup(name)
  return found
}

/** The name of a group that a cluster may have. Throws SubnetGroupNotFoundFault. */
export const assertSubnetGroup = (tx: ReadTx, where: Where, name: string): string =>
  name === DEFAULT_SUBNETS ? name : subnetGroupOf(tx, where, name).name
