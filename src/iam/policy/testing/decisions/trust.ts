import {
  ACCOUNT,
  ALLOW,
  PROVIDER,
  QUEUE,
  ROOT,
  SNS,
  STRANGER,
  USER,
  type Case,
  type Said,
} from "../case.ts"

const to = (Principal: unknown, more: Said = {}): Said => ({ ...ALLOW, Principal, ...more })
const aws = (...names: string[]): Said => to({ AWS: names })

const assume = (Principal: unknown, more: Said = {}): Said => ({
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal,
  ...more,
})
const ROLE = {
  action: "sts:AssumeRole",
  resource: "arn:aws:iam::111111111111:role/worker",
  mustAllow: true,
}

export const trust: readonly Case[] = [
  {
    ...ROLE,
    title: "a trust policy that names the user",
    identity: [],
    trust: [assume({ AWS: USER.arn })],
    expect: "allow",
  },
  {
    ...ROLE,
    title: "STS-4 a trust policy that names the account, without an Allow",
    identity: [],
    trust: [assume({ AWS: ROOT.arn })],
    expect: "no identity",
  },
  {
    ...ROLE,
    title: "STS-4 a trust policy that names the account, with an Allow",
    identity: [ALLOW],
    trust: [assume({ AWS: ACCOUNT })],
    expect: "allow",
  },
  {
    ...ROLE,
    title: "STS-4 an Allow without trust",
    identity: [ALLOW],
    trust: [assume({ AWS: STRANGER.arn })],
    expect: "no trust",
  },
  {
    ...ROLE,
    title: "STS-4 another account with both",
    actor: STRANGER,
    identity: [ALLOW],
    trust: [assume({ AWS: STRANGER.arn })],
    expect: "allow",
  },
  {
    ...ROLE,
    title: "STS-4 another account with trust alone",
    actor: STRANGER,
    identity: [],
    trust: [assume({ AWS: STRANGER.arn })],
    expect: "no identity",
  },
  {
    ...ROLE,
    title: "STS-6 an external id that is missing",
    actor: STRANGER,
    identity: [ALLOW],
    trust: [
      assume({ AWS: STRANGER.arn }, { Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
    ],
    expect: "no trust",
  },
  {
    ...ROLE,
    title: "STS-6 an external id",
    actor: STRANGER,
    identity: [ALLOW],
    context: { "sts:ExternalId": "x" },
    trust: [
      assume({ AWS: STRANGER.arn }, { Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
    ],
    expect: "allow",
  },
  {
    ...ROLE,
    title: "a trust policy that denies",
    identity: [ALLOW],
    trust: [assume({ AWS: USER.arn }), assume("*", { Effect: "Deny" })],
    expect: "deny trust",
  },
  {
    ...ROLE,
    title: "a service assumes",
    actor: SNS,
    trust: [assume({ Service: SNS.arn })],
    expect: "allow",
  },
  {
    ...ROLE,
    title: "a web identity",
    action: "sts:AssumeRoleWithWebIdentity",
    actor: PROVIDER,
    trust: [assume({ Federated: PROVIDER.arn }, { Action: "sts:AssumeRoleWithWebIdentity" })],
    expect: "allow",
  },
  {
    ...ROLE,
    title: "a web identity of another provider",
    action: "sts:AssumeRoleWithWebIdentity",
    actor: PROVIDER,
    trust: [
      assume({ Federated: "graph.facebook.com" }, { Action: "sts:AssumeRoleWithWebIdentity" }),
    ],
    expect: "no trust",
  },
  {
    title: "KMS-27 a key policy must allow",
    action: "kms:Decrypt",
    mustAllow: true,
    identity: [ALLOW],
    policy: [aws(STRANGER.arn)],
    expect: "no resource",
  },
  {
    title: "KMS-27 a key policy that passes on to IAM",
    action: "kms:Decrypt",
    mustAllow: true,
    identity: [ALLOW],
    policy: [aws(ROOT.arn)],
    expect: "allow",
  },
  {
    title: "KMS-27 a key policy that passes on, without an Allow",
    action: "kms:Decrypt",
    mustAllow: true,
    identity: [],
    policy: [aws(ROOT.arn)],
    expect: "no identity",
  },
  {
    title: "KMS-27 a key policy holds root",
    action: "kms:Decrypt",
    mustAllow: true,
    actor: ROOT,
    policy: [aws(USER.arn)],
    expect: "no resource",
  },
  {
    title: "KMS-27 a key policy lets root in",
    action: "kms:Decrypt",
    mustAllow: true,
    actor: ROOT,
    policy: [aws(ROOT.arn)],
    expect: "allow",
  },
  {
    title: "a policy that says no resource means its own",
    identity: [],
    policy: [{ Effect: "Allow", Principal: "*", Action: "sqs:*" }],
    resource: QUEUE,
    expect: "allow",
  },
]
