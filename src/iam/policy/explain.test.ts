import { expect, test } from "vitest"
import { denialMessage, denialReason } from "./denial.ts"
import type { CompiledPolicy } from "./compile.ts"
import type { PolicyType } from "./decision.ts"
import { evaluate } from "./evaluate.ts"
import { explain } from "./explain.ts"
import { explanationText } from "./explanation-text.ts"
import { remediesOf } from "./remedy.ts"
import { otherAccount, others } from "./testing/decisions/other-callers.ts"
import { limits } from "./testing/decisions/limits.ts"
import { sameAccount } from "./testing/decisions/same-account.ts"
import { trust } from "./testing/decisions/trust.ts"
import {
  ACCOUNT,
  ALLOW,
  DENY,
  ELSEWHERE,
  OTHER,
  QUEUE,
  requestOf,
  USER,
  type Case,
  type Said,
} from "./testing/case.ts"

const request = (one: Partial<Case>) => requestOf({ title: "", expect: "", ...one })
const ACTION = "sqs:SendMessage"
const OTHER_PLACED: Said = { ...ELSEWHERE, Principal: "*" }
const OTHER_ACTION: Said = ELSEWHERE
const PLACED_DENY: Said = { ...DENY, Principal: "*" }

function reason(one: Partial<Case>): string {
  const asked = request(one)
  const decision = evaluate(asked)
  return decision.allowed ? "allowed" : denialReason(decision, asked)
}

test.each<[PolicyType, string, Partial<Case>]>([
  ["identity", "no identity-based policy allows", { identity: [] }],
  ["resource", "no resource-based policy allows", { owner: "3", identity: [ALLOW] }],
  ["boundary", "no permissions boundary allows", { identity: [ALLOW], boundary: [] }],
  ["session", "no session policy allows", { identity: [ALLOW], session: [] }],
  ["scp", "no service control policy allows", { scps: [[]] }],
  ["rcp", "no resource control policy allows", { rcps: [[]] }],
  ["endpoint", "no VPC endpoint policy allows", { endpoint: [OTHER_PLACED] }],
])("a missing Allow: %s", (_type, words, one) =>
  expect(reason(one)).toBe(`because ${words} the sqs:sendmessage action`),
)

test.each<[PolicyType, string, Partial<Case>]>([
  ["identity", "an identity-based policy", { identity: [DENY] }],
  ["resource", "a resource-based policy", { policy: [PLACED_DENY] }],
  ["boundary", "a permissions boundary", { boundary: [DENY] }],
  ["session", "a session policy", { session: [DENY] }],
  ["scp", "a service control policy", { scps: [[DENY]] }],
  ["rcp", "a resource control policy", { rcps: [[DENY]] }],
  ["endpoint", "a VPC endpoint policy", { endpoint: [PLACED_DENY] }],
])("an explicit Deny: %s", (_type, words, one) =>
  expect(reason(one)).toBe(`with an explicit deny in ${words}`),
)

test("IAM calls what a request is about by its name, and by its ARN what is to be made", () => {
  const arn = "arn:aws:iam::111111111111"
  const on = (action: string, resource: string) =>
    denialMessage(USER.arn, { action: `iam:${action}`, resource }, "because x")
      .replace(/.* on resource: /, "")
      .replace(" because x", "")
  expect(on("AttachRolePolicy", `${arn}:role/apps/deploy`)).toBe("role deploy")
  expect(on("CreateAccessKey", `${arn}:user/ann`)).toBe("user ann")
  expect(on("AddUserToGroup", `${arn}:group/staff`)).toBe("group staff")
  expect(on("GetInstanceProfile", `${arn}:instance-profile/web`)).toBe("instance profile web")
  expect(on("CreatePolicy", `${arn}:policy/limits`)).toBe("policy limits")
  expect(on("GetPolicy", `${arn}:policy/limits`)).toBe(`policy ${arn}:policy/limits`)
  for (const action of ["CreateRole", "TagRole", "PassRole"])
    expect(on(action, `${arn}:role/deploy`)).toBe(`${arn}:role/deploy`)
  expect(on("ListRoles", `${arn}:role/`)).toBe(`${arn}:role/`)
  expect(on("ListPolicies", "*")).toBe("policy path /")
  expect(on("GetAccountSummary", "*")).toBe("*")
})

