import { malformedArn, malformedPolicy, policyTooLong, tooManyPolicyArns } from "./errors.ts"
import { iamArn } from "./iam-arn.ts"
import { POLICY_ARNS, POLICY_LENGTH } from "./limits.ts"

const VERSIONS: readonly unknown[] = ["2012-10-17", "2008-10-17"]

interface PolicyInput {
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined
}

/** What a request says of session policies, checked as far as it can be without IAM. */
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
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    throw malformedPolicy("This policy contains invalid Json")
  }
  if (!isObject(policy)) throw malformedPolicy("Syntax errors in policy.")
  const { Version: version, Statement: statement } = policy
  if (version !== undefined && !VERSIONS.includes(version))
    throw malformedPolicy("The policy must contain a valid version string.")
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
  if (statements.length === 0) throw malformedPolicy("Syntax errors in policy.")
  for (const one of statements) assertStatement(one)
}

function assertStatement(statement: unknown): void {
  if (!isObject(statement)) throw malformedPolicy("Syntax errors in policy.")
  const { Effect: effect, Action, NotAction, Resource, NotResource } = statement
  if (effect !== "Allow" && effect !== "Deny") throw malformedPolicy("Syntax errors in policy.")
  if (statement["Principal"] !== undefined || statement["NotPrincipal"] !== undefined)
    throw malformedPolicy("Policy document should not specify a principal.")
  if (Action === undefined && NotAction === undefined)
    throw malformedPolicy("Policy statement must contain actions.")
  if (Resource === undefined && NotResource === undefined)
    throw malformedPolicy("Policy statement must contain resources.")
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
