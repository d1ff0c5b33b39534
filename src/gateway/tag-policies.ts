import type { AccessRequest } from "../iam/access.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import { AwsError } from "../protocols/aws-error.ts"
import { parseArn } from "../registry/arn.ts"
import { tagRulesOf, type TagRule } from "../services/organizations/port.ts"

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
    rules ??= tagRulesOf(tx, owner).filter(({ enforcedFor }) => isEnforced(enforcedFor, resource))
    if (rules.length === 0) return
    const key = name.slice(REQUEST_TAG.length)
    if (!complies(rules, key, String(context[name]))) throw violation(resource, key)
  }
}

/** `sqs:queue`, or all of a service: `sqs:*`, `sqs:ALL_SUPPORTED`. */
function isEnforced(enforcedFor: readonly string[], arn: string): boolean {
  if (enforcedFor.length === 0) return false
  const { service, type } = typeOf(arn)
  return enforcedFor.some((one) => {
    const [ofService, ofType = ""] = one.split(":")
    return (
      ofService === service && (ofType === type || ofType === "*" || ofType === "ALL_SUPPORTED")
    )
  })
}

/** What ARNs of these services do not say: they name one type of resource only. */
const TYPES: Readonly<Record<string, string>> = { sqs: "queue", sns: "topic", s3: "bucket" }

/** The type by which tag policies name a resource; of most services the ARN says it. */
function typeOf(arn: string): { readonly service: string; readonly type: string } {
  const { service = "", resource = "" } = parseArn(arn) ?? {}
  const named = Object.hasOwn(TYPES, service) ? TYPES[service] : undefined
  return { service, type: named ?? resource.split(/[/:]/)[0] ?? "" }
}

/** Keys are the same in any case, and must be written as the policy writes them. */
function complies(rules: readonly TagRule[], key: string, value: string): boolean {
  const rule = rules.find((one) => one.key.toLowerCase() === key.toLowerCase())
  if (!rule) return true
  return rule.key === key && rule.values.some((pattern) => matches(pattern, value))
}

/** Of the one `*` that a value of a policy may have. */
function matches(pattern: string, value: string): boolean {
  const at = pattern.indexOf("*")
  if (at < 0) return pattern === value
  const [start, end] = [pattern.slice(0, at), pattern.slice(at + 1)]
  return value.length >= start.length + end.length && value.startsWith(start) && value.endsWith(end)
}

/** The words are AWS's, as users quote them of SNS, EC2 and DynamoDB. */
function violation(arn: string, key: string): AwsError {
  const words = `The tag policy does not allow the specified value for the following tag key: '${key}'.`
  switch (typeOf(arn).service) {
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
