import { grantedAccess, newAccess } from "../../../iam/analysis/compare.ts"
import { publicStatements } from "../../../iam/analysis/external-access.ts"
import { parsePolicy, type PolicyDocument, type PolicyKind } from "../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import { asks, op, type Out } from "../define.ts"
import { invalid, unreadablePolicy } from "../errors.ts"

/** Messages and descriptions are seen in AWS's examples, except those of CheckNoPublicAccess. */

export const CheckNoNewAccess = op.read("CheckNoNewAccess", {
  authorize: asks.anything,
  run(_tx, { newPolicyDocument, existingPolicyDocument, policyType }): Out<"CheckNoNewAccess"> {
    const updated = readPolicy(newPolicyDocument, kindOf(policyType))
    const found = newAccess(readPolicy(existingPolicyDocument, kindOf(policyType)), updated)
    if (found.length === 0)
      return {
        result: "PASS",
        message:
          "The updated policy does not grant new access when compared to the existing policy.",
      }
    return {
      result: "FAIL",
      message: "The modified permissions grant new access compared to your existing policy.",
      reasons: reasons("New access", updated, found),
    }
  },
})

export const CheckAccessNotGranted = op.read("CheckAccessNotGranted", {
  authorize: asks.anything,
  run(_tx, { policyDocument, access, policyType }): Out<"CheckAccessNotGranted"> {
    if (access.some(({ actions = [], resources = [] }) => actions.length + resources.length === 0))
      throw invalid("access", "Specify at least one action or resource.")
    const policy = readPolicy(policyDocument, kindOf(policyType))
    const found = grantedAccess(
      policy,
      access.map(({ actions, resources }) => ({
        actions: actions?.length ? actions : undefined,
        resources: resources?.length ? resources : undefined,
      })),
    )
    if (found.length === 0)
      return {
        result: "PASS",
        message:
          "The policy document does not grant access to perform the listed actions or resources.",
      }
    return {
      result: "FAIL",
      message:
        "The policy document grants access to perform one or more of the listed actions or resources.",
      reasons: reasons("One or more of the listed actions or resources", policy, found),
    }
  },
})

export const CheckNoPublicAccess = op.read("CheckNoPublicAccess", {
  authorize: asks.anything,
  run(_tx, { policyDocument, resourceType }): Out<"CheckNoPublicAccess"> {
    const trust = resourceType === "AWS::IAM::AssumeRolePolicyDocument"
    const policy = readPolicy(policyDocument, trust ? "trust" : "resource")
    const found = publicStatements(policy)
    if (found.length === 0)
      return {
        result: "PASS",
        message: "The resource policy does not grant public access for the given resource type.",
      }
    return {
      result: "FAIL",
      message: "The resource policy grants public access for the given resource type.",
      reasons: reasons("Public access", policy, found),
    }
  },
})

const kindOf = (policyType: string): PolicyKind =>
  policyType === "RESOURCE_POLICY" ? "resource" : "identity"

/** Throws InvalidParameterException for what is no policy of its kind. */
function readPolicy(text: string, kind: PolicyKind): PolicyDocument {
  try {
    return parsePolicy(text, { kind })
  } catch (error) {
    if (error instanceof PolicyRefusal) throw unreadablePolicy(error.reason)
    throw error
  }
}

const reasons = (what: string, { statements }: PolicyDocument, indexes: readonly number[]) =>
  indexes.map((statementIndex) => {
    const statementId = statements[statementIndex]?.sid
    const named = statementId === undefined ? `index: ${statementIndex}` : `sid: ${statementId}`
    return {
      description: `${what} in the statement with ${named}.`,
      statementIndex,
      ...(statementId !== undefined && { statementId }),
    }
  })
