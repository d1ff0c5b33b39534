import { expect, test } from "vitest"
import type { ReadTx } from "../kernel/transaction.ts"
import type { AccessRequest } from "./access.ts"
import type { Standing } from "./decision-basis.ts"
import type { PolicyLevels } from "./policy/decision.ts"
import { ALLOW, compiled, DENY, policyText, QUEUE, type Said } from "./policy/testing/case.ts"
import type { Principal } from "./principal.ts"
import { resourcePolicyDecider } from "./resource-policy-decider.ts"

const OWNER = "111111111111"
const GUEST = "222222222222"
const root = (account: string): Principal => ({ type: "root", account, accessKeyId: account })
const session = (roleArn: string): Principal => ({
  type: "assumed-role",
  account: OWNER,
  accessKeyId: "ASIA",
  roleName: "r",
  roleArn,
  roleId: "AROAR",
  sessionName: "s",
  issuedAt: 0,
  chained: false,
})
// The decider asks nothing of it but the time.
const tx = { now: 0 } as ReadTx

const levels = (kind: "scp" | "rcp", ...said: readonly Said[]): PolicyLevels =>
  said.map((one) => [compiled(kind, [one])])

interface Held {
  readonly scps?: PolicyLevels
  /** By account. */
  readonly standings?: Readonly<Record<string, Standing>>
  readonly asked?: Partial<AccessRequest>
  /** The account for which a service asks. */
  readonly source?: string
}

function decide(principal: Principal, { scps, standings, asked, source }: Held): string {
  const decider = resourcePolicyDecider({
    callerPolicies: () => scps && { policies: { scps } },
    standing: (_tx, account) => standings?.[account],
  })
  const decision = decider(tx, {
    principal,
    request: { action: "sqs:SendMessage", resource: QUEUE, owner: OWNER, ...asked },
    region: "us-east-1",
    sourceIp: "127.0.0.1",
    secure: false,
    source: source === undefined ? undefined : { account: source },
  })
  return decision.allowed ? "allowed" : decision.reason
}

const EVERYBODY = { Principal: "*" }
const inside = (account: string, more: Partial<Standing> = {}): Required<Held>["standings"] => ({
  [account]: { orgId: "o-1", orgPath: "o-1/r-1/", ...more },
})

test("SCP-5 a service-linked role is not held by SCPs", () => {
  const scps = levels("scp", ALLOW, DENY)
  const linked = `arn:aws:iam::${OWNER}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`
  expect(decide(session(linked), { scps })).toBe("allowed")
  expect(decide(session(`arn:aws:iam::${OWNER}:role/worker`), { scps })).toMatch(
    /^with an explicit deny in a service control policy/,
  )
})

test("SCPs hold a root whom nothing else limits, at every level", () => {
  expect(decide(root(OWNER), { scps: levels("scp", ALLOW, ALLOW) })).toBe("allowed")
  const elsewhere = { ...ALLOW, Action: "ec2:*" }
  expect(decide(root(OWNER), { scps: levels("scp", ALLOW, elsewhere) })).toMatch(
    /^because no service control policy allows the sqs:sendmessage action/i,
  )
})

test("RCPs hold whoever asks: the owner's root, strangers and services", () => {
  const rcps = levels("rcp", { ...ALLOW, ...EVERYBODY }, { ...DENY, ...EVERYBODY })
  const standings = inside(OWNER, { rcps })
  const policy = policyText([{ ...ALLOW, ...EVERYBODY }])
  const denied = /^with an explicit deny in a resource control policy/
  const sns: Principal = { type: "service", account: OWNER, name: "sns.amazonaws.com" }
  for (const principal of [root(OWNER), root(GUEST), sns])
    expect(decide(principal, { standings, asked: { policy } })).toMatch(denied)
})

test("RCPs speak of resources of some services only, and of no service-linked role", () => {
  const standings = inside(OWNER, { rcps: levels("rcp", { ...DENY, ...EVERYBODY }) })
  const free: Partial<AccessRequest>[] = [
    { action: "sqs:ListQueues", resource: "*" },
    { action: "iam:GetUser", resource: `arn:aws:iam::${OWNER}:user/ann` },
    { action: "kms:RetireGrant", resource: `arn:aws:kms:us-east-1:${OWNER}:key/k` },
    {
      action: "sts:AssumeRole",
      resource: `arn:aws:iam::${OWNER}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`,
    },
  ]
  for (const asked of free) expect(decide(root(OWNER), { standings, asked })).toBe("allowed")
})

test("condition keys tell the organizations of caller and resource", () => {
  const said = (key: string, value: string) => ({
    policy: policyText([{ ...ALLOW, ...EVERYBODY, Condition: { StringEquals: { [key]: value } } }]),
  })
  const standings = { ...inside(OWNER), ...inside(GUEST, { orgPath: "o-1/r-1/ou-1/" }) }
  const ask = (key: string, value: string) =>
    decide(root(GUEST), { standings, asked: said(key, value) })
  expect(ask("aws:PrincipalOrgID", "o-1")).toBe("allowed")
  expect(ask("aws:PrincipalOrgID", "o-2")).not.toBe("allowed")
  expect(ask("aws:PrincipalOrgPaths", "o-1/r-1/ou-1/")).toBe("allowed")
  expect(ask("aws:ResourceOrgID", "o-1")).toBe("allowed")
  expect(ask("aws:ResourceOrgPaths", "o-1/r-1/")).toBe("allowed")
  const alone = { standings: inside(OWNER), asked: said("aws:PrincipalOrgID", "o-1") }
  expect(decide(root(GUEST), alone)).not.toBe("allowed")
})

test("condition keys tell the organization of the account for which a service calls", () => {
  const said = (Condition: object) => ({
    policy: policyText([{ ...ALLOW, ...EVERYBODY, Condition }]),
  })
  const sns: Principal = { type: "service", account: OWNER, name: "sns.amazonaws.com" }
  const standings = inside(GUEST, { orgPath: "o-1/r-1/ou-1/" })
  const ask = (Condition: object, source?: string, principal: Principal = sns) =>
    decide(principal, { standings, asked: said(Condition), ...(source && { source }) })
  const ours = { StringEquals: { "aws:SourceOrgID": "o-1" } }
  expect(ask(ours, GUEST)).toBe("allowed")
  expect(ask({ StringEquals: { "aws:SourceOrgID": "o-2" } }, GUEST)).not.toBe("allowed")
  expect(ask({ "ForAnyValue:StringLike": { "aws:SourceOrgPaths": "o-1/*" } }, GUEST)).toBe(
    "allowed",
  )
  // No organization, no source, no service: the key is not there.
  expect(ask(ours, OWNER)).not.toBe("allowed")
  expect(ask(ours)).not.toBe("allowed")
  expect(ask(ours, GUEST, root(GUEST))).not.toBe("allowed")
})
