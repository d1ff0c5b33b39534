import type { ReadTx } from "../../../kernel/transaction.ts"
import { memberOf, type Member } from "../account/account.ts"
import { op, type Out } from "../define.ts"
import { targetMissing } from "../errors.ts"
import type { Organization } from "../organization/organization.ts"
import { governedOrganization, ownOrganization } from "../rights.ts"
import { unitOf } from "../unit/unit.ts"
import { onTyped } from "./access.ts"
import { effectiveContent } from "./effective.ts"
import { changedMs, isEnabled } from "./enabled.ts"
import { noEffectivePolicy, targetNotSupported } from "./errors.ts"

interface Asked {
  readonly PolicyType: string
  readonly TargetId?: string | undefined
}

const ACCOUNT = /^\d{12}$/

/** "from any account in the organization", of itself. */
export const DescribeEffectivePolicy = op.read("DescribeEffectivePolicy", {
  authorize: onTyped((input: Asked, call) => ({
    type: input.PolicyType,
    // What is no account is refused by `run`.
    node:
      input.TargetId !== undefined && ACCOUNT.test(input.TargetId) ? input.TargetId : call.account,
  })),
  run(tx, { PolicyType: type, TargetId }, call): Out<"DescribeEffectivePolicy"> {
    const target = TargetId ?? call.account
    const organization =
      target === call.account ? ownOrganization(tx, call) : governedOrganization(tx, call)
    const { id, membership } = findAccount(tx, organization, target)
    if (!isEnabled(tx, organization, type)) throw noEffectivePolicy()
    const path = [...membership.path, id]
    return {
      EffectivePolicy: {
        PolicyContent: JSON.stringify(effectiveContent(tx, { organization, type, path })),
        LastUpdatedTimestamp: Math.max(changedMs(tx, organization, type), membership.joinedMs),
        TargetId: id,
        PolicyType: type,
      },
    }
  },
})

/** Recorded: roots and units have none. */
function findAccount(tx: ReadTx, organization: Organization, id: string): Member {
  if (id === organization.rootId || unitOf(tx, organization, id)) throw targetNotSupported()
  const member = memberOf(tx, id)
  if (member?.membership.organizationId !== organization.id) throw targetMissing()
  return member
}
