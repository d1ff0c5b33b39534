import type { Authorize } from "../../../registry/operation.ts"
import {
  AssumeRoleCommand,
  GetSessionTokenCommand,
  type AssumeRoleCommandInput,
} from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { accountInId } from "../../../iam/access-key-id.ts"
import { callBy, ROOT } from "../testing/call.ts"
import { openCloud } from "../testing/open-cloud.ts"
import {
  ACCOUNT,
  ALLOW_ALL,
  openSts,
  refusalOf,
  ROLE,
  secondsLeft,
  whoIs,
} from "../testing/open-sts.ts"
import { AssumeRole } from "./AssumeRole.ts"

const assumeInput = { RoleArn: ROLE, RoleSessionName: "work" }

test("STS-1 a role gives an access key id, a secret, a session token and an expiry", async () => {
  const { client, cloud } = await openSts()
  const answer = await client.send(new AssumeRoleCommand(assumeInput))
  expect(answer.Credentials).toEqual({
    AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
    SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
    SessionToken: expect.stringMatching(/^FwoGZXIvYXdz[A-Za-z0-9+/=]{300,}$/),
    Expiration: expect.any(Date),
  })
  expect(secondsLeft(cloud, answer.Credentials)).toBe(3_600)
  expect(accountInId(answer.Credentials?.AccessKeyId ?? "")).toBe(ACCOUNT)
  expect(answer.AssumedRoleUser).toEqual({
    AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:work$/),
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/work`,
  })
  // Recorded: neither is there when nothing was passed.
  expect(answer).not.toHaveProperty("PackedPolicySize")
  expect(answer).not.toHaveProperty("SourceIdentity")
})

test("STS-1 two sessions of a role have keys of their own and the role's id in common", async () => {
  const { client } = await openSts()
  const first = await client.send(new AssumeRoleCommand(assumeInput))
  const second = await client.send(new AssumeRoleCommand(assumeInput))
  expect(second.Credentials?.AccessKeyId).not.toBe(first.Credentials?.AccessKeyId)
  expect(second.Credentials?.SessionToken).not.toBe(first.Credentials?.SessionToken)
  expect(second.AssumedRoleUser).toEqual(first.AssumedRoleUser)
})

test("a role's path is no part of the session's name", async () => {
  const { client } = await openSts()
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/team/blue/Reader`
  const answer = await client.send(new AssumeRoleCommand({ ...assumeInput, RoleArn }))
  expect(answer.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/Reader/work`)
})

test("a role of another account acts in its account", async () => {
  const { assume, as } = await openSts()
  const keys = await assume({ RoleArn: "arn:aws:iam::210987654321:role/Reader" })
  expect(accountInId(keys.AccessKeyId ?? "")).toBe("210987654321")
  expect(await whoIs(as(keys))).toBe("arn:aws:sts::210987654321:assumed-role/Reader/work")
})

test("STS-5 sessions last an hour by default, and from 15 minutes to 12 hours", async () => {
  const { cloud, assume } = await openSts()
  for (const DurationSeconds of [900, 43_200])
    expect(secondsLeft(cloud, await assume({ DurationSeconds }))).toBe(DurationSeconds)
  expect(await refusalOf(assume({ DurationSeconds: 899 }))).toBe(
    "400 ValidationError: 1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
  )
  expect(await refusalOf(assume({ DurationSeconds: 43_201 }))).toBe(
    "400 ValidationError: 1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
  )
})

test("STS-5 role chaining is limited to one hour", async () => {
  const { cloud, client, assume, as } = await openSts()
  const first = as(await assume({ DurationSeconds: 43_200 }))
  expect(secondsLeft(cloud, await assume({ DurationSeconds: 3_600 }, first))).toBe(3_600)
  expect(secondsLeft(cloud, await assume({}, first))).toBe(3_600)
  const tooLong =
    "400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
  expect(await refusalOf(assume({ DurationSeconds: 3_601 }, first))).toBe(tooLong)
  const { Credentials: own } = await client.send(new GetSessionTokenCommand({}))
  expect(await refusalOf(assume({ DurationSeconds: 3_601 }, as(own)))).toBe(tooLong)
})

test.each([
  ["nothing-valid-in-here", "nothing-valid-in-here is invalid"],
  ["arn::b:::something/test-role", "arn::b:::something/test-role is invalid"],
  ["arn:a::::something/test-role", "arn:a::::something/test-role is invalid"],
  ["arn:a:::something/test-role", "arn:a:::something/test-role is invalid"],
  ["arn:a:a::aaaaaaaaaa:", "arn:a:a::aaaaaaaaaa: is invalid"],
  [`arn:aws:iam::${ACCOUNT}:user/Reader`, "Request ARN is invalid"],
  [`arn:aws:sts::${ACCOUNT}:role/Reader`, "Request ARN is invalid"],
  [`arn:aws-cn:iam::${ACCOUNT}:role/Reader`, "Request ARN is invalid"],
  ["arn:aws:iam::12345:role/Reader", "Request ARN is invalid"],
  ["arn:aws:iam::aws:role/Reader", "Request ARN is invalid"],
  [`arn:aws:iam::${ACCOUNT}:role/a path/Reader`, "Request ARN is invalid"],
])("%s is no role", async (RoleArn, message) => {
  const { assume } = await openSts()
  expect(await refusalOf(assume({ RoleArn }))).toBe(`400 ValidationError: ${message}`)
})

test("session names are checked before the role", async () => {
  const { assume } = await openSts()
  const RoleArn = "arn:a:b:::something/test-role"
  expect(await refusalOf(assume({ RoleArn, RoleSessionName: "Session1:2" }))).toBe(
    "400 ValidationError: 1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
  )
})

test("session policies are packed, and told in percent", async () => {
  const { client } = await openSts()
  const PolicyArns = [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }]
  const { PackedPolicySize } = await client.send(
    new AssumeRoleCommand({ ...assumeInput, Policy: ALLOW_ALL, PolicyArns }),
  )
  expect(PackedPolicySize).toBeGreaterThan(0)
  expect(PackedPolicySize).toBeLessThan(20)
})

test("a session policy must be a policy", async () => {
  const { assume } = await openSts()
  expect(await refusalOf(assume({ Policy: "none" }))).toBe(
    "400 MalformedPolicyDocument: Syntax errors in policy.",
  )
  expect(await refusalOf(assume({ PolicyArns: [{ arn: "arn:aws:iam::aws:role/No" }] }))).toBe(
    "400 ValidationError: arn:aws:iam::aws:role/No is invalid",
  )
})

test("tag keys are told apart without their case", async () => {
  const { assume } = await openSts()
  const Tags = [{ Key: "SessionTag1", Value: "SessionValue1" }]
  expect(await refusalOf(assume({ Tags, TransitiveTagKeys: ["InvalidKey"] }))).toBe(
    "400 InvalidParameterValue: The specified transitive tag key must be included in the requested tags.",
  )
  expect(await refusalOf(assume({ Tags, TransitiveTagKeys: ["sessiontag1"] }))).toBe("no refusal")
  const both = [...Tags, { Key: "sessiontag1", Value: "SessionValue2" }]
  expect(await refusalOf(assume({ Tags: both }))).toBe(
    "400 InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  )
})

test("tag keys of AWS are not for others", async () => {
  const { assume } = await openSts()
  expect(await refusalOf(assume({ Tags: [{ Key: "AWS:team", Value: "x" }] }))).toMatch(
    /^400 InvalidParameterValue: /,
  )
})

test("tags and the source identity are actions of their own to the caller's policies", async () => {
  const { cloud } = await openCloud()
  const actions = (input: Partial<AssumeRoleCommandInput>): Promise<unknown> =>
    cloud.world.read((tx) =>
      (AssumeRole.authorize as Authorize<unknown>)(
        tx,
        { ...assumeInput, ...input },
        callBy(ROOT, "AssumeRole"),
      ),
    )
  const asked = (action: string) =>
    expect.objectContaining({ action, resource: ROLE, owner: ACCOUNT })
  expect(await actions({})).toEqual([asked("sts:AssumeRole")])
  const Tags = [{ Key: "Team", Value: "Blue" }]
  expect(await actions({ Tags, SourceIdentity: "alice" })).toEqual([
    asked("sts:AssumeRole"),
    asked("sts:TagSession"),
    asked("sts:SetSourceIdentity"),
  ])
})

test("a chained session cannot override transitive tags", async () => {
  const { assume, as } = await openSts()
  const first = as(
    await assume({
      Tags: [{ Key: "SessionTag1", Value: "SessionValue1" }],
      TransitiveTagKeys: ["SessionTag1"],
    }),
  )
  const conflict =
    "400 InvalidParameterValue: One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."
  for (const Key of ["SessionTag1", "sessiontag1"])
    expect(await refusalOf(assume({ Tags: [{ Key, Value: "SessionValue2" }] }, first))).toBe(
      conflict,
    )
  // The transitive tag goes on to the session after the next.
  const second = as(await assume({ Tags: [{ Key: "Other", Value: "x" }] }, first))
  const again = { Tags: [{ Key: "SESSIONTAG1", Value: "y" }] }
  expect(await refusalOf(assume(again, second))).toBe(conflict)
  expect(await refusalOf(assume({ Tags: [{ Key: "Other", Value: "y" }] }, second))).toBe(
    "no refusal",
  )
})

test("a source identity stays through all sessions that follow", async () => {
  const { client, assume, as } = await openSts()
  const command = new AssumeRoleCommand({ ...assumeInput, SourceIdentity: "alice" })
  const answer = await client.send(command)
  expect(answer.SourceIdentity).toBe("alice")
  const first = as(answer.Credentials)
  const second = await first.send(new AssumeRoleCommand(assumeInput))
  expect(second.SourceIdentity).toBe("alice")
  expect(await refusalOf(assume({ SourceIdentity: "bob" }, as(second.Credentials)))).toMatch(
    /^403 AccessDenied: /,
  )
  expect(await refusalOf(assume({ SourceIdentity: "alice" }, first))).toBe("no refusal")
  expect(await refusalOf(assume({ SourceIdentity: "aws:alice" }))).toMatch(/^400 ValidationError: /)
})

test("there are no MFA devices", async () => {
  const { assume } = await openSts()
  const SerialNumber = `arn:aws:iam::${ACCOUNT}:mfa/alice`
  expect(await refusalOf(assume({ SerialNumber }))).toBe(
    "403 AccessDenied: MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
  )
  expect(await refusalOf(assume({ SerialNumber, TokenCode: "123456" }))).toBe(
    "403 AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
  )
})

test("what Identity Center asserts is not known", async () => {
  const { assume } = await openSts()
  const ProvidedContexts = [
    { ProviderArn: "arn:aws:iam::aws:contextProvider/IdentityCenter", ContextAssertion: "abcd" },
  ]
  expect(await refusalOf(assume({ ProvidedContexts }))).toMatch(/^501 NotImplemented: /)
})

test("an external id is taken", async () => {
  const { assume } = await openSts()
  expect(await refusalOf(assume({ ExternalId: "partner:1" }))).toBe("no refusal")
  expect(await refusalOf(assume({ ExternalId: "x" }))).toMatch(/^400 ValidationError: .*externalId/)
})
