import { expect, test } from "vitest"
import { parsePolicy } from "../policy/document.ts"
import { externalAccess, publicStatements } from "./external-access.ts"

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"
const zone = { accounts: ["123456789012"] }
const policy = (...statements: readonly object[]) =>
  parsePolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: statements.map((one) => ({
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: QUEUE,
        ...one,
      })),
    }),
    { kind: "resource" },
  )
const anyone = { Principal: "*" }
const access = (principal: object, more: object = {}) => ({
  principal,
  actions: ["sqs:SendMessage"],
  condition: {},
  isPublic: false,
  ...more,
})

test.each<[string, object[], object[]]>([
  ["another account", [{ Principal: { AWS: "210987654321" } }], [access({ AWS: "210987654321" })]],
  [
    "another account's root, once",
    [
      { Principal: { AWS: "arn:aws:iam::210987654321:root" } },
      { Principal: { AWS: "210987654321" }, Action: "sqs:GetQueueUrl" },
    ],
    [access({ AWS: "210987654321" }, { actions: ["sqs:GetQueueUrl", "sqs:SendMessage"] })],
  ],
  [
    "another account's role",
    [{ Principal: { AWS: "arn:aws:iam::210987654321:role/r" } }],
    [access({ AWS: "arn:aws:iam::210987654321:role/r" })],
  ],
  ["its own account", [{ Principal: { AWS: "arn:aws:iam::123456789012:role/r" } }], []],
  ["a service", [{ Principal: { Service: "sns.amazonaws.com" } }], []],
  ["everybody", [anyone], [access({ AWS: "*" }, { isPublic: true })]],
  [
    "a provider",
    [{ Principal: { Federated: "accounts.google.com" } }],
    [access({ Federated: "accounts.google.com" })],
  ],
  [
    "everybody of its own account",
    [{ ...anyone, Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } } }],
    [],
  ],
  [
    "a topic of its own account",
    [{ ...anyone, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:123456789012:*" } } }],
    [],
  ],
  [
    "everybody of an organization",
    [{ ...anyone, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }],
    [access({ AWS: "*" }, { condition: { "aws:PrincipalOrgID": "o-1" } })],
  ],
  [
    "everybody who says who they are, or not",
    [{ ...anyone, Condition: { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } } }],
    [access({ AWS: "*" }, { condition: { "aws:PrincipalOrgID": "o-1" }, isPublic: true })],
  ],
  [
    "all addresses",
    [{ ...anyone, Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } }],
    [access({ AWS: "*" }, { condition: { "aws:SourceIp": "0.0.0.0/0" }, isPublic: true })],
  ],
  ["everybody, denied", [anyone, { ...anyone, Effect: "Deny", Action: "sqs:*" }], []],
  [
    "everybody, within a data perimeter",
    [
      { ...anyone, Action: "sqs:SendMessage" },
      {
        ...anyone,
        ...{ Effect: "Deny", Action: "sqs:*" },
        Condition: {
          StringNotEqualsIfExists: { "aws:PrincipalAccount": "123456789012" },
          BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
        },
      },
    ],
    [],
  ],
  [
    "everybody, where a Deny leaves a gap",
    [
      anyone,
      {
        ...anyone,
        ...{ Effect: "Deny", Action: "sqs:*" },
        Condition: {
          StringNotEqualsIfExists: { "aws:PrincipalAccount": "123456789012" },
          Bool: { "aws:SecureTransport": "false" },
        },
      },
    ],
    [access({ AWS: "*" }, { isPublic: true })],
  ],
  [
    "everybody, where others are denied",
    [
      anyone,
      {
        ...anyone,
        Effect: "Deny",
        Action: "sqs:*",
        Condition: { StringNotEquals: { "aws:PrincipalAccount": "123456789012" } },
      },
    ],
    [],
  ],
])("%s as seen from outside of the zone of trust", (_who, statements, found) => {
  expect(externalAccess(policy(...statements), zone)).toEqual(found)
})

test("a zone of several accounts trusts them, and its organization", () => {
  const wide = { accounts: ["123456789012", "210987654321"], organization: "o-1" }
  const inside = policy(
    { Principal: { AWS: "210987654321" } },
    { ...anyone, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } },
  )
  expect(externalAccess(inside, wide)).toEqual([])
})

test("public are the statements for everybody on no condition that tells callers apart", () => {
  const some = policy(
    { Principal: { AWS: "210987654321" } },
    anyone,
    { ...anyone, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } },
    { ...anyone, Condition: { StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/r" } } },
  )
  expect(publicStatements(some)).toEqual([1, 3])
})

test("public are ranges of addresses that are too broad to be somebody's", () => {
  const from = (range: string | string[]) =>
    publicStatements(policy({ ...anyone, Condition: { IpAddress: { "aws:SourceIp": range } } }))
  for (const range of ["11.0.0.0/7", "::/0", "fd00::/8", "2001:db8::/31"])
    expect([range, from(range)]).toEqual([range, [0]])
  for (const range of ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "2001:db8::1"])
    expect([range, from(range)]).toEqual([range, []])
  expect(from(["192.0.2.0/24", "0.0.0.0/1"])).toEqual([0])
})
