import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  STSClient,
  type AssumeRoleWithWebIdentityCommandInput,
} from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { ISSUER, webToken } from "../testing/identity-tokens.ts"
import { openCloud } from "../testing/open-cloud.ts"
import {
  ACCOUNT,
  openSts,
  refusalOf,
  ROLE,
  secondsLeft,
  whoIs,
  type TestSts,
} from "../testing/open-sts.ts"

type Input = Partial<AssumeRoleWithWebIdentityCommandInput>

/** Assumes ROLE unsigned, with a token of these claims. */
function identify({ cloud }: TestSts, claims: Record<string, unknown> = {}, input: Input = {}) {
  // The client has no keys at all: the operation does not ask for any.
  const client = cloud.client(STSClient, {
    credentials: () => Promise.reject(new Error("keys were asked for")),
  })
  const WebIdentityToken = webToken(cloud.now(), claims)
  const request = { RoleArn: ROLE, RoleSessionName: "ci", WebIdentityToken, ...input }
  return client.send(new AssumeRoleWithWebIdentityCommand(request))
}

test("a token gives a role session to a caller without keys", async () => {
  const sts = await openSts()
  const answer = await identify(sts, {}, { DurationSeconds: 900 })
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: "repo:octo/app",
    Audience: "sts.amazonaws.com",
    Provider: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.example.com/ci`,
    AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/ci` },
  })
  expect(secondsLeft(sts.cloud, answer.Credentials)).toBe(900)
  expect(await whoIs(sts.as(answer.Credentials))).toBe(answer.AssumedRoleUser?.Arn)
})

test("providers that AWS knows go by their name, and Google's audience is the party", async () => {
  const sts = await openSts()
  const claims = { iss: "https://accounts.google.com", aud: "app", azp: "web" }
  expect(await identify(sts, claims)).toMatchObject({
    Provider: "accounts.google.com",
    Audience: "web",
  })
  expect(await identify(sts, { azp: "web" })).toMatchObject({ Audience: "sts.amazonaws.com" })
  expect(await identify(sts, { aud: ["one", "two"] })).toMatchObject({ Audience: "one" })
})

test("a token that is over is told with both times", async () => {
  const sts = await openSts()
  const now = Math.floor(sts.cloud.now().getTime() / 1000)
  expect(await refusalOf(identify(sts, { exp: now }))).toBe(
    `400 ExpiredTokenException: Token expired: current date/time ${now} must be before the expiration date/time ${now}`,
  )
  const token = webToken(sts.cloud.now())
  await sts.cloud.advance("1h")
  expect(await refusalOf(identify(sts, {}, { WebIdentityToken: token }))).toBe(
    `400 ExpiredTokenException: Token expired: current date/time ${now + 3_600} must be before the expiration date/time ${now + 3_600}`,
  )
})

test.each([
  "token",
  "a.b.c",
  "e30.e30.e30",
  `${Buffer.from("[1]").toString("base64url")}.e30.e30`,
  `${Buffer.from("{").toString("base64url")}.e30.e30`,
])("%s is no token", async (WebIdentityToken) => {
  const sts = await openSts()
  expect(await refusalOf(identify(sts, {}, { WebIdentityToken }))).toBe(
    "400 InvalidIdentityToken: The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
  )
})

test("a token has three parts", async () => {
  const sts = await openSts()
  const token = webToken(sts.cloud.now())
  for (const WebIdentityToken of [token.slice(0, token.lastIndexOf(".")), `${token}.more`])
    expect(await refusalOf(identify(sts, {}, { WebIdentityToken }))).toMatch(
      /^400 InvalidIdentityToken: The ID Token provided is not a valid JWT/,
    )
})

test.each(["iss", "sub", "aud", "exp"])("a token needs %s", async (claim) => {
  const sts = await openSts()
  expect(await refusalOf(identify(sts, { [claim]: undefined }))).toMatch(
    /^400 InvalidIdentityToken: /,
  )
})

test("a token can carry a source identity and session tags", async () => {
  const sts = await openSts()
  const answer = await identify(sts, {
    "https://aws.amazon.com/source_identity": "alice",
    "https://aws.amazon.com/tags": {
      principal_tags: { Team: ["Blue"] },
      transitive_tag_keys: ["Team"],
    },
  })
  expect(answer.SourceIdentity).toBe("alice")
  expect(answer.PackedPolicySize).toBeGreaterThan(0)
  const Tags = [{ Key: "team", Value: "Red" }]
  const again = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "next", Tags })
  expect(await refusalOf(sts.as(answer.Credentials).send(again))).toMatch(
    /conflicts with a transitive tag key/,
  )
})

test.each([
  [{ "https://aws.amazon.com/source_identity": "aws:alice" }, /^400 InvalidIdentityToken: Source/],
  [{ "https://aws.amazon.com/tags": "Team" }, /^400 InvalidIdentityToken: /],
  [
    { "https://aws.amazon.com/tags": { principal_tags: { Team: ["a", "b"] } } },
    /^400 InvalidIdentityToken: /,
  ],
  [
    { "https://aws.amazon.com/tags": { principal_tags: { "Te<am": "a" } } },
    /^400 InvalidParameterValue: /,
  ],
])("claims of AWS are checked: %j", async (claims, refusal) => {
  const sts = await openSts()
  expect(await refusalOf(identify(sts, claims))).toMatch(refusal)
})

test("tokens that only their provider can read are out of reach", async () => {
  const sts = await openSts()
  const asked = identify(sts, {}, { ProviderId: "www.amazon.com" })
  expect(await refusalOf(asked)).toMatch(/^400 IDPCommunicationError: .*www\.amazon\.com/)
})

test("a strict cloud believes no token, for it has no provider", async () => {
  const { cloud, client } = await openCloud({ strict: true })
  const request = { RoleArn: ROLE, RoleSessionName: "ci" }
  const WebIdentityToken = webToken(new Date(cloud.world.clock.now()))
  const command = new AssumeRoleWithWebIdentityCommand({ ...request, WebIdentityToken })
  expect(await refusalOf(client().send(command))).toBe(
    `400 InvalidIdentityToken: No OpenIDConnect provider found in your account for ${ISSUER}`,
  )
})
