import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { resource, tagLists } from "../../../registry/resource.ts"
import { identityMissing } from "../errors.ts"
import { arnOf, type Named, nameKey, pathKey } from "../names.ts"
import { tagRecord, type Tag } from "../tags.ts"

export interface Role extends Named {
  /** `AROA…`. */
  readonly id: string
  readonly createdMs: number
  readonly description?: string | undefined
  /** The trust policy, as it is kept: by the unique ids of users and roles. */
  readonly trust: string
  readonly maxSessionSeconds: number
  readonly tags: readonly Tag[]
  /** ARN of the policy that is the permissions boundary. */
  readonly boundary?: string | undefined
}

export const DEFAULT_SESSION_SECONDS = 3_600

export const roles = table<Role>("iam/role", {
  key: (role) => [role.account, nameKey(role.name)],
  indexes: {
    byId: (role) => [role.account, role.id],
    byBoundary: (role) => role.boundary !== undefined && [role.account, role.boundary],
  },
  cached: true,
})

export const roleResource = resource<Role>("AWS::IAM::Role", {
  table: roles,
  scope: "global",
  title: "Role",
  arn: (role) => roleArn(role),
  tagsOf: (role) => tagRecord(role.tags),
  policyOf: (role) => role.trust,
  // Tagged by the tagging API and, as users of AWS report, not shown by it: no `list`.
  find: (tx, { account, resource: named }) => tx.get(roles, [account, pathKey(named)]),
  tags: tagLists(["TagRole", "UntagRole"], ({ name }) => ({ RoleName: name })),
  console: { columns: ["name", "path", "createdMs"] },
})

export const roleArn = (role: Named): string => arnOf("role", role)

/** Throws NoSuchEntity. */
export function findRole(tx: ReadTx, account: string, name: string): Role {
  const role = tx.get(roles, [account, nameKey(name)])
  if (!role) throw identityMissing("role", name)
  return role
}

export const roleOfId = (tx: ReadTx, account: string, id: string): Role | undefined =>
  tx.first(roles, { index: "byId", prefix: [account, id] })
