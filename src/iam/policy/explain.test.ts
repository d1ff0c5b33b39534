import { expect, test } from "vitest"
import { denialMessage, denialReason } from "./denial.ts"
import type { PolicyType } from "./decision.ts"
import { evaluate } from "./evaluate.ts"
import { explain, explanationText, smallestAllow } from "./explain.ts"
import { otherAccount, others } from "./testing/decisions/other-callers.ts"
import { limits } from "./testing/decisions/limits.ts"
import { sameAccount } from "./testing/decisions/same-account.ts"
import { trust } from "./testing/decisions/trust.ts"
import {
  ALLOW,
  compiled,
  DENY,
  ELSEWHERE,
  QUEUE,
  requestOf,
  USER,
  type Case,
  type Said,
} from "./testing/case.ts"

const request = (one: Partial<Case>) => requestOf({ title: "", expect: "", ...one })
const ACTION = "sqs:SendMessage"
const OTHER: Said = { ...ELSEWHERE, Principal: "*" }
const PLACED_DENY: Said = { ...DENY, Principal: "*" }

function reason(one: Partial<Case>): string {
  const decision = evaluate(request(one))
  return decision.allowed ? "allowed" : denialReason(decision, ACTION)
}

test.each<[PolicyType, string, Partial<Case>]>([
  ["identity", "no identity-based policy allows", { identity: [] }],
  ["resource", "no resource-based policy allows", { owner: "3", identity: [ALLOW] }],
  ["boundary", "no permissions boundary allows", { identity: [ALLOW], boundary: [] }],
  ["session", "no session policy allows", { identity: [ALLOW], session: [] }],
  ["scp", "no service control policy allows", { scps: [[]] }],
  ["rcp", "no resource control policy allows", { rcps: [[]] }],
  ["endpoint", "no VPC endpoint policy allows", { endpoint: [OTHER] }],
])("a missing Allow: %s", (_type, words, one) =>
  expect(reason(one)).toBe(`because ${words} the ${ACTION} action`),
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

test("who, what, on what, and why", () => {
  expect(denialMessage(USER.arn, { action: ACTION, resource: QUEUE }, "because x")).toBe(
    `User: ${USER.arn} is not authorized to perform: ${ACTION} on resource: ${QUEUE} because x`,
  )
  expect(denialMessage(USER.arn, { action: "sqs:ListQueues", resource: "*" }, "because x")).toBe(
    `User: ${USER.arn} is not authorized to perform: sqs:ListQueues because x`,
  )
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
    `DENIED ${ACTION} on ${QUEUE} to ${USER.arn} because no identity-based policy allows the ${ACTION} action
  resource-based policy
    resource
      statement 1: Allow does not match: another principal
  identity-based policies
    identity
      Photos: Allow does not match: another action
      statement 2: Allow does not match: another resource
      statement 3: Allow does not match: IpAddress aws:SourceIp ["10.0.0.0/8"], it is "192.0.2.1"
      statement 4: Allow does not match: Bool aws:SecureTransport ["true"], the request has none
To allow it, say in the identity-based policies: {"Effect":"Allow","Action":"${ACTION}","Resource":"${QUEUE}"}`,
  )
})

test("an explicit Deny is named, for no Allow helps", () => {
  const explained = explain(request({ identity: [ALLOW, { ...DENY, Sid: "Never" }] }))
  expect(explained.remedy).toEqual({
    kind: "change",
    type: "identity",
    policy: "identity",
    statement: "Never",
  })
  expect(explanationText(explained)).toContain("Never: Deny matches")
})

test("what is allowed has nothing to remedy", () => {
  const explained = explain(request({ identity: [ALLOW], boundary: [ALLOW] }))
  expect(explained.remedy).toBeUndefined()
  expect(explanationText(explained)).toMatch(/^ALLOWED /)
})

/** Cases in which statements are left out, not ones that deny. */
const lacking = [...limits, ...sameAccount, ...otherAccount, ...others, ...trust].filter((one) =>
  one.expect.startsWith("no "),
)

test.each(lacking)("the smallest Allow removes what stood against: $title", (one) => {
  const asked = requestOf(one)
  const before = evaluate(asked)
  if (before.allowed) throw new Error("not denied")
  const { type } = before
  const said = smallestAllow(asked, type) as unknown as Said
  const { policies } = asked
  const more = compiled(type, [said])
  const added = (list: readonly (typeof more)[] = []) => [...list, more]
  const after = evaluate({
    ...asked,
    policies: {
      ...policies,
      ...(type === "scp" && { scps: policies.scps?.map(added) }),
      ...(type === "rcp" && { rcps: policies.rcps?.map(added) }),
      ...(type === "trust" && { resource: added(policies.resource) }),
      ...(type !== "scp" &&
        type !== "rcp" &&
        type !== "trust" && { [type]: added(policies[type]) }),
    },
  })
  // Something else may stand against it, which was not looked at before.
  expect(after.allowed ? undefined : after.type).not.toBe(type)
})
