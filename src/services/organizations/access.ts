import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { memberOf } from "./account/account.ts"
import { organizationOfId } from "./organization/organization.ts"
import { resourcePolicyOf } from "./resource-policy/resource-policy.ts"
import { governs, isDelegable } from "./rights.ts"
import { tagRecord, type Tag } from "./tag/tag.ts"

/** What is asked for: an ARN, and what policies may say of it. */
export interface Asked {
  readonly arn?: string | undefined
  readonly tags?: readonly Tag[] | undefined
  readonly context?: Readonly<Record<string, string>> | undefined
}

/**
 * The access that an operation needs. A member that does not govern the organization needs the
 * management account's resource policy besides its own; where that cannot help, `run` refuses.
 */
export function accessTo(tx: ReadTx, input: object, { call, ...asked }: Asked & { call: Call }) {
  return {
    action: `organizations:${call.operation}`,
    resource: asked.arn ?? "*",
    ...ownerFor(tx, call),
    context: {
      ...requestTagKeys(input),
      ...resourceTagKeys(tagRecord(asked.tags ?? [])),
      ...asked.context,
    },
  } satisfies AccessRequest
}

function ownerFor(tx: ReadTx, call: Call): Pick<AccessRequest, "owner" | "policy"> {
  const { account, operation } = call
  const membership = isDelegable(operation) ? memberOf(tx, account)?.membership : undefined
  if (!membership) return { owner: account }
  const organization = organizationOfId(tx, membership.organizationId)
  const policy = resourcePolicyOf(tx, organization.id)
  if (!policy || ANYBODY.has(operation) || governs(tx, organization, call))
    return { owner: account }
  return { owner: organization.managementAccount, policy: policy.content }
}

/** "Can be called from any account in the organization". */
const ANYBODY: ReadonlySet<string> = new Set([
  ...["DescribeOrganization", "DescribeHandshake", "ListHandshakesForAccount"],
])

/** The caller may do what the operation's name says, on nothing in particular. */
export const onAnything = (tx: ReadTx, input: object, call: Call): AccessRequest =>
  accessTo(tx, input, { call })