test("who, what, on what, and why", () => {
  expect(denialMessage(USER.arn, { action: ACTION, resource: QUEUE }, "because x")).toBe(
    `User: ${USER.arn} is not authorized to perform: sqs:sendmessage on resource: ${QUEUE} because x`,
  )
  expect(denialMessage(USER.arn, { action: "kms:ListKeys", resource: "*" }, "because x")).toBe(
    `User: ${USER.arn} is not authorized to perform: kms:ListKeys because x`,
  )
  const assume = { action: "sts:AssumeRole", resource: "arn:role" }
  const head = `User: ${USER.arn} is not authorized to perform: sts:AssumeRole on resource: arn:role`
  for (const kind of ["identity-based", "role trust"])
    expect(denialMessage(USER.arn, assume, `because no ${kind} policy allows it`)).toBe(head)
  expect(denialMessage(USER.arn, assume, "with y")).toBe(`${head} with y`)
})

test("a managed policy that denies is named, in the resource's own account", () => {
  const managed = (set: keyof Case, owner = ACCOUNT) => {
    const asked = request({ [set]: set === "scps" ? [[DENY]] : [DENY], owner })
    const named = (policies: readonly CompiledPolicy[] = []) =>
      policies.map((policy) => ({ ...policy, name: "arn:aws:iam::1:policy/No" }))
    const { identity, resource, boundary, scps } = asked.policies
    const policies = {
      ...{ identity: identity && named(identity), boundary: boundary && named(boundary) },
      ...{ resource: resource && named(resource), scps: scps?.map(named) },
    }
    const decision = evaluate({ ...asked, policies })
    return decision.allowed ? "allowed" : denialReason(decision, asked)
  }
  const ending = ": arn:aws:iam::1:policy/No"
  expect(managed("identity")).toBe(`with an explicit deny in an identity-based policy${ending}`)
  expect(managed("boundary")).toBe(`with an explicit deny in a permissions boundary${ending}`)
  expect(managed("identity", OTHER)).toBe("with an explicit deny in an identity-based policy")
  expect(managed("scps", OTHER)).toBe(`with an explicit deny in a service control policy${ending}`)
  expect(reason({ identity: [DENY] })).toBe("with an explicit deny in an identity-based policy")
})

