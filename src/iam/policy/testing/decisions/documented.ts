import type { ContextValue } from "../../context.ts"
import { ACCOUNT, ALLOW, DENY, OTHER, SNS, type Case, type Said } from "../case.ts"

type Keys = Readonly<Record<string, ContextValue>>
type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const YES = "allow"
const NO = "no identity"
const DENIED = "deny identity"

const DESCRIBED = (Condition: Condition, keys: Keys): string =>
  `${JSON.stringify(Condition)} of ${JSON.stringify(keys)}`
const allowed = (Condition: Condition, keys: Keys, expect: string): Case => ({
  title: `an Allow under ${DESCRIBED(Condition, keys)}`,
  identity: [{ ...ALLOW, Condition }],
  context: keys,
  expect,
})
const refused = (Condition: Condition, keys: Keys, expect: string): Case => ({
  title: `IAM-51 a Deny under ${DESCRIBED(Condition, keys)}`,
  identity: [ALLOW, { ...DENY, Condition }],
  context: keys,
  expect,
})

/**
 * Docs: "Conditions with multiple context keys or values": operators and keys are joined by AND,
 * the values of one key by OR, those of a negated operator by NOR.
 */
const TWO_OPERATORS = {
  StringEquals: {
    "aws:PrincipalTag/department": ["finance", "hr"],
    "aws:PrincipalTag/role": "audit",
  },
  ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:user/*" },
}
const AUDITOR = {
  "aws:PrincipalTag/department": "hr",
  "aws:PrincipalTag/role": "audit",
  "aws:PrincipalArn": "arn:aws:iam::111122223333:user/ann",
}
const NEITHER = { StringNotEquals: { "aws:PrincipalTag/department": ["finance", "hr"] } }
const joined: readonly Case[] = [
  allowed(TWO_OPERATORS, AUDITOR, YES),
  allowed(TWO_OPERATORS, { ...AUDITOR, "aws:PrincipalTag/department": "finance" }, YES),
  allowed(TWO_OPERATORS, { ...AUDITOR, "aws:PrincipalTag/department": "it" }, NO),
  allowed(TWO_OPERATORS, { ...AUDITOR, "aws:PrincipalTag/role": "other" }, NO),
  allowed(TWO_OPERATORS, { ...AUDITOR, "aws:PrincipalArn": "arn:aws:iam::1:role/x" }, NO),
  allowed(NEITHER, { "aws:PrincipalTag/department": "it" }, YES),
  allowed(NEITHER, { "aws:PrincipalTag/department": "hr" }, NO),
  allowed(NEITHER, {}, YES),
]

/** Docs: "Set operators for multivalued context keys". */
const TAGS = { "ForAllValues:StringEquals": { "aws:TagKeys": ["environment", "cost-center"] } }
const SOME = { "ForAnyValue:StringEquals": { "aws:TagKeys": ["webserver", "cost-center"] } }
const TAGGED = { ...TAGS, Null: { "aws:TagKeys": "false" } }
const ONLY_THESE = {
  "ForAnyValue:StringNotEquals": { "aws:TagKeys": ["environment", "cost-center"] },
}
const sets: readonly Case[] = [
  allowed(TAGS, { "aws:TagKeys": ["environment"] }, YES),
  allowed(TAGS, { "aws:TagKeys": ["cost-center", "environment"] }, YES),
  allowed(TAGS, { "aws:TagKeys": ["environment", "other"] }, NO),
  allowed(TAGS, { "aws:TagKeys": ["Environment"] }, NO),
  allowed(TAGS, {}, YES),
  allowed(TAGGED, { "aws:TagKeys": ["environment"] }, YES),
  allowed(TAGGED, {}, NO),
  allowed(SOME, { "aws:TagKeys": ["cost-center", "other"] }, YES),
  allowed(SOME, { "aws:TagKeys": ["other"] }, NO),
  allowed(SOME, {}, NO),
  refused(ONLY_THESE, { "aws:TagKeys": ["environment", "other"] }, DENIED),
  refused(ONLY_THESE, { "aws:TagKeys": ["environment"] }, YES),
  refused(ONLY_THESE, {}, YES),
]

/** Docs: "IfExists condition operators", "Condition operator to check existence of condition keys". */
const MACHINES = { StringLikeIfExists: { "ec2:InstanceType": ["t1.*", "t2.*", "m3.*"] } }
const LONG_KEYS = { Null: { "aws:TokenIssueTime": "true" } }
const MFA_AGE = { NumericLessThan: { "aws:MultiFactorAuthAge": "3600" } }
const existence: readonly Case[] = [
  allowed(MACHINES, { "ec2:InstanceType": "t2.micro" }, YES),
  allowed(MACHINES, { "ec2:InstanceType": "x1.large" }, NO),
  allowed(MACHINES, {}, YES),
  allowed(LONG_KEYS, {}, YES),
  allowed(LONG_KEYS, { "aws:TokenIssueTime": "2026-01-01T00:00:00Z" }, NO),
  allowed(MFA_AGE, { "aws:MultiFactorAuthAge": "300" }, YES),
  allowed(MFA_AGE, { "aws:MultiFactorAuthAge": "3600" }, NO),
  allowed(MFA_AGE, {}, NO),
]

/** Docs: "Date condition operators", "AWS: Denies access … outside of a specified time", epoch too. */
const WINDOW = {
  DateGreaterThan: { "aws:CurrentTime": "2026-04-01T00:00:00Z" },
  DateLessThan: { "aws:CurrentTime": "2026-06-30T23:59:59Z" },
}
const SINCE = { DateGreaterThanEquals: { "aws:EpochTime": "1775001600" } }
const REVOKED = { DateLessThan: { "aws:TokenIssueTime": "2026-05-01T12:00:00.000Z" } }
const times: readonly Case[] = [
  allowed(WINDOW, { "aws:CurrentTime": "2026-05-01T00:00:00Z" }, YES),
  allowed(WINDOW, { "aws:CurrentTime": "2026-04-01T00:00:00Z" }, NO),
  allowed(WINDOW, { "aws:CurrentTime": "2026-07-01T00:00:00Z" }, NO),
  allowed(SINCE, { "aws:EpochTime": "1775001600" }, YES),
  allowed(SINCE, { "aws:EpochTime": "1775001599" }, NO),
  allowed(SINCE, { "aws:EpochTime": "2026-04-01T00:00:00Z" }, YES),
  refused(REVOKED, { "aws:TokenIssueTime": "2026-05-01T11:59:59Z" }, DENIED),
  refused(REVOKED, { "aws:TokenIssueTime": "2026-05-01T12:00:00Z" }, YES),
  refused(REVOKED, {}, YES),
]

/** Docs: "AWS: Denies access to AWS based on the source IP"; addresses of both kinds. */
const OFFICE = {
  NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24", "2001:db8:1234:5678::/64"] },
  Bool: { "aws:ViaAWSService": "false" },
}
const places: readonly Case[] = [
  refused(OFFICE, { "aws:SourceIp": "192.0.2.9", "aws:ViaAWSService": "false" }, YES),
  refused(OFFICE, { "aws:SourceIp": "2001:db8:1234:5678::9", "aws:ViaAWSService": "false" }, YES),
  refused(OFFICE, { "aws:SourceIp": "198.51.100.9", "aws:ViaAWSService": "false" }, DENIED),
  refused(
    OFFICE,
    { "aws:SourceIp": "2001:db8:1234:5679::9", "aws:ViaAWSService": "false" },
    DENIED,
  ),
  refused(OFFICE, { "aws:SourceIp": "198.51.100.9", "aws:ViaAWSService": "true" }, YES),
  refused(OFFICE, { "aws:ViaAWSService": "false" }, DENIED),
]

/** Docs: "IAM policy elements: Variables and tags". */
const home = (Resource: string, resource: string, context: Keys, expect: string): Case => ({
  title: `${Resource} and ${resource} of ${JSON.stringify(context)}`,
  identity: [{ ...ALLOW, Resource }],
  resource,
  context,
  expect,
})
const HOME = "arn:aws:s3:::amzn-s3-demo-bucket/${aws:PrincipalTag/team, 'company-wide'}/*"
const STAR = "arn:aws:s3:::amzn-s3-demo-bucket/${*}/*"
const at = (path: string): string => `arn:aws:s3:::amzn-s3-demo-bucket/${path}`
const variables: readonly Case[] = [
  home(HOME, at("blue/x"), { "aws:PrincipalTag/team": "blue" }, YES),
  home(HOME, at("red/x"), { "aws:PrincipalTag/team": "blue" }, NO),
  home(HOME, at("company-wide/x"), { "aws:PrincipalTag/team": "blue" }, NO),
  home(HOME, at("company-wide/x"), {}, YES),
  home(HOME, at("blue/x"), {}, NO),
  home(STAR, at("*/x"), {}, YES),
  home(STAR, at("a/x"), {}, NO),
  // A value's own stars stand for themselves.
  home(HOME, at("red/x"), { "aws:PrincipalTag/team": "*" }, NO),
]

/** Docs: "The confused deputy problem": the service acts for a resource of a known account. */
const QUEUE_FOR = (Condition: Condition): readonly Said[] => [
  { ...ALLOW, Principal: { Service: SNS.arn }, Condition },
]
const deputy = (Condition: Condition, context: Keys, expect: string): Case => ({
  title: `a service under ${DESCRIBED(Condition, context)}`,
  actor: SNS,
  policy: QUEUE_FOR(Condition),
  context,
  expect,
})
const BY_ARN = { ArnEquals: { "aws:SourceArn": `arn:aws:sns:us-east-1:${ACCOUNT}:alarms` } }
const BY_ACCOUNT = { StringEquals: { "aws:SourceAccount": ACCOUNT } }
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:alarms`
const deputies: readonly Case[] = [
  deputy(BY_ARN, { "aws:SourceArn": TOPIC }, YES),
  deputy(BY_ARN, { "aws:SourceArn": `${TOPIC}2` }, "no resource"),
  deputy(BY_ARN, {}, "no resource"),
  deputy(BY_ACCOUNT, { "aws:SourceAccount": ACCOUNT }, YES),
  deputy(BY_ACCOUNT, { "aws:SourceAccount": OTHER }, "no resource"),
  deputy(BY_ACCOUNT, {}, "no resource"),
  deputy(
    { ...BY_ARN, ...BY_ACCOUNT },
    { "aws:SourceArn": TOPIC, "aws:SourceAccount": ACCOUNT },
    YES,
  ),
  deputy(
    { ...BY_ARN, ...BY_ACCOUNT },
    { "aws:SourceArn": TOPIC, "aws:SourceAccount": OTHER },
    "no resource",
  ),
]

export const documented: readonly Case[] = [
  ...joined,
  ...sets,
  ...existence,
  ...times,
  ...places,
  ...variables,
  ...deputies,
]
