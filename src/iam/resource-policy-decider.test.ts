import { expect, test } from "vitest"
import type { ReadTx } from "../kernel/transaction.ts"
import type { AccessRequest } from "./access.ts"
import type { CallerPolicies } from "./decision-basis.ts"
import { createPolicyCache } from "./policy/policy-cache.ts"
import {
  ALLOW,
  compiled,
  DENY,
  ELSEWHERE,
  policyText,
  QUEUE,
  type Said,
} from "./policy/testing/case.ts"
import type { Principal } from "./principal.ts"
import { resourcePolicyDecider } from "./resource-policy-decider.ts"

const OWNER = "111111111111"
const root: Principal = { type: "root", account: OWNER, accessKeyId: OWNER }
const stranger: Principal = { type: "root", account: "222222222222", accessKeyId: "2" }
const sns: Principal = { type: "service", account: OWNER, name: "sns.amazonaws.com" }
const user: Principal = {
  type: "user",
  account: OWNER,
  accessKeyId: "AKIA",
  userName: "ann",
  userId: "AIDAANN",
  path: "/",
}
// The decider asks nothing of it but the time.
const tx = { now: 0 } as ReadTx

function decide(
  principal: Principal,
  asked: Partial<AccessRequest>,
  caller?: CallerPolicies,
): string {
  const decision = resourcePolicyDecider({ callerPolicies: () => caller })(tx, {
    principal,
    request: { action: "sqs:SendMessage", resource: QUEUE, owner: OWNER, ...asked },
    region: "us-east-1",
    sourceIp: "127.0.0.1",
    secure: false,
  })
  return decision.allowed ? "allowed" : decision.reason
}

const NO = "because no resource-based policy allows the sqs:sendmessage action"
const FOR_SNS = policyText([
  {
    ...ALLOW,
    Principal: { Service: "sns.amazonaws.com" },
    Condition: { ArnLike: { "aws:SourceArn": `arn:aws:sns:*:${OWNER}:*` } },
  },
])
const fromTopic = (account: string) => ({
  policy: FOR_SNS,
  context: { "aws:SourceArn": `arn:aws:sns:us-east-1:${account}:t` },
})

test("a service gets in by the resource's policy, for its source", () => {
  expect(decide(sns, {})).toBe(NO)
  expect(decide(sns, { policy: FOR_SNS })).toBe(NO)
  expect(decide(sns, fromTopic("222222222222"))).toBe(NO)
  expect(decide(sns, fromTopic(OWNER))).toBe("allowed")
})

test("a policy that cannot be read lets nobody in, and does not keep the owner out", () => {
  expect(decide(stranger, { policy: "{" })).toBe(NO)
  expect(decide(root, { policy: "{" })).toBe("allowed")
})

test("what is the owner's alone no policy gives away or takes from root", () => {
  const open = policyText([{ ...ALLOW, Principal: "*" }])
  const shut = policyText([{ ...DENY, Principal: "*" }])
  expect(decide(stranger, { policy: open, ownerOnly: true })).toBe(NO)
  expect(decide(root, { policy: shut, ownerOnly: true })).toBe("allowed")
  expect(decide(user, { policy: shut, ownerOnly: true })).toMatch(/^with an explicit deny/)
})

test("a caller's own policies decide where they are known", () => {
  const allowed = (said: Said) => ({ policies: { identity: [compiled("identity", [said])] } })
  expect(decide(user, {})).toBe("allowed")
  expect(decide(user, {}, allowed(ALLOW))).toBe("allowed")
  expect(decide(user, {}, allowed(ELSEWHERE))).toMatch(/^because no identity-based policy allows/)
  const named = policyText([{ ...ALLOW, Principal: { AWS: `arn:aws:iam::${OWNER}:user/ann` } }])
  expect(decide(user, { policy: named }, allowed(ELSEWHERE))).toBe("allowed")
})

test("boundary and session policies limit a caller without identity policies", () => {
  const limit = (kind: "boundary" | "session", said: Said) => ({
    policies: { [kind]: [compiled(kind, [said])] },
  })
  expect(decide(user, {}, limit("boundary", ALLOW))).toBe("allowed")
  expect(decide(user, {}, limit("boundary", ELSEWHERE))).toMatch(/^because no permissions bound/)
  expect(decide(user, {}, limit("session", ELSEWHERE))).toMatch(/^because no session policy/)
})

