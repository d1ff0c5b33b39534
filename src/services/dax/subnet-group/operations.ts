import { clustersOf } from "../cluster/cluster.ts"
import { asks, op, type Out } from "../define.ts"
import {
  badSubnet,
  subnetGroupExists,
  subnetGroupInUse,
  tooManySubnetGroups,
  tooManySubnets,
} from "../errors.ts"
import { note } from "../event/event.ts"
import { assertGroupName } from "../group-name.ts"
import { SUBNET_GROUPS, SUBNETS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { DEFAULT_SUBNETS, subnetGroupOf, subnetGroups, type SubnetGroup } from "./group.ts"

/** What only a VPC would know – its id, AZs, network types – is left out. */
const viewOf = ({ name, description, subnets }: SubnetGroup) => ({
  SubnetGroupName: name,
  ...(description !== undefined && { Description: description }),
  Subnets: subnets.map((id) => ({ SubnetIdentifier: id })),
})

const eventOf = ({ account, region, name }: SubnetGroup, message: string) => ({
  ...({ account, region, sourceType: "SUBNET_GROUP", sourceName: name, message } as const),
})

/** Throws InvalidSubnet, SubnetQuotaExceededFault. */
function assertSubnets(ids: readonly string[]): void {
  const bad = ids.find((id) => !/^subnet-[0-9a-f]{8,17}$/.test(id))
  if (ids.length === 0 || bad !== undefined) throw badSubnet(bad ?? "none")
  if (new Set(ids).size > SUBNETS) throw tooManySubnets()
}

export const CreateSubnetGroup = op.write("CreateSubnetGroup", {
  authorize: asks.anything,
  run(tx, input, { account, region }): Out<"CreateSubnetGroup"> {
    const { SubnetGroupName: name, Description: description, SubnetIds } = input
    assertGroupName(name)
    if (name === DEFAULT_SUBNETS || tx.get(subnetGroups, [account, region, name]))
      throw subnetGroupExists(name)
    const count = tx.count(subnetGroups, { prefix: [account, region], limit: SUBNET_GROUPS })
    if (count >= SUBNET_GROUPS) throw tooManySubnetGroups()
    assertSubnets(SubnetIds)
    const group = { account, region, name, description, subnets: [...new Set(SubnetIds)] }
    tx.put(subnetGroups, group)
    note(tx, eventOf(group, "Subnet group created."))
    return { SubnetGroup: viewOf(group) }
  },
})

export const DescribeSubnetGroups = op.read("DescribeSubnetGroups", {
  authorize: asks.anything,
  run(tx, input, call): Out<"DescribeSubnetGroups"> {
    const { account, region } = call
    const names = input.SubnetGroupNames ?? []
    const found =
      names.length > 0
        ? names.map((name) => subnetGroupOf(tx, call, name))
        : tx.scan(subnetGroups, { prefix: [account, region], limit: SUBNET_GROUPS }).rows
    const { items, more } = pageOf(found, input)
    return { SubnetGroups: items.map(viewOf), ...more }
  },
})

export const UpdateSubnetGroup = op.write("UpdateSubnetGroup", {
  authorize: asks.anything,
  run(tx, input, call): Out<"UpdateSubnetGroup"> {
    const group = subnetGroupOf(tx, call, input.SubnetGroupName)
    const { SubnetIds, Description } = input
    if (SubnetIds) assertSubnets(SubnetIds)
    const changed = {
      ...group,
      description: Description ?? group.description,
      subnets: SubnetIds ? [...new Set(SubnetIds)] : group.subnets,
    }
    tx.replace(subnetGroups, group, changed)
    note(tx, eventOf(group, "Subnet group updated."))
    return { SubnetGroup: viewOf(changed) }
  },
})

export const DeleteSubnetGroup = op.write("DeleteSubnetGroup", {
  authorize: asks.anything,
  run(tx, input, call): Out<"DeleteSubnetGroup"> {
    const { SubnetGroupName: name } = input
    const group = subnetGroupOf(tx, call, name)
    if (clustersOf(tx, call).some(({ subnetGroup }) => subnetGroup === name))
      throw subnetGroupInUse(name)
    tx.remove(subnetGroups, group)
    note(tx, eventOf(group, "Subnet group deleted."))
    return { DeletionMessage: `Subnet group ${name} has been deleted.` }
  },
})
