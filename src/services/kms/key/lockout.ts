import { actorOf } from "../../../iam/policy/actor.ts"
import { compilePolicy } from "../../../iam/policy/compile.ts"
import { callContext } from "../../../iam/policy/context.ts"
import { parsePolicy } from "../../../iam/policy/document.ts"
import { evaluate } from "../../../iam/policy/evaluate.ts"
import { principalFacts } from "../../../iam/principal-facts.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { badPolicy } from "../errors.ts"

/**
 * The policy lockout safety check: who sets a policy must be able to change it again, as far as the
 * policy itself is concerned ("Default key policy"). Throws MalformedPolicyDocumentException.
 */
export function assertNoLockout(tx: ReadTx, call: Call, policy: string): void {
  const { principal, partition, account, region, secure, sourceIp } = call
  const compiled = compilePolicy(parsePolicy(policy, { kind: "resource" }), "key policy")
  const facts = () => ({
    ...{ now: tx.now, region, sourceIp, secure, calledVia: call.via },
    principal: principalFacts(principal, partition),
    resourceAccount: account,
  })
  const decision = evaluate({
    actor: actorOf(principal, partition),
    action: "kms:PutKeyPolicy",
    resource: `arn:${partition}:kms:${region}:${account}:key/new`,
    resourceAccount: account,
    context: callContext(facts, { "kms:CallerAccount": account }),
    policies: { resource: [compiled] },
    ...{ unlimited: true, resourceMustAllow: true },
  })
  // As users quote it.
  if (!decision.allowed)
    throw badPolicy("The new key policy will not allow you to update the key policy in the future.")
}
