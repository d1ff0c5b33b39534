import { quota } from "../../../kernel/quotas.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { notAttachable, policyMissing, quotaExceeded, type IdentityKind } from "../errors.ts"
import { mostOf, QUOTAS, type IamQuota } from "../account/quotas.ts"
import { roles, type Role } from "../role/role.ts"
import { users, type User } from "../user/user.ts"
import { managedPolicy } from "./managed.ts"

/** Whom policies are attached to: a user, group or role, as far as its policies need it. */
export interface Holder {
  readonly account: string
  /** Unique id. */
  readonly id: string
  readonly name: string
}

export interface Attachment {
  readonly account: string
  readonly kind: IdentityKind
  readonly holderId: string
  readonly policyArn: string
  readonly policyName: string
  readonly policyPath: string
}

export const attachments = table<Attachment>("iam/attachment", {
  key: (one) => [one.account, one.holderId, one.policyArn],
  indexes: { byPolicy: (one) => [one.account, one.policyArn, one.kind, one.holderId] },
  cached: true,
})

const ALL_HOLDERS = mostOf(QUOTAS.users) + mostOf(QUOTAS.groups) + mostOf(QUOTAS.roles)
const MOST_ATTACHED = mostOf(QUOTAS.policiesPerRole)

const QUOTA: Readonly<Record<IdentityKind, IamQuota>> = {
  user: QUOTAS.policiesPerUser,
  group: QUOTAS.policiesPerGroup,
  role: QUOTAS.policiesPerRole,
}

export const attachedTo = (tx: ReadTx, { account, id }: Holder): readonly Attachment[] =>
  tx.scan(attachments, { prefix: [account, id], limit: MOST_ATTACHED }).rows

export const attachmentsOf = (tx: ReadTx, account: string, arn: string): readonly Attachment[] =>
  tx.scan(attachments, { index: "byPolicy", prefix: [account, arn], limit: ALL_HOLDERS }).rows

/** "Attaching a policy that is attached already" is no error. */
export function attach(tx: WriteTx, kind: IdentityKind, holder: Holder, arn: string): void {
  const { account, id: holderId } = holder
  const policy = managedPolicy(tx, account, arn)
  if (!policy) throw notAttachable(arn)
  if (tx.get(attachments, [account, holderId, arn])) return
  const most = quota(tx, QUOTA[kind], { account })
  if (attachedTo(tx, holder).length >= most) throw quotaExceeded(QUOTA[kind].refusal, most)
  tx.insert(attachments, {
    ...{ account, kind, holderId },
    ...{ policyArn: arn, policyName: policy.name, policyPath: policy.path },
  })
}

/** Throws NoSuchEntity when the policy is not attached. */
export function detach(tx: WriteTx, { account, id }: Holder, arn: string): void {
  managedPolicy(tx, account, arn)
  if (!tx.delete(attachments, [account, id, arn])) throw policyMissing(arn)
}

export const attachmentCount = (tx: ReadTx, account: string, arn: string): number =>
  attachmentsOf(tx, account, arn).length

/** The users whose permissions boundary the policy is. */
export const boundedUsers = (tx: ReadTx, account: string, arn: string): readonly User[] =>
  tx.scan(users, { index: "byBoundary", prefix: [account, arn], limit: mostOf(QUOTAS.users) }).rows

export const boundedRoles = (tx: ReadTx, account: string, arn: string): readonly Role[] =>
  tx.scan(roles, { index: "byBoundary", prefix: [account, arn], limit: mostOf(QUOTAS.roles) }).rows

export const boundaryCount = (tx: ReadTx, account: string, arn: string): number =>
  boundedUsers(tx, account, arn).length + boundedRoles(tx, account, arn).length
