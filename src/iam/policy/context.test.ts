import { expect, test } from "vitest"
import { callContext, contextOf, type CallFacts } from "./context.ts"

const NOW = Date.UTC(2026, 2, 1, 12, 0, 0, 999)
const FACTS: CallFacts = {
  now: NOW,
  region: "us-east-1",
  sourceIp: "192.0.2.1",
  secure: false,
  userAgent: "cli",
  calledVia: ["cloudformation.amazonaws.com", "s3.amazonaws.com"],
  resourceAccount: "222222222222",
  requestTags: { Cost: "7" },
  resourceTags: { Team: "blue" },
  principal: {
    arn: "arn:aws:iam::111111111111:role/worker",
    account: "111111111111",
    id: "AROA:run",
    type: "AssumedRole",
    tags: { Team: "red" },
    tokenIssuedAt: NOW - 60_000,
    mfa: { present: true, authenticatedAt: NOW - 90_000 },
    orgPaths: ["o-1/r-1/"],
  },
}

test.each<[string, unknown]>([
  ["aws:CurrentTime", "2026-03-01T12:00:00Z"],
  ["aws:EpochTime", "1772366400"],
  ["aws:RequestedRegion", "us-east-1"],
  ["aws:SourceIp", "192.0.2.1"],
  ["aws:SecureTransport", "false"],
  ["aws:UserAgent", "cli"],
  ["aws:ViaAWSService", "true"],
  ["aws:CalledVia", ["cloudformation.amazonaws.com", "s3.amazonaws.com"]],
  ["aws:CalledViaFirst", "cloudformation.amazonaws.com"],
  ["aws:CalledViaLast", "s3.amazonaws.com"],
  ["aws:PrincipalIsAWSService", "false"],
  ["aws:PrincipalServiceName", undefined],
  ["aws:ResourceAccount", "222222222222"],
  ["aws:TagKeys", ["Cost"]],
  ["aws:RequestTag/cost", "7"],
  ["aws:ResourceTag/TEAM", "blue"],
  ["aws:PrincipalTag/Team", "red"],
  ["aws:PrincipalTag/None", undefined],
  ["aws:PrincipalArn", "arn:aws:iam::111111111111:role/worker"],
  ["aws:PrincipalAccount", "111111111111"],
  ["aws:PrincipalType", "AssumedRole"],
  ["aws:PrincipalOrgPaths", ["o-1/r-1/"]],
  ["aws:userid", "AROA:run"],
  ["aws:username", undefined],
  ["aws:TokenIssueTime", "2026-03-01T11:59:00Z"],
  ["aws:MultiFactorAuthPresent", "true"],
  ["aws:MultiFactorAuthAge", "90"],
  ["aws:SourceArn", undefined],
  ["aws:Unheard", undefined],
  ["constructor", undefined],
])("%s", (name, value) => {
  expect(callContext(() => FACTS).get(name.toLowerCase())).toEqual(value)
})

test("nobody has no principal's keys, a service has its own", () => {
  const nobody = callContext(() => ({ now: NOW }))
  expect(nobody.get("aws:principalarn")).toBeUndefined()
  expect(nobody.get("aws:securetransport")).toBeUndefined()
  const service = callContext(() => ({ now: NOW, principalIsService: "sns.amazonaws.com" }))
  expect(service.get("aws:principalisawsservice")).toBe("true")
  expect(service.get("aws:principalservicenameslist")).toEqual(["sns.amazonaws.com"])
})

test("a service's own keys stand beside the global ones, in any case", () => {
  const context = callContext(() => FACTS, { "S3:Prefix": "home/", "aws:SourceArn": "arn:x" })
  expect(context.get("s3:prefix")).toBe("home/")
  expect(context.get("aws:sourcearn")).toBe("arn:x")
  expect(context.get("aws:sourceip")).toBe("192.0.2.1")
  expect(contextOf({ "A:b": undefined }).get("a:b")).toBeUndefined()
})

test("facts are gathered once, and only when a key is asked for", () => {
  let gathered = 0
  const context = callContext(() => {
    gathered++
    return FACTS
  })
  expect(gathered).toBe(0)
  context.get("aws:sourceip")
  context.get("aws:userid")
  expect(gathered).toBe(1)
})
