import type { Actor } from "../../actor.ts"
import { ALLOW, DENY, ROOT, SNS, STRANGER, USER, type Case, type Said } from "../case.ts"

/** AWS's FullAWSAccess and RCPFullAWSAccess. */
const FULL = [ALLOW]
const DENY_QUEUES: readonly Said[] = [ALLOW, { ...DENY, Action: "sqs:*" }]
const QUEUES: readonly Said[] = [{ ...ALLOW, Action: "sqs:*" }]
const STORES: readonly Said[] = [{ ...ALLOW, Action: ["s3:*", "dynamodb:*"] }]
const NONE: readonly Said[] = []

type Level = readonly Said[]

const scp = (what: string, levels: readonly Level[], expect: string): Case => ({
  title: `SCP-2 ${what}`,
  identity: [ALLOW],
  scps: levels,
  expect,
})
const rcp = (what: string, levels: readonly Level[], expect: string): Case => ({
  title: `RCPs: ${what}`,
  identity: [ALLOW],
  rcps: levels,
  expect,
})

/**
 * From the root down to the account. Docs (AWS Organizations): "SCP evaluation": "there must be an
 * explicit Allow statement at every level from the root through each OU in the direct path to the
 * account"; "for a permission to be denied …, any SCP from the root … can deny that permission".
 */
const controls: readonly Case[] = [
  scp("all on every level", [FULL, FULL, FULL, FULL], "allow"),
  scp("queues only at the root", [QUEUES, FULL, FULL], "allow"),
  scp("queues only in the middle", [FULL, QUEUES, FULL], "allow"),
  scp("queues only at the account", [FULL, FULL, QUEUES], "allow"),
  scp("other services at the root", [STORES, FULL, FULL], "no scp"),
  scp("other services in the middle", [FULL, STORES, FULL], "no scp"),
  scp("other services at the account", [FULL, FULL, STORES], "no scp"),
  scp("nothing at the root", [NONE, FULL, FULL], "no scp"),
  scp("nothing at the account", [FULL, FULL, NONE], "no scp"),
  scp("levels that allow different things", [QUEUES, STORES], "no scp"),
  scp("two policies of one level add up", [FULL, [...STORES, ...QUEUES]], "allow"),
  scp("a Deny at the root", [DENY_QUEUES, FULL, FULL], "deny scp"),
  scp("a Deny in the middle", [FULL, DENY_QUEUES, FULL], "deny scp"),
  scp("a Deny at the account", [FULL, FULL, DENY_QUEUES], "deny scp"),
  scp("a Deny below a level that leaves out", [STORES, DENY_QUEUES], "deny scp"),
  scp("a Deny of other services", [[ALLOW, { ...DENY, Action: "s3:*" }], FULL], "allow"),
  scp("an organization without SCPs", [], "allow"),
]

/** Docs (AWS Organizations): "RCP evaluation". RCPs stand at the resource's account. */
const resources: readonly Case[] = [
  rcp("all on every level", [FULL, FULL, FULL], "allow"),
  rcp("a Deny at the root", [DENY_QUEUES, FULL, FULL], "deny rcp"),
  rcp("a Deny in the middle", [FULL, DENY_QUEUES, FULL], "deny rcp"),
  rcp("a Deny at the account", [FULL, FULL, DENY_QUEUES], "deny rcp"),
  rcp("a Deny of another service", [[ALLOW, { ...DENY, Action: "s3:*" }]], "allow"),
]

const MINE = "o-aaaaaaaaaa"
/** Docs: "Examples: resource control policies", of the organization's own identities only. */
const PERIMETER: readonly Said[] = [
  ALLOW,
  {
    ...DENY,
    Condition: {
      StringNotEqualsIfExists: { "aws:PrincipalOrgID": MINE },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
    },
  },
]
/** The same for the services that act for somebody: the confused deputy. */
const DEPUTIES: readonly Said[] = [
  ALLOW,
  {
    ...DENY,
    Condition: {
      StringNotEqualsIfExists: { "aws:SourceOrgID": MINE },
      Null: { "aws:SourceAccount": "false" },
      Bool: { "aws:PrincipalIsAWSService": "true" },
    },
  },
]
const within = (what: string, actor: Actor, rest: Omit<Case, "title" | "actor">): Case => ({
  title: `RCPs: ${what}`,
  actor,
  identity: actor.account === "" ? undefined : [ALLOW],
  policy: [{ ...ALLOW, Principal: "*" }],
  ...rest,
})
const OWN = { "aws:PrincipalOrgID": MINE, "aws:PrincipalIsAWSService": "false" }
const STRANGE = { "aws:PrincipalOrgID": "o-zzzzzzzzzz", "aws:PrincipalIsAWSService": "false" }
const SERVICE = { "aws:PrincipalIsAWSService": "true" }
const FOR_US = { ...SERVICE, "aws:SourceAccount": USER.account, "aws:SourceOrgID": MINE }
const FOR_THEM = {
  ...SERVICE,
  "aws:SourceAccount": STRANGER.account,
  "aws:SourceOrgID": "o-zzzzzzzzzz",
}

