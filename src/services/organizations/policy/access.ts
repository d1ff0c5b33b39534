import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { memberOf } from "../account/account.ts"
import { organizationsArn } from "../organization/organization.ts"
import { nodeAsked } from "../tree/arns.ts"
import { arnOfPolicy, awsPolicyById, isOwnPolicy, policies, type AnyPolicy } from "./policy.ts"

const POLICY_TYPE = "organizations:PolicyType"

interface OfPolicy {
  readonly PolicyId: string
}

interface OfTarget {
  readonly TargetId: string
}

/** A policy of the caller's organization, or of AWS's. */
function policyFor(tx: ReadTx, { account }: Call, id: string): AnyPolicy | undefined {
  const known = awsPolicyById(id)
  if (known) return known
  const policy = tx.get(policies, [id])
  const own = memberOf(tx, account)?.membership.organizationId
  return policy?.organizationId === own ? policy : undefined
}

/** The ARN of a policy that is not there (yet); what AWS asks for then is not verified. */
function absentArn(tx: ReadTx, { account, partition }: Call, rest: string): string {
  const membership = memberOf(tx, account)?.membership
  const managementAccount = membership?.managementAccount ?? account
  const organization = membership?.organizationId ?? "o-*"
  return organizationsArn({ partition, managementAccount }, `policy/${organization}/${rest}`)
}

/** Asks for the policy that the input names. */
export function onPolicy(tx: ReadTx, input: OfPolicy, call: Call): AccessRequest {
  const policy = policyFor(tx, call, input.PolicyId)
  if (!policy) return accessTo(tx, input, { call, arn: absentArn(tx, call, `*/${input.PolicyId}`) })
  return accessTo(tx, input, {
    call,
    arn: arnOfPolicy(policy, call.partition),
    tags: isOwnPolicy(policy) ? policy.tags : [],
    context: { [POLICY_TYPE]: policy.type },
  })
}

/** Asks for a policy of that type that is to be made. */
export const onNewPolicy = (
  tx: ReadTx,
  input: { readonly Type: string },
  call: Call,
): AccessRequest =>
  accessTo(tx, input, {
    call,
    arn: absentArn(tx, call, `${input.Type.toLowerCase()}/p-*`),
    context: { [POLICY_TYPE]: input.Type },
  })

/** Attaching and detaching need both: the policy, and what it is attached to. */
export function onPolicyAndTarget(
  tx: ReadTx,
  input: OfPolicy & OfTarget,
  call: Call,
): readonly AccessRequest[] {
  const policy = policyFor(tx, call, input.PolicyId)
  const target = nodeAsked(tx, call, input.TargetId)
  const asked = onPolicy(tx, input, call)
  if (!policy || target.arn === undefined) return [asked]
  const context = { [POLICY_TYPE]: policy.type }
  return [asked, accessTo(tx, input, { ...target, call, context })]
}

interface Typed {
  readonly type: string
  /** Id of a root, unit or account. */
  readonly node?: string | undefined
}

/** Asks for a policy type, on the root, unit or account that the input names, if it does. */
export const onTyped =
  <Input extends object>(read: (input: Input, call: Call) => Typed) =>
  (tx: ReadTx, input: Input, call: Call): AccessRequest => {
    const { type, node } = read(input, call)
    const asked = node === undefined ? {} : nodeAsked(tx, call, node)
    return accessTo(tx, input, { ...asked, call, context: { [POLICY_TYPE]: type } })
  }
