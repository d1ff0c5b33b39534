import { expect, test } from "vitest"
import { parsePolicy, type PolicyDocument } from "../policy/document.ts"
import { grantedAccess, newAccess } from "./compare.ts"

const policy = (...Statement: readonly object[]): PolicyDocument =>
  parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), { kind: "identity" })

const allow = (Action: string | string[], Resource: string | string[] = "*", Condition = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  Condition,
})
const deny = (Action: string | string[], Resource: string | string[] = "*", Condition = {}) => ({
  ...allow(Action, Resource, Condition),
  Effect: "Deny",
})
const JOBS = "arn:aws:sqs:us-east-1:123456789012:jobs"
const JOBS_STAR = `${JOBS}*`
const SOURCE = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } }

test.each<[string, object[], object[], number[]]>([
  ["the same", [allow("sqs:*")], [allow("sqs:*")], []],
  ["fewer actions", [allow("sqs:*")], [allow("sqs:Send*")], []],
  ["more actions", [allow("sqs:Send*")], [allow("sqs:*")], [0]],
  ["actions in other words", [allow(["sqs:SendMessage"])], [allow("sqs:SendMessag?")], []],
  ["fewer resources", [allow("sqs:*", JOBS_STAR)], [allow("sqs:*", JOBS)], []],
  ["more resources", [allow("sqs:*", JOBS)], [allow("sqs:*", JOBS_STAR)], [0]],
  ["another resource", [allow("sqs:*", JOBS)], [allow("sqs:*", `${JOBS}2`)], [0]],
  ["one more condition", [allow("sqs:*")], [allow("sqs:*", "*", SOURCE)], []],
  ["one condition less", [allow("sqs:*", "*", SOURCE)], [allow("sqs:*")], [0]],
  [
    "fewer values of a condition",
    [allow("sqs:*", "*", { StringLike: { "aws:PrincipalTag/t": ["a*", "b"] } })],
    [allow("sqs:*", "*", { StringEquals: { "aws:PrincipalTag/t": ["ax", "b"] } })],
    [],
  ],
  [
    "fewer values that are refused",
    [allow("sqs:*", "*", { StringNotEquals: { "aws:PrincipalTag/t": ["a", "b"] } })],
    [allow("sqs:*", "*", { StringNotEquals: { "aws:PrincipalTag/t": "a" } })],
    [0],
  ],
  [
    "a condition that lets in who has no such key",
    [allow("sqs:*", "*", { StringEquals: { "aws:PrincipalTag/t": "a" } })],
    [allow("sqs:*", "*", { StringEqualsIfExists: { "aws:PrincipalTag/t": "a" } })],
    [0],
  ],
  ["a Deny that is gone", [allow("sqs:*"), deny("sqs:SendMessage")], [allow("sqs:*")], [0]],
  [
    "a Deny that stays",
    [allow("sqs:*"), deny("sqs:SendMessage")],
    [allow("sqs:*"), deny("sqs:Send*")],
    [],
  ],
  [
    "a Deny that holds less often",
    [allow("sqs:*"), deny("sqs:SendMessage")],
    [allow("sqs:*"), deny("sqs:SendMessage", "*", SOURCE)],
    [0],
  ],
  [
    "what is allowed and denied at once",
    [allow("sqs:SendMessage")],
    [allow("sqs:SendMessage"), allow("sqs:DeleteQueue", JOBS), deny("sqs:DeleteQueue", JOBS_STAR)],
    [],
  ],
  [
    "a Deny of something else",
    [allow("sqs:*", JOBS), deny("sqs:*", `${JOBS}2`)],
    [allow("sqs:*", JOBS)],
    [],
  ],
  [
    "everything but",
    [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
    [allow(["sqs:*", "sts:*"])],
    [],
  ],
  [
    "everything but, and that",
    [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
    [allow("sqs:*"), allow("iam:GetUser")],
    [1],
  ],
  [
    "all resources but more",
    [{ Effect: "Allow", Action: "sqs:*", NotResource: JOBS }],
    [{ Effect: "Allow", Action: "sqs:*", NotResource: [JOBS_STAR] }],
    [],
  ],
  [
    "all resources but fewer",
    [{ Effect: "Allow", Action: "sqs:*", NotResource: JOBS_STAR }],
    [{ Effect: "Allow", Action: "sqs:*", NotResource: JOBS }],
    [0],
  ],
  [
    "a variable in both",
    [allow("sqs:*", "arn:aws:sqs:us-east-1:123456789012:${aws:username}")],
    [allow("sqs:*", "arn:aws:sqs:us-east-1:123456789012:${aws:username}")],
    [],
  ],
  [
    "a variable that may become anything",
    [allow("sqs:*", JOBS)],
    [allow("sqs:*", "arn:aws:sqs:us-east-1:123456789012:${aws:username}")],
    [0],
  ],
  ["an action that AWS does not list", [allow("sqs:*")], [allow("none:Act")], [0]],
])("%s: new access in the statements that give it", (_what, before, after, statements) => {
  expect(newAccess(policy(...before), policy(...after))).toEqual(statements)
})

test.each<[string, object[], object, number[]]>([
  ["one action", [allow("sqs:*", JOBS)], { actions: ["sqs:SendMessage"] }, [0]],
  ["another action", [allow("sqs:Send*", JOBS)], { actions: ["sqs:DeleteQueue"] }, []],
  ["actions by wildcard", [allow("sqs:SendMessage")], { actions: ["sqs:S*"] }, [0]],
  ["one resource", [allow("sqs:*", JOBS_STAR)], { resources: [JOBS] }, [0]],
  ["another resource", [allow("sqs:*", JOBS_STAR)], { resources: ["arn:aws:s3:::x"] }, []],
  [
    "what is denied",
    [allow("sqs:*"), deny("sqs:*", JOBS_STAR)],
    { actions: ["sqs:SendMessage"], resources: [JOBS] },
    [],
  ],
  [
    "what is denied sometimes",
    [allow("sqs:*"), deny("sqs:*", JOBS_STAR, SOURCE)],
    { actions: ["sqs:SendMessage"], resources: [JOBS] },
    [0],
  ],
])("%s is granted by the statements that give it", (_what, statements, access, granting) => {
  expect(grantedAccess(policy(...statements), [access])).toEqual(granting)
})