const perimeters: readonly Case[] = [
  within("the organization's own", USER, { rcps: [PERIMETER], context: OWN, expect: "allow" }),
  within("its root", ROOT, { rcps: [PERIMETER], context: OWN, expect: "allow" }),
  within("of another organization", STRANGER, {
    ...{ rcps: [PERIMETER], context: STRANGE, expect: "deny rcp" },
  }),
  within("of no organization", STRANGER, {
    ...{ rcps: [PERIMETER], context: { "aws:PrincipalIsAWSService": "false" } },
    expect: "deny rcp",
  }),
  within("a service passes where it is spared", SNS, {
    ...{ rcps: [PERIMETER], context: SERVICE, expect: "allow" },
  }),
  within("a service for the organization's own", SNS, {
    ...{ rcps: [DEPUTIES], context: FOR_US, expect: "allow" },
  }),
  within("a service for a stranger", SNS, {
    ...{ rcps: [DEPUTIES], context: FOR_THEM, expect: "deny rcp" },
  }),
  within("a service for nobody", SNS, { rcps: [DEPUTIES], context: SERVICE, expect: "allow" }),
  within("hold a service that is not spared", SNS, {
    ...{ rcps: [DENY_QUEUES], context: FOR_US, expect: "deny rcp" },
  }),
]

/** Docs: "Examples: service control policies". */
const REGIONS: readonly Said[] = [
  ALLOW,
  {
    Effect: "Deny",
    NotAction: ["iam:*", "organizations:*", "sts:*"],
    Resource: "*",
    Condition: { StringNotEquals: { "aws:RequestedRegion": ["eu-central-1", "eu-west-1"] } },
  },
]
const guarded = (what: string, scps: readonly Level[], rest: Omit<Case, "title">): Case => ({
  title: `SCP-2 example: ${what}`,
  identity: [ALLOW],
  scps,
  ...rest,
})
const EXCEPT_ADMIN: readonly Said[] = [
  ALLOW,
  {
    ...DENY,
    Condition: { ArnNotLike: { "aws:PrincipalARN": "arn:aws:iam::*:role/admin" } },
  },
]
const NO_ROOT: readonly Said[] = [
  ALLOW,
  { ...DENY, Condition: { StringLike: { "aws:PrincipalArn": ["arn:aws:iam::*:root"] } } },
]

const examples: readonly Case[] = [
  guarded("a Region that is listed", [REGIONS], {
    ...{ context: { "aws:RequestedRegion": "eu-west-1" }, expect: "allow" },
  }),
  guarded("a Region that is not", [REGIONS], {
    ...{ context: { "aws:RequestedRegion": "us-east-1" }, expect: "deny scp" },
  }),
  guarded("a global service everywhere", [REGIONS], {
    ...{ action: "iam:CreateUser", resource: "*", context: { "aws:RequestedRegion": "us-east-1" } },
    expect: "allow",
  }),
  guarded("all but one role", [EXCEPT_ADMIN], {
    ...{ context: { "aws:PrincipalArn": USER.arn }, expect: "deny scp" },
  }),
  guarded("the one role", [EXCEPT_ADMIN], {
    ...{ context: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/admin" } },
    expect: "allow",
  }),
  guarded("root does nothing", [NO_ROOT], {
    ...{ actor: ROOT, context: { "aws:PrincipalArn": ROOT.arn }, expect: "deny scp" },
  }),
  guarded("root does nothing, a user may", [NO_ROOT], {
    ...{ context: { "aws:PrincipalArn": USER.arn }, expect: "allow" },
  }),
]

export const levels: readonly Case[] = [...controls, ...resources, ...perimeters, ...examples]
