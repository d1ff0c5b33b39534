import { expect, test } from "vitest"
import { parsePolicy, type PolicyDocument, type PolicyKind } from "../policy/document.ts"
import { internalAccess, type InternalPrincipal, type InternalResource } from "./internal-access.ts"

const HOME = "111111111111"
const OTHER = "222222222222"
const ARN = `arn:aws:iam::${HOME}:user/ann`
const BUCKET = "arn:aws:s3:::data"

const policy = (kind: PolicyKind, ...statements: object[]): PolicyDocument =>
  parsePolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: statements.map((one) => ({ Effect: "Allow", Resource: "*", ...one })),
    }),
    { kind },
  )

const ann = (parts: Partial<InternalPrincipal> = {}): InternalPrincipal => ({
  ...{ arn: ARN, account: HOME, kind: "user", identity: [] },
  facts: new Map([
    ["aws:principalarn", ARN],
    ["aws:principalaccount", HOME],
  ]),
  ...parts,
})
const bucket = (parts: Partial<InternalResource> = {}): InternalResource => ({
  ...{ account: HOME, arns: [BUCKET, `${BUCKET}/*`] },
  actions: new Set(["s3:getobject", "s3:putobject", "s3:listbucket"]),
  ...parts,
})
const READ = { Action: "s3:GetObject", Resource: `${BUCKET}/*` }
const only = (...actions: string[]) => [{ actions, condition: {} }]

test("a user's own policy is enough in its account, as far as it is about the resource", () => {
  const own = (statement: object) => [policy("identity", statement)]
  expect(internalAccess(ann({ identity: own(READ) }), bucket())).toEqual(only("s3:getobject"))
  expect(internalAccess(ann({ identity: own({ Action: "sqs:*" }) }), bucket())).toEqual([])
  const elsewhere = own({ ...READ, Resource: "arn:aws:s3:::other/*" })
  expect(internalAccess(ann({ identity: elsewhere }), bucket())).toEqual([])
  expect(internalAccess(ann(), bucket())).toEqual([])
})

test("a resource's policy gives to whom it names; to an account only what its own policies give", () => {
  const open = (AWS: string) =>
    bucket({ policy: policy("resource", { ...READ, Principal: { AWS } }) })
  expect(internalAccess(ann(), open(ARN))).toEqual(only("s3:getobject"))
  expect(internalAccess(ann(), open(HOME))).toEqual([])
  expect(internalAccess(ann(), open(OTHER))).toEqual([])
})

test("between accounts both sides must agree", () => {
  const identity = [policy("identity", { Action: ["s3:GetObject", "s3:PutObject"] })]
  const open = policy("resource", { ...READ, Principal: { AWS: HOME } })
  const theirs = bucket({ account: OTHER, policy: open })
  expect(internalAccess(ann({ identity }), theirs)).toEqual(only("s3:getobject"))
  expect(internalAccess(ann(), theirs)).toEqual([])
  expect(internalAccess(ann({ identity }), bucket({ account: OTHER }))).toEqual([])
})

test("boundaries, SCPs and RCPs take away what they leave out; a resource may name a user past its boundary", () => {
  const identity = [policy("identity", { Action: "s3:*" })]
  const reading = policy("boundary", { Action: "s3:Get*" })
  expect(internalAccess(ann({ identity, boundary: reading }), bucket())).toEqual(
    only("s3:getobject"),
  )
  const named = bucket({
    policy: policy("resource", { Action: "s3:PutObject", Principal: { AWS: ARN } }),
  })
  expect(internalAccess(ann({ identity, boundary: reading }), named)).toEqual(
    only("s3:getobject", "s3:putobject"),
  )
  const scps = [[policy("scp", { Action: "*" })], [policy("scp", { Action: "s3:List*" })]]
  expect(internalAccess(ann({ identity, scps }), bucket())).toEqual(only("s3:listbucket"))
  const rcps = [[policy("rcp", { Effect: "Deny", Principal: "*", Action: "s3:Put*" })]]
  const all = policy("rcp", { Principal: "*", Action: "*" })
  const held = bucket({ rcps: [[all, ...(rcps[0] ?? [])]] })
  expect(internalAccess(ann({ identity }), held)).toEqual(only("s3:getobject", "s3:listbucket"))
})

test("a Deny counts where it takes the whole resource away from the principal, for certain", () => {
  const denying = (statement: object) =>
    ann({
      identity: [policy("identity", { Action: "s3:GetObject" }, { Effect: "Deny", ...statement })],
    })
  expect(internalAccess(denying({ Action: "s3:*" }), bucket())).toEqual([])
  const part = { Action: "s3:*", Resource: `${BUCKET}/secret/*` }
  expect(internalAccess(denying(part), bucket())).toEqual(only("s3:getobject"))
  const Condition = { Bool: { "aws:SecureTransport": "false" } }
  expect(internalAccess(denying({ Action: "s3:*", Condition }), bucket())).toEqual(
    only("s3:getobject"),
  )
  const others = { StringNotEquals: { "aws:PrincipalAccount": HOME } }
  const notUs = bucket({
    policy: policy("resource", {
      ...{ Effect: "Deny", Principal: "*", Action: "s3:*", Condition: others },
    }),
  })
  expect(internalAccess(denying({ Action: "sqs:*" }), notUs)).toEqual(only("s3:getobject"))
})

test("conditions are told, but for those that are certain", () => {
  const identity = (Condition: object) => [policy("identity", { ...READ, Condition })]
  const look = (Condition: object) =>
    internalAccess(ann({ identity: identity(Condition) }), bucket())
  expect(look({ StringEquals: { "aws:SourceVpc": ["vpc-1"] } })).toEqual([
    { actions: ["s3:getobject"], condition: { "aws:SourceVpc": "vpc-1" } },
  ])
  expect(look({ StringEquals: { "aws:PrincipalAccount": HOME } })).toEqual(only("s3:getobject"))
  expect(look({ ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${HOME}:role/*` } })).toEqual([])
  expect(look({ StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } })).toEqual([
    { actions: ["s3:getobject"], condition: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } },
  ])
})