test("a trust policy must allow, root too", () => {
  const asked = { action: "sts:AssumeRole", resource: `arn:aws:iam::${OWNER}:role/worker` }
  const trusts = (AWS: string) => ({
    ...asked,
    trust: policyText([{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" }]),
  })
  expect(decide(root, trusts(OWNER))).toBe("allowed")
  expect(decide(root, trusts("222222222222"))).toMatch(/^because no role trust policy allows/)
  expect(decide(stranger, trusts("222222222222"))).toBe("allowed")
})

test("a key's policy must allow, root too, and passes on only what it gives to the account", () => {
  const KEY = `arn:aws:kms:us-east-1:${OWNER}:key/1`
  const key = (AWS: string) => ({
    ...{ action: "kms:Encrypt", resource: KEY, policyMustAllow: true },
    policy: policyText([{ Effect: "Allow", Principal: { AWS }, Action: "kms:*", Resource: "*" }]),
  })
  const none = /^because no resource-based policy allows the kms:Encrypt action/
  const mayAll = {
    policies: { identity: [compiled("identity", [{ ...ALLOW, Action: "*", Resource: "*" }])] },
  }
  const mayNothing = { policies: { identity: [] } }
  expect(decide(root, key("222222222222"))).toMatch(none)
  expect(decide(user, key("222222222222"), mayAll)).toMatch(none)
  expect(decide(root, key(OWNER))).toBe("allowed")
  expect(decide(user, key(OWNER), mayAll)).toBe("allowed")
  expect(decide(user, key(OWNER), mayNothing)).toMatch(/^because no identity-based policy allows/)
  expect(decide(user, key(`arn:aws:iam::${OWNER}:user/ann`), mayNothing)).toBe("allowed")
})

test("a grant lets in whom it names, and a Deny stands above it", () => {
  const elsewhere = policyText([{ ...ALLOW, Principal: { AWS: "222222222222" } }])
  const asked = { policyMustAllow: true, policy: elsewhere }
  const to = (grantee: string) => ({ ...asked, grant: { name: "grant 1", grantee } })
  const mayNothing = { policies: { identity: [] } }
  expect(decide(user, asked, mayNothing)).toBe(NO)
  expect(decide(user, to(`arn:aws:iam::${OWNER}:user/ann`), mayNothing)).toBe("allowed")
  expect(decide(user, to(`arn:aws:iam::${OWNER}:user/bob`), mayNothing)).toBe(NO)
  expect(decide(sns, to("sns.amazonaws.com"))).toBe("allowed")
  const shut = policyText([{ ...DENY, Principal: "*" }])
  expect(decide(sns, { ...to("sns.amazonaws.com"), policy: shut })).toMatch(
    /^with an explicit deny/,
  )
})

test("a caller's tags are keys", () => {
  const tagged = { StringEquals: { "aws:PrincipalTag/team": "blue" } }
  const policy = policyText([{ ...DENY, Principal: "*", Condition: tagged }])
  expect(decide(user, { policy })).toBe("allowed")
  expect(decide(user, { policy }, { policies: {}, facts: { tags: { Team: "blue" } } })).toMatch(
    /^with an explicit deny/,
  )
})

test("policies are compiled once, and what was not used lately is forgotten first", () => {
  const cache = createPolicyCache(2)
  const text = (Sid: string) => policyText([{ ...ALLOW, Sid }])
  const get = (Sid: string, name = "p") => cache.compiled("identity", text(Sid), name)
  const a = get("a")
  const b = get("b")
  get("c")
  expect(get("a")).toBe(a)
  get("d")
  expect(get("a")).toBe(a)
  expect(get("b")).not.toBe(b)
  // One text may be two policies, and a resource's policy is no identity's.
  expect(get("a", "q")).not.toBe(a)
  expect(get("a", "q")?.name).toBe("q")
  expect(get("a")).toBe(a)
  expect(cache.compiled("resource", text("a"), "p")).toBeUndefined()
})

test("a text that is many policies is not kept for all of them", () => {
  const cache = createPolicyCache()
  const get = (at: number) => cache.compiled("identity", policyText([ALLOW]), `p${at}`)
  const first = get(0)
  for (let at = 1; at <= 20; at++) get(at)
  expect(get(0)).not.toBe(first)
})
