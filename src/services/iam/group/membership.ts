import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { GROUPS_PER_USER } from "../limits.ts"
import { mostOf, QUOTAS } from "../account/quotas.ts"
import { userOfId, type User } from "../user/user.ts"
import { groupOfId, type Group } from "./group.ts"

export interface Membership {
  readonly account: string
  readonly groupId: string
  readonly userId: string
}

export const memberships = table<Membership>("iam/membership", {
  key: (one) => [one.account, one.groupId, one.userId],
  indexes: { byUser: (one) => [one.account, one.userId, one.groupId] },
  cached: true,
})

export function groupsOf(tx: ReadTx, { account, id }: Pick<User, "account" | "id">): Group[] {
  const { rows } = tx.scan(memberships, {
    index: "byUser",
    prefix: [account, id],
    limit: GROUPS_PER_USER,
  })
  return rows.flatMap(({ groupId }) => groupOfId(tx, account, groupId) ?? [])
}

export function usersOf(tx: ReadTx, { account, id }: Pick<Group, "account" | "id">): User[] {
  const { rows } = tx.scan(memberships, { prefix: [account, id], limit: mostOf(QUOTAS.users) })
  return rows.flatMap(({ userId }) => userOfId(tx, account, userId) ?? [])
}

export const hasMembers = (tx: ReadTx, { account, id }: Group): boolean =>
  tx.first(memberships, { prefix: [account, id] }) !== undefined
