import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { resource, tagLists } from "../../../registry/resource.ts"
import { identityMissing } from "../errors.ts"
import { arnOf, type Named, nameKey, pathKey } from "../names.ts"
import { tagRecord, type Tag } from "../tags.ts"

export interface User extends Named {
  /** `AIDA…`: what belongs to a user is kept under it, because names change. */
  readonly id: string
  readonly createdMs: number
  readonly tags: readonly Tag[]
  /** ARN of the policy that is the permissions boundary. */
  readonly boundary?: string | undefined
}

export const users = table<User>("iam/user", {
  key: (user) => [user.account, nameKey(user.name)],
  indexes: {
    byId: (user) => [user.account, user.id],
    byBoundary: (user) => user.boundary !== undefined && [user.account, user.boundary],
  },
  cached: true,
})

export const userResource = resource<User>("AWS::IAM::User", {
  table: users,
  scope: "global",
  title: "User",
  arn: (user) => userArn(user),
  tagsOf: (user) => tagRecord(user.tags),
  // Tagged by the tagging API and, as users of AWS report, not shown by it: no `list`.
  find: (tx, { account, resource: named }) => tx.get(users, [account, pathKey(named)]),
  tags: tagLists(["TagUser", "UntagUser"], ({ name }) => ({ UserName: name })),
  console: { columns: ["name", "path", "createdMs"] },
})

export const userArn = (user: Named): string => arnOf("user", user)

/** Throws NoSuchEntity. */
export function findUser(tx: ReadTx, account: string, name: string): User {
  const user = tx.get(users, [account, nameKey(name)])
  if (!user) throw identityMissing("user", name)
  return user
}

export const userOfId = (tx: ReadTx, account: string, id: string): User | undefined =>
  tx.first(users, { index: "byId", prefix: [account, id] })
