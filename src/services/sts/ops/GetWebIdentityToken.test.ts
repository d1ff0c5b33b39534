import {
  CreateOpenIDConnectProviderCommand,
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
  GetOutboundWebIdentityFederationInfoCommand,
  IAMClient,
} from "@aws-sdk/client-iam"
import {
  CreateOrganizationCommand,
  ListRootsCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations"
import {
  GetSessionTokenCommand,
  GetWebIdentityTokenCommand,
  STSClient,
  type GetWebIdentityTokenCommandInput,
} from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { assumeWithToken } from "../testing/open-federation.ts"
import { ACCOUNT, openSts, refusalOf, ROLE } from "../testing/open-sts.ts"

type Input = Partial<GetWebIdentityTokenCommandInput>

const AUDIENCE = "https://api.example.com"
const command = (input: Input = {}) =>
  new GetWebIdentityTokenCommand({ Audience: [AUDIENCE], SigningAlgorithm: "ES384", ...input })
const partOf = (token: string | undefined, at: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token?.split(".")[at] ?? "", "base64url").toString())

async function openOutbound() {
  const sts = await openSts()
  const iam = sts.cloud.client(IAMClient)
  const enabled = await iam.send(new EnableOutboundWebIdentityFederationCommand({}))
  return { ...sts, iam, issuer: enabled.IssuerIdentifier ?? "" }
}

test("a role session gets a token that says who it is", async () => {
  const { assume, as, issuer, cloud } = await openOutbound()
  const keys = await assume({ Tags: [{ Key: "Team", Value: "Blue" }] })
  const answer = await as(keys).send(command({ Tags: [{ Key: "job", Value: "7" }] }))
  const now = Math.floor(cloud.now().getTime() / 1000)
  expect(answer.Expiration?.getTime()).toBe((now + 300) * 1000)
  expect(partOf(answer.WebIdentityToken, 0)).toMatchObject({ alg: "ES384", typ: "JWT" })
  expect(partOf(answer.WebIdentityToken, 1)).toEqual({
    ...{ iss: issuer, aud: AUDIENCE, sub: ROLE, iat: now, exp: now + 300 },
    jti: expect.any(String),
    "https://sts.amazonaws.com/": {
      ...{ aws_account: ACCOUNT, source_region: "us-east-1" },
      original_session_exp: keys.Expiration?.toISOString().replace(".000Z", "Z"),
      principal_tags: { Team: "Blue" },
      request_tags: { job: "7" },
    },
  })
})

test("a token of an account in an organization tells where it stands", async () => {
  const { client, cloud } = await openOutbound()
  const organizations = cloud.client(OrganizationsClient)
  const { Organization } = await organizations.send(new CreateOrganizationCommand({}))
  const { Roots } = await organizations.send(new ListRootsCommand({}))
  const { WebIdentityToken } = await client.send(command())
  expect(partOf(WebIdentityToken, 1)["https://sts.amazonaws.com/"]).toMatchObject({
    org_id: Organization?.Id,
    ou_path: `${Organization?.Id}/${Roots?.[0]?.Id}/`,
  })
})

test("several audiences are a list, and a token lives from a minute to an hour", async () => {
  const { client } = await openOutbound()
  const Audience = ["a", "b"]
  const { WebIdentityToken } = await client.send(
    command({ Audience, DurationSeconds: 3_600, SigningAlgorithm: "RS256" }),
  )
  const { aud, iat, exp } = partOf(WebIdentityToken, 1)
  expect(aud).toEqual(Audience)
  expect(Number(exp) - Number(iat)).toBe(3_600)
  for (const DurationSeconds of [59, 3_601])
    expect(await refusalOf(client.send(command({ DurationSeconds })))).toMatch(
      /^400 ValidationError/,
    )
  expect(await refusalOf(client.send(command({ SigningAlgorithm: "HS256" })))).toMatch(
    /^400 ValidationError: .*RS256, ES384/,
  )
})

