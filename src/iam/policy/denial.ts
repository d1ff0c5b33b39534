import type { Decision, DecisionRequest, PolicyType } from "./decision.ts"

/** ("Troubleshooting access denied error messages".) */
const TYPES: Readonly<Record<PolicyType, readonly [none: string, explicit: string]>> = {
  identity: ["no identity-based policy", "an identity-based policy"],
  resource: ["no resource-based policy", "a resource-based policy"],
  boundary: ["no permissions boundary", "a permissions boundary"],
  session: ["no session policy", "a session policy"],
  scp: ["no service control policy", "a service control policy"],
  rcp: ["no resource control policy", "a resource control policy"],
  endpoint: ["no VPC endpoint policy", "a VPC endpoint policy"],
  // The documentation's example of a missing Allow lacks its "no"; not verified.
  trust: ["no role trust policy", "the role trust policy"],
}

type Denied = Exclude<Decision, { allowed: true }>
type Asked = Pick<DecisionRequest, "action" | "actor" | "resourceAccount">

/**
 * Why a request was denied, as the end of AWS's sentence: `because no session policy allows the
 * iam:GetUser action`, `with an explicit deny in a service control policy: arn:aws:…`.
 */
export function denialReason(denied: Denied, asked: Asked): string {
  const [none, one] = TYPES[denied.type]
  if (denied.type === "resource" && isForeignKey(asked)) return UNTOLD_BY_KMS
  return denied.explicit
    ? `with an explicit deny in ${one}${policyNamed(denied, asked)}`
    : `because ${none} allows the ${spelled(asked.action)} action`
}

/**
 * Since 2026 AWS names the managed policy that denies, in the account or organization of the
 * resource (recorded in 2026 of identity-based policies and SCPs, in one account and, for SCPs, in
 * one organization; of boundaries, session policies and RCPs not verified). Inline policies and
 * those of resources have no ARN of their own.
 */
function policyNamed(
  { type, policy }: Extract<Denied, { readonly explicit: true }>,
  { actor, resourceAccount }: Asked,
): string {
  if (type === "resource" || type === "trust" || type === "endpoint") return ""
  if (!policy.name.startsWith("arn:")) return ""
  const near = actor.account === resourceAccount || type === "scp" || type === "rcp"
  return near ? `: ${policy.name}` : ""
}

/** Of keys of other accounts KMS does not tell whether they are there (as users quote it). */
const UNTOLD_BY_KMS =
  "because the resource does not exist in this Region, no resource-based policies allow access, " +
  "or a resource-based policy explicitly denies access"

const isForeignKey = ({ action, actor, resourceAccount }: Asked): boolean =>
  action.startsWith("kms:") && actor.account !== "" && actor.account !== resourceAccount

/** SQS says its actions in lower case (recorded: `sqs:receivemessage`). */
const spelled = (action: string): string =>
  action.startsWith("sqs:") ? action.toLowerCase() : action

const UNTOLD_BY_STS = /^because no (?:identity-based|role trust|resource-based) policy /

/** What policies may say for ListAllMyBuckets, which is about nothing in particular. */
const ALL_BUCKETS = /^arn:[a-z-]+:s3:::\*$/

/** Of these IAM tells the ARN (as users quote it): what is not there yet has no other name. */
const BY_ARN =
  /^iam:(?:Create(?:User|Role|Group|InstanceProfile|ServiceLinkedRole)|Tag|Untag|Pass|Simulate|Generate|List(?:Users|Roles|Groups|InstanceProfiles)$)/
const NAMED = /^arn:[a-z-]+:iam::\w*:(user|role|group|instance-profile|policy)\/(?:.*\/)?([^/]+)$/

/**
 * How IAM calls what a request is about, as users quote it: `role deploy`, `instance profile web`,
 * `policy limits` of one that is made, and `policy arn:…` of one that is there.
 */
function namedByIam(action: string, arn: string): string {
  if (arn === "*") return action === "iam:ListPolicies" ? "policy path /" : arn
  const [, kind, name] = BY_ARN.test(action) ? [] : (NAMED.exec(arn) ?? [])
  if (kind === undefined || name === undefined) return arn
  if (kind === "policy") return `policy ${action === "iam:CreatePolicy" ? name : arn}`
  return `${kind.replace("-", " ")} ${name}`
}

/** S3 quotes it ("Access denied message examples"). */
const named = (action: string, resource: string): string =>
  action.startsWith("s3:")
    ? `"${resource}"`
    : action.startsWith("iam:")
      ? namedByIam(action, resource)
      : resource

/**
 * The whole sentence. An action without a resource names none, but for IAM's. STS does not say that
 * the caller's or the role's own policy lacks an Allow (recorded of AssumeRole and TagSession, though the documentation has
 * "because no role trust policy …").
 */
export function denialMessage(
  who: string,
  { action, resource }: { readonly action: string; readonly resource: string },
  reason: string,
): string {
  const isTold = resource === "*" ? action.startsWith("iam:") : !ALL_BUCKETS.test(resource)
  const on = isTold ? ` on resource: ${named(action, resource)}` : ""
  const why = action.startsWith("sts:") && UNTOLD_BY_STS.test(reason) ? "" : ` ${reason}`
  return `User: ${who} is not authorized to perform: ${spelled(action)}${on}${why}`
}
