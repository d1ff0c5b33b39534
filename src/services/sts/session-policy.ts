import { assertStatementIds, parsePolicy } from "../../iam/policy/document.ts"
import { PolicyRefusal } from "../../iam/policy/refusal.ts"
import { malformedArn, malformedPolicy, policyTooLong, tooManyPolicyArns } from "./errors.ts"
import { iamArn } from "./iam-arn.ts"
import { POLICY_ARNS, POLICY_LENGTH } from "./limits.ts"

interface PolicyInput {
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined
}

/** What a request says of session policies, checked. */
export interface SessionPolicies {
  readonly policy?: string | undefined
  readonly policyArns: readonly string[]
}

/** Managed policies must be AWS's or of the account that the session will act in. */
export function sessionPolicies(input: PolicyInput, account: string): SessionPolicies {
  const { Policy: policy, PolicyArns = [] } = input
  if (policy !== undefined) assertPolicy(policy)
  const policyArns = PolicyArns.map(({ arn = "" }) => arn)
  if (policyArns.length > POLICY_ARNS) throw tooManyPolicyArns(policyArns, POLICY_ARNS)
  for (const arn of policyArns) {
    const owner = iamArn(arn, "policy")?.account
    if (owner !== "aws" && owner !== account) throw malformedArn(arn)
  }
  return { policy, policyArns }
}

/** Throws MalformedPolicyDocument for what cannot be a session policy. */
function assertPolicy(text: string): void {
  // AssumeRole's model does not have the limit, its documentation has.
  if (text.length > POLICY_LENGTH) throw policyTooLong(text, POLICY_LENGTH)
  try {
    assertStatementIds(parsePolicy(text, { kind: "session" }))
  } catch (error) {
    if (error instanceof PolicyRefusal) throw malformedPolicy(error.reason)
    throw error
  }
}