test("the feature is off at first, can be turned on once, and off again", async () => {
  const { client, cloud } = await openSts()
  const iam = cloud.client(IAMClient)
  const disabled =
    "403 OutboundWebIdentityFederationDisabledException: Outbound web identity federation is not enabled for this account."
  const info = () => iam.send(new GetOutboundWebIdentityFederationInfoCommand({}))
  const enable = () => iam.send(new EnableOutboundWebIdentityFederationCommand({}))
  const disable = () => iam.send(new DisableOutboundWebIdentityFederationCommand({}))
  expect(await refusalOf(client.send(command()))).toBe(disabled)
  for (const call of [info, disable])
    expect(await refusalOf(call())).toMatch(/^404 FeatureDisabled: /)
  const { IssuerIdentifier } = await enable()
  expect(IssuerIdentifier).toMatch(/^https:\/\/localhost:4566\/_cloudarium\/oidc\/[\da-f-]{36}$/)
  expect(await refusalOf(enable())).toMatch(/^409 FeatureEnabled: /)
  expect(await info()).toMatchObject({ IssuerIdentifier, JwtVendingEnabled: true })
  expect(await refusalOf(client.send(command()))).toBe("no refusal")
  await disable()
  expect(await info()).toMatchObject({ IssuerIdentifier, JwtVendingEnabled: false })
  expect(await refusalOf(client.send(command()))).toBe(disabled)
  const others = cloud.client(STSClient, {
    credentials: { accessKeyId: "210987654321", secretAccessKey: "test" },
  })
  expect(await refusalOf(others.send(command()))).toBe(disabled)
})

test("no token outlives the session that asked for it", async () => {
  const { cloud, assume, as } = await openOutbound()
  const session = as(await assume({ DurationSeconds: 900 }))
  await cloud.advance("700s")
  expect(await refusalOf(session.send(command({ DurationSeconds: 200 })))).toBe("no refusal")
  expect(await refusalOf(session.send(command()))).toMatch(
    /^403 SessionDurationEscalationException: /,
  )
})

test("audience, duration and algorithm are for policies to limit, and tags need a right of theirs", async () => {
  const { cloud, iam } = await openOutbound()
  const { credentials } = await newUser(iam, "alice", {
    ...{ Action: "sts:GetWebIdentityToken", Resource: "*" },
    Condition: {
      "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": AUDIENCE },
      NumericLessThanEquals: { "sts:DurationSeconds": "300" },
      StringEquals: { "sts:SigningAlgorithm": "ES384" },
    },
  })
  const alice = cloud.client(STSClient, { credentials })
  const { WebIdentityToken } = await alice.send(command())
  expect(partOf(WebIdentityToken, 1)["sub"]).toBe(`arn:aws:iam::${ACCOUNT}:user/alice`)
  for (const input of [
    { Audience: ["other"] },
    { DurationSeconds: 301 },
    { SigningAlgorithm: "RS256" },
    { Tags: [{ Key: "a", Value: "b" }] },
  ])
    expect(await refusalOf(alice.send(command(input)))).toMatch(/^403 AccessDenied: /)
})

test("a token does not lead back into AWS", async () => {
  const { client, iam, issuer } = await openOutbound()
  const Audience = ["sts.amazonaws.com"]
  const { WebIdentityToken } = await client.send(command({ Audience }))
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: Audience }))
  expect(await refusalOf(assumeWithToken(client, { WebIdentityToken }))).toBe(
    "400 InvalidIdentityToken: Tokens of GetWebIdentityToken can't be used with AssumeRoleWithWebIdentity.",
  )
})

test("what is too large for a token is refused; so are keys of GetSessionToken", async () => {
  const { client, as } = await openOutbound()
  const Tags = Array.from({ length: 40 }, (_, i) => ({ Key: `k${i}`, Value: "v".repeat(256) }))
  expect(await refusalOf(client.send(command({ Tags })))).toMatch(
    /^400 JWTPayloadSizeExceededException: /,
  )
  const { Credentials } = await client.send(new GetSessionTokenCommand({}))
  expect(await refusalOf(as(Credentials).send(command()))).toBe(
    "403 AccessDenied: Cannot call GetWebIdentityToken with session credentials",
  )
})