test("the tree shows what matched, what did not, and the value that failed", () => {
  const identity = [
    { ...ELSEWHERE, Sid: "Photos" },
    { ...ALLOW, Resource: `${QUEUE}2` },
    { ...ALLOW, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
    { ...ALLOW, Condition: { Bool: { "aws:SecureTransport": "true" } } },
  ]
  const policy = [{ ...ALLOW, Principal: { AWS: "222222222222" } }]
  const context = { "aws:SourceIp": "192.0.2.1" }
  expect(explanationText(explain(request({ identity, policy, context })))).toBe(
    `DENIED ${ACTION} on ${QUEUE} to ${USER.arn} because no identity-based policy allows the sqs:sendmessage action
  resource-based policy: not allowed here
    resource
      statement 1: Allow does not match: Principal is 222222222222
  identity-based policies: not allowed here
    identity
      Photos: Allow does not match: Action is s3:*
      statement 2: Allow does not match: Resource is ${QUEUE}2
      statement 3: Allow does not match: IpAddress aws:SourceIp ["10.0.0.0/8"], it is "192.0.2.1"
      statement 4: Allow does not match: Bool aws:SecureTransport ["true"], the request has none
To allow it, say in the identity-based policies: {"Effect":"Allow","Action":"${ACTION}","Resource":"${QUEUE}"}`,
  )
})

test("what matches is shown with the pattern and the values that it matched", () => {
  const identity = [
    {
      ...{ Sid: "Own", Effect: "Allow", Action: ["s3:*", "sqs:Send*"] },
      Resource: ["arn:aws:s3:::x", `arn:aws:sqs:*:*:\${aws:username}`],
      Condition: { Bool: { "aws:SecureTransport": "true" } },
    },
    { Effect: "Deny", NotAction: "sqs:*", NotResource: QUEUE },
    { Effect: "Deny", Action: "*", NotResource: "arn:aws:sqs:*" },
  ]
  const context = { "aws:username": "jobs", "aws:SecureTransport": "true" }
  const policy = [{ ...ALLOW, Effect: "Deny", Principal: undefined, NotPrincipal: "*" }]
  expect(explanationText(explain(request({ identity, policy, context })))).toBe(
    `ALLOWED ${ACTION} on ${QUEUE} to ${USER.arn}
  resource-based policy: not allowed here
    resource
      statement 1: Deny does not match: NotPrincipal is *
  identity-based policies: allowed here
    identity
      Own: Allow matches: Action sqs:Send*; Resource arn:aws:sqs:*:*:\${aws:username}; Bool aws:SecureTransport ["true"], it is "true"
      statement 2: Deny does not match: NotAction is sqs:*
      statement 3: Deny does not match: NotResource is arn:aws:sqs:*`,
  )
})

test("long lists are cut short, and an empty set is named", () => {
  const Action = ["a:1", "a:2", "a:3", "a:4", "a:5", "a:6"]
  const text = explanationText(explain(request({ identity: [{ ...ALLOW, Action }], boundary: [] })))
  expect(text).toContain("Action is a:1, a:2, a:3, a:4 and 2 more")
  expect(text).toContain("permissions boundary: none")
})

test("whom nothing limits is told so", () => {
  const asked = { ...request({ policy: [PLACED_DENY] }), unlimited: true }
  expect(explanationText(explain(asked))).toContain("nothing on the caller's own side limits it")
})

test("an explicit Deny is named, for no Allow helps", () => {
  const explained = explain(request({ identity: [ALLOW, { ...DENY, Sid: "Never" }] }))
  expect(explained.remedies).toEqual([
    { kind: "change", type: "identity", policy: "identity", statement: "Never" },
  ])
  expect(explanationText(explained)).toContain("Never: Deny matches")
})

test("all that stands against a request is named, one after another", () => {
  const explained = explain(
    request({
      identity: [DENY, { ...DENY, Sid: "Never" }],
      boundary: [],
      scps: [[ALLOW], [OTHER_ACTION], [ALLOW]],
      owner: "333333333333",
    }),
  )
  expect(explained.remedies.map(({ kind, type }) => `${kind} ${type}`)).toEqual([
    ...["change identity", "change identity", "add scp"],
    ...["add identity", "add boundary", "add resource"],
  ])
  expect(explanationText(explained)).toContain("statement 1 of identity")
})

test("what is allowed has nothing to remedy", () => {
  const explained = explain(request({ identity: [ALLOW], boundary: [ALLOW] }))
  expect(explained.remedies).toEqual([])
  expect(explanationText(explained)).toMatch(/^ALLOWED /)
})

/** Cases in which statements are left out, not ones that deny. */
const lacking = [...limits, ...sameAccount, ...otherAccount, ...others, ...trust].filter((one) =>
  one.expect.startsWith("no "),
)

test.each(lacking)("with the smallest Allow of each kind it is allowed: $title", (one) => {
  const asked = requestOf(one)
  const before = evaluate(asked)
  if (before.allowed) throw new Error("not denied")
  const remedies = remediesOf(asked)
  expect(remedies[0]).toMatchObject({ kind: "add", type: before.type })
  // No kind of policy is asked for twice: each Allow does what it is said to do.
  expect(new Set(remedies.map(({ type }) => type)).size).toBe(remedies.length)
})
