import type { AccessRequest } from "../iam/access.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import { AwsError } from "../protocols/aws-error.ts"
import { arnType } from "../registry/arn-type.ts"
import { namesType, tagComplies, tagRulesOf, type TagRule } from "../services/organizations/port.ts"

const REQUEST_TAG = "aws:RequestTag/"

/**
 * Holds the tags that a request would set against the tag policies of the account that owns the
 * resource, as far as they are enforced for its type: one place for all services. Throws the
 * service's error. What is not tagged at all no tag policy refuses.
 */
export function assertTags(tx: ReadTx, { context, resource, owner }: AccessRequest): void {
  if (context === undefined) return
  let rules: readonly TagRule[] | undefined
  for (const name in context) {
    if (!name.startsWith(REQUEST_TAG)) continue
    rules ??= tagRulesOf(tx, owner).filter(({ enforcedFor }) => namesType(enforcedFor, resource))
    if (rules.length === 0) return
    const key = name.slice(REQUEST_TAG.length)
    if (!tagComplies(rules, key, String(context[name]))) throw violation(resource, key)
  }
}

/** The words are AWS's, as users quote them of SNS, EC2 and DynamoDB. */
function violation(arn: string, key: string): AwsError {
  const words = `The tag policy does not allow the specified value for the following tag key: '${key}'.`
  switch (arnType(arn).service) {
    case "ec2":
      return new AwsError("TagPolicyViolation", words)
    case "dynamodb":
      return new AwsError(
        "ValidationException",
        `One or more parameter values were invalid: ${words}`,
      )
    default:
      // SNS's and S3's code; those of the other services are not verified.
      return new AwsError("TagPolicyException", words)
  }
}
