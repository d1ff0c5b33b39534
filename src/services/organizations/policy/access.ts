import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { memberOf } from "../account/account.ts"
import { nodeAsked } from "../tree/arns.ts"
import { arnOfPolicy, awsPolicyById, isOwnPolicy, policies, type AnyPolicy } from "./policy.ts"

const POLICY_TYPE = "organizations:PolicyType"

/** A policy of the caller's organization, or of AWS's. */
function policyFor(tx: ReadTx, { account }: Call, id: string): AnyPolicy | undefined {
  const known = awsPolicyById(id)
  if (known) return known
  const policy = tx.get(policies, [id])
  const own = memberOf(tx, account)?.membership.organizationId
  return policy?.organizationId === own ? policy : undefined
}

interface OfPolicy {
  readonly PolicyId: string
}

interface OfTarget {
  readonly TargetId: string
}

/** Asks for the policy that the input names. */
export function onPolicy(tx: ReadTx, input: OfPolicy, call: Call): AccessRequest {
  const policy = policyFor(tx, call, input.PolicyId)
  if (!policy) return accessTo(tx, input, { call })
  return accessTo(tx, input, {
    call,
    arn: arnOfPolicy(policy, call.partition),
    tags: isOwnPolicy(policy) ? policy.tags : [],
    context: { [POLICY_TYPE]: policy.type },
  })
}

/** Attaching and detaching need both: the policy, and what it is attached to. */
export function onPolicyAndTarget(
  tx: ReadTx,
  input: OfPolicy & OfTarget,
  call: Call,
): readonly AccessRequest[] {
  const policy = policyFor(tx, call, input.PolicyId)
  const context: Record<string, string> = policy ? { [POLICY_TYPE]: policy.type } : {}
  const target = { ...nodeAsked(tx, call, input.TargetId), call, context }
  return [onPolicy(tx, input, call), accessTo(tx, input, target)]
}

/** Asks for a policy type, on the root, unit or account that the input names, if it does. */
export const onTyped =
  <Input extends object>(read: (input: Input, call: Call) => Typed) =>
  (tx: ReadTx, input: Input, call: Call): AccessRequest => {
    const { type, node } = read(input, call)
    const asked = node === undefined ? {} : nodeAsked(tx, call, node)
    return accessTo(tx, input, { ...asked, call, context: { [POLICY_TYPE]: type } })
  }

interface Typed {
  readonly type: string
  readonly node?: string | undefined
}
