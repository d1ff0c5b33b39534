import { notImplemented } from "../../../registry/not-implemented.ts"
import { asks, op, type Out } from "../define.ts"
import { pageOf } from "../paging.ts"
import type { PolicyType } from "./issue.ts"
import { validatePolicy } from "./validate-policy.ts"

/** Findings are told in English; other languages are refused, not mixed in. */
export const ValidatePolicy = op.read("ValidatePolicy", {
  authorize: asks.anything,
  run(_tx, input): Out<"ValidatePolicy"> {
    const { policyDocument, policyType, validatePolicyResourceType: resource, locale } = input
    if (locale !== undefined && locale !== "EN")
      throw notImplemented(`findings in the language ${locale}`)
    const trust = resource === "AWS::IAM::AssumeRolePolicyDocument"
    const all = validatePolicy(policyDocument, policyType as PolicyType, trust)
    const { items, more } = pageOf(all, input)
    return { findings: items, ...more }
  },
})
