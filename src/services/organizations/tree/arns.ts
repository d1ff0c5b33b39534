import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo, type Asked } from "../access.ts"
import { accountArn, memberOf } from "../account/account.ts"
import { organizationOfId } from "../organization/organization.ts"
import { rootArn, rootOf } from "../root/root.ts"
import { units, unitArn } from "../unit/unit.ts"

/** ARN and tags of a root, unit or account of the caller's organization; nothing of others. */
export function nodeAsked(tx: ReadTx, call: Call, id: string): Asked {
  const own = memberOf(tx, call.account)?.membership.organizationId
  if (own === undefined) return {}
  const unit = tx.get(units, [id])
  if (unit?.organizationId === own) return { arn: unitArn(unit), tags: unit.tags }
  const member = memberOf(tx, id)
  if (member?.membership.organizationId === own)
    return { arn: accountArn(member), tags: member.tags }
  const organization = organizationOfId(tx, own)
  if (organization.rootId !== id) return {}
  return { arn: rootArn(organization), tags: rootOf(tx, organization).tags }
}

/** Asks for the node that a member of the input names. */
export const onNode =
  <Name extends string>(name: Name) =>
  (tx: ReadTx, input: { readonly [N in Name]: string }, call: Call): AccessRequest =>
    accessTo(tx, input, { ...nodeAsked(tx, call, input[name]), call })
