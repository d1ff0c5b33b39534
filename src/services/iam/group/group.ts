import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { resource } from "../../../registry/resource.ts"
import { identityMissing } from "../errors.ts"
import { arnOf, nameKey, type Named } from "../names.ts"

export interface Group extends Named {
  /** `AGPA…`. */
  readonly id: string
  readonly createdMs: number
}

export const groups = table<Group>("iam/group", {
  key: (group) => [group.account, nameKey(group.name)],
  indexes: { byId: (group) => [group.account, group.id] },
  cached: true,
})

export const groupResource = resource<Group>("AWS::IAM::Group", {
  table: groups,
  scope: "global",
  title: "Group",
  arn: (group) => groupArn(group),
  console: { columns: ["name", "path", "createdMs"] },
})

export const groupArn = (group: Named): string => arnOf("group", group)

/** Throws NoSuchEntity. */
export function findGroup(tx: ReadTx, account: string, name: string): Group {
  const group = tx.get(groups, [account, nameKey(name)])
  if (!group) throw identityMissing("group", name)
  return group
}

export const groupOfId = (tx: ReadTx, account: string, id: string): Group | undefined =>
  tx.first(groups, { index: "byId", prefix: [account, id] })

/** The group as answers have it. */
export const groupMember = (group: Group) => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: groupArn(group),
  CreateDate: group.createdMs,
})
