import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { resource, tagLists } from "../../../registry/resource.ts"
import { accountMissing } from "../errors.ts"
import type { Organization } from "../organization/organization.ts"
import { organizationsArn } from "../organization/organization.ts"
import { tagRecord, type Tag } from "../tag/tag.ts"

export type AccountState = "ACTIVE" | "PENDING_CLOSURE" | "SUSPENDED" | "CLOSED"

/** What an account is to its organization. */
export interface Membership {
  readonly organizationId: string
  readonly managementAccount: string
  /** Ids from the root to the unit that holds the account; only the root's, where that does. */
  readonly path: readonly string[]
  readonly joinedMethod: "CREATED" | "INVITED"
  readonly joinedMs: number
}

/**
 * An account that an organization has or had, or that has been asked into one. One row answers, on
 * each request, whether the account may call and what stands above it.
 */
export interface Account {
  readonly id: string
  readonly partition: string
  readonly name: string
  readonly email: string
  readonly state: AccountState
  /** When it was made here; absent of accounts that were there before. */
  readonly createdMs?: number | undefined
  readonly closeRequestedMs?: number | undefined
  readonly membership?: Membership | undefined
  readonly tags: readonly Tag[]
}

export type Member = Account & { readonly membership: Membership }

export const accounts = table<Account>("organizations/account", {
  key: (account) => [account.id],
  indexes: {
    byOrganization: ({ membership, id }) => membership && [membership.organizationId, id],
    byParent: ({ membership, id }) =>
      membership && [membership.organizationId, membership.path.at(-1) ?? "", id],
    byEmail: ({ email }) => [email.toLowerCase()],
  },
  cached: true,
})

export const accountArn = ({ id, partition, membership }: Member): string =>
  organizationsArn(
    { partition, managementAccount: membership.managementAccount },
    `account/${membership.organizationId}/${id}`,
  )

export const accountResource = resource<Account>("AWS::Organizations::Account", {
  table: accounts,
  scope: "global",
  title: "Account",
  arn: (account) =>
    isMember(account) ? accountArn(account) : `arn:${account.partition}:iam::${account.id}:root`,
  tagsOf: (account) => tagRecord(account.tags),
  // Whether the tagging API shows it is not verified: no `list`.
  find: (tx, { resource: named }) => tx.get(accounts, [named.split("/").at(-1) ?? ""]),
  tags: tagLists(["TagResource", "UntagResource"], ({ id }) => ({ ResourceId: id })),
  console: { columns: ["name", "id", "email", "state"] },
})

export const isMember = (account: Account | undefined): account is Member =>
  account?.membership !== undefined

/** The account as a member of an organization, whichever. */
export function memberOf(tx: ReadTx, id: string): Member | undefined {
  const account = tx.get(accounts, [id])
  return isMember(account) ? account : undefined
}

/** Throws AccountNotFoundException for accounts that are not the organization's. */
export function findMember(tx: ReadTx, organization: Organization, id: string): Member {
  const member = memberOf(tx, id)
  if (member?.membership.organizationId !== organization.id) throw accountMissing()
  return member
}

/** The root or unit that holds the account. */
export function holderOf({ membership }: Member): string {
  const holder = membership.path.at(-1)
  if (holder === undefined) throw new Error("a member outside the tree")
  return holder
}
