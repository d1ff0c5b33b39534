import {
  ACCOUNT,
  ALLOW,
  ANONYMOUS,
  ELSEWHERE,
  SNS,
  STRANGE_ROOT,
  STRANGE_SESSION,
  STRANGER,
  USER,
  type Case,
  type Said,
} from "../case.ts"

const to = (Principal: unknown, more: Said = {}): Said => ({ ...ALLOW, Principal, ...more })
const aws = (...names: string[]): Said => to({ AWS: names })
const EVERYONE = to("*")
const DENY_ALL = to("*", { Effect: "Deny" })

export const otherAccount: readonly Case[] = [
  {
    title: "IAM-53 both sides",
    actor: STRANGER,
    identity: [ALLOW],
    policy: [aws(STRANGER.arn)],
    expect: "allow",
  },
  {
    title: "IAM-53 by the account",
    actor: STRANGER,
    identity: [ALLOW],
    policy: [aws(STRANGER.account)],
    expect: "allow",
  },
  {
    title: "IAM-53 only the resource",
    actor: STRANGER,
    identity: [],
    policy: [aws(STRANGER.arn)],
    expect: "no identity",
  },
  {
    title: "IAM-53 only the identity",
    actor: STRANGER,
    identity: [ALLOW],
    policy: [aws(USER.arn)],
    expect: "no resource",
  },
  {
    title: "IAM-53 no policy on the resource",
    actor: STRANGER,
    identity: [ALLOW],
    expect: "no resource",
  },
  {
    title: "a boundary holds though the user is named",
    actor: STRANGER,
    identity: [ALLOW],
    boundary: [ELSEWHERE],
    policy: [aws(STRANGER.arn)],
    expect: "no boundary",
  },
  { title: "another root", actor: STRANGE_ROOT, policy: [aws(STRANGE_ROOT.arn)], expect: "allow" },
  { title: "another root without a policy", actor: STRANGE_ROOT, expect: "no resource" },
  {
    title: "another root is not meant by its user",
    actor: STRANGE_ROOT,
    policy: [aws(STRANGER.arn)],
    expect: "no resource",
  },
  {
    title: "another account's role",
    actor: STRANGE_SESSION,
    identity: [ALLOW],
    policy: [aws(STRANGE_SESSION.parentArn ?? "")],
    expect: "allow",
  },
  {
    title: "another account's session",
    actor: STRANGE_SESSION,
    identity: [],
    policy: [aws(STRANGE_SESSION.arn)],
    expect: "no identity",
  },
  {
    title: "a session policy holds another's session",
    actor: STRANGE_SESSION,
    identity: [ALLOW],
    session: [ELSEWHERE],
    policy: [aws(STRANGE_SESSION.arn)],
    expect: "no session",
  },
  {
    title: "the caller's SCP holds",
    actor: STRANGER,
    identity: [ALLOW],
    policy: [EVERYONE],
    scps: [[ELSEWHERE]],
    expect: "no scp",
  },
  {
    title: "a Deny of the owner",
    actor: STRANGER,
    identity: [ALLOW],
    policy: [EVERYONE, DENY_ALL],
    expect: "deny resource",
  },
]

export const others: readonly Case[] = [
  {
    title: "a service that is named",
    actor: SNS,
    policy: [to({ Service: SNS.arn })],
    expect: "allow",
  },
  {
    title: "another service is named",
    actor: SNS,
    policy: [to({ Service: "s3.amazonaws.com" })],
    expect: "no resource",
  },
  { title: "a service needs a policy", actor: SNS, expect: "no resource" },
  { title: "everyone is a service too", actor: SNS, policy: [EVERYONE], expect: "allow" },
  {
    title: "a user is no service",
    identity: [],
    policy: [to({ Service: SNS.arn })],
    expect: "no identity",
  },
  {
    title: "a service for its source",
    actor: SNS,
    context: { "aws:SourceArn": "arn:aws:sns:us-east-1:111111111111:t" },
    policy: [
      to(
        { Service: SNS.arn },
        { Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:111111111111:*" } } },
      ),
    ],
    expect: "allow",
  },
  {
    title: "a service for another source",
    actor: SNS,
    context: { "aws:SourceArn": "arn:aws:sns:us-east-1:222222222222:t" },
    policy: [
      to(
        { Service: SNS.arn },
        { Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:111111111111:*" } } },
      ),
    ],
    expect: "no resource",
  },
  { title: "nobody by everyone", actor: ANONYMOUS, policy: [EVERYONE], expect: "allow" },
  { title: "nobody by everyone of AWS", actor: ANONYMOUS, policy: [aws("*")], expect: "allow" },
  { title: "nobody without a policy", actor: ANONYMOUS, expect: "no resource" },
  {
    title: "nobody by an account",
    actor: ANONYMOUS,
    policy: [aws(ACCOUNT)],
    expect: "no resource",
  },
  {
    title: "nobody by a policy with a Deny",
    actor: ANONYMOUS,
    policy: [EVERYONE, DENY_ALL],
    expect: "deny resource",
  },
  {
    title: "nobody is not AWS's principal in a condition on its account",
    actor: ANONYMOUS,
    policy: [to("*", { Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } })],
    expect: "no resource",
  },
]
