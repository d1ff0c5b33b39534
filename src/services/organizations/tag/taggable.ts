import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { accountArn, accounts, memberOf } from "../account/account.ts"
import { targetMissing } from "../errors.ts"
import type { Organization } from "../organization/organization.ts"
import { policies, policyArn } from "../policy/policy.ts"
import { resourcePolicies, resourcePolicyArn } from "../resource-policy/resource-policy.ts"
import { rootArn, rootOf, roots } from "../root/root.ts"
import { transferArn, transfers } from "../transfer/transfer.ts"
import { unitArn, unitOf, units } from "../unit/unit.ts"
import type { Tag } from "./tag.ts"

/** Something of an organization that has tags. */
export interface Taggable {
  readonly arn: string
  readonly tags: readonly Tag[]
  /** Condition keys of requests about it, beside its tags. */
  readonly context?: Readonly<Record<string, string>>
  keep(tx: WriteTx, tags: readonly Tag[]): void
}

/** How a kind of thing is found by its id. */
type Finder = (tx: ReadTx, organization: Organization, id: string) => Taggable | undefined

const findAccount: Finder = (tx, organization, id) => {
  const member = memberOf(tx, id)
  if (member?.membership.organizationId !== organization.id) return undefined
  const keep: Taggable["keep"] = (to, tags) => to.replace(accounts, member, { ...member, tags })
  return { arn: accountArn(member), tags: member.tags, keep }
}

const findUnit: Finder = (tx, organization, id) => {
  const unit = unitOf(tx, organization, id)
  return (
    unit && {
      arn: unitArn(unit),
      tags: unit.tags,
      keep: (to, tags) => to.replace(units, unit, { ...unit, tags }),
    }
  )
}

const findRoot: Finder = (tx, organization, id) => {
  if (organization.rootId !== id) return undefined
  const root = rootOf(tx, organization)
  const keep: Taggable["keep"] = (to, tags) => to.replace(roots, root, { ...root, tags })
  return { arn: rootArn(organization), tags: root.tags, keep }
}

const findPolicy: Finder = (tx, organization, id) => {
  const policy = tx.get(policies, [id])
  if (policy?.organizationId !== organization.id) return undefined
  const keep: Taggable["keep"] = (to, tags) => to.replace(policies, policy, { ...policy, tags })
  const context = { "organizations:PolicyType": policy.type }
  return { arn: policyArn(policy), tags: policy.tags, context, keep }
}

const findResourcePolicy: Finder = (tx, organization, id) => {
  const policy = tx.get(resourcePolicies, [organization.id])
  if (policy?.id !== id) return undefined
  const keep: Taggable["keep"] = (to, tags) =>
    to.replace(resourcePolicies, policy, { ...policy, tags })
  return { arn: resourcePolicyArn(organization, policy), tags: policy.tags, keep }
}

/** Only the side that asked for the transfer has its tags: not verified. */
const findTransfer: Finder = (tx, organization, id) => {
  const transfer = tx.get(transfers, [id])
  if (transfer?.targetOrganization !== organization.id) return undefined
  const keep: Taggable["keep"] = (to, tags) =>
    to.replace(transfers, transfer, { ...transfer, tags })
  const context = {
    "organizations:TransferType": transfer.type,
    "organizations:TransferDirection": "INBOUND",
  }
  const arn = transferArn(transfer, organization, "INBOUND")
  return { arn, tags: transfer.tags, context, keep }
}

const FINDERS: readonly Finder[] = [
  ...[findAccount, findUnit, findRoot, findPolicy, findResourcePolicy, findTransfer],
]

export function taggable(tx: ReadTx, organization: Organization, id: string): Taggable | undefined {
  for (const find of FINDERS) {
    const found = find(tx, organization, id)
    if (found) return found
  }
  return undefined
}

/** Throws TargetNotFoundException. */
export function findTaggable(tx: ReadTx, organization: Organization, id: string): Taggable {
  const found = taggable(tx, organization, id)
  if (!found) throw targetMissing()
  return found
}
