import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam"
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { assumeWithToken, CLIENT_ID, openWebIdentity } from "../testing/open-federation.ts"
import { openCloud } from "../testing/open-cloud.ts"
import { ACCOUNT, refusalOf, ROLE, secondsLeft, whoIs } from "../testing/open-sts.ts"

test("IAM-33 IAM-34 a token gives a role session to a caller without keys", async () => {
  const sts = await openWebIdentity()
  const answer = await sts.withToken({}, { DurationSeconds: 900 })
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: "repo:octo/app",
    Audience: "sts.amazonaws.com",
    Provider: `arn:aws:iam::${ACCOUNT}:oidc-provider/localhost:4566/_cloudarium/oidc/ci`,
    AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/ci` },
  })
  expect(secondsLeft(sts.cloud, answer.Credentials)).toBe(900)
  expect(await whoIs(sts.as(answer.Credentials))).toBe(answer.AssumedRoleUser?.Arn)
})

test("the audience must be a client of the provider's; of several it is the party", async () => {
  const sts = await openWebIdentity()
  const wrong = "400 InvalidIdentityToken: Incorrect token audience"
  expect(await refusalOf(sts.withToken({ aud: "other" }))).toBe(wrong)
  expect(await sts.withToken({ azp: "web" })).toMatchObject({ Audience: CLIENT_ID })
  expect(await sts.withToken({ aud: [CLIENT_ID, "other"] })).toMatchObject({ Audience: CLIENT_ID })
  expect(await refusalOf(sts.withToken({ aud: [CLIENT_ID, "other"], azp: "web" }))).toBe(wrong)
  const several = await sts.withToken({ aud: ["a", "b"], azp: CLIENT_ID })
  expect(several.Audience).toBe(CLIENT_ID)
})

test("an issuer for tests can stand in the place of one outside", async () => {
  const sts = await openWebIdentity()
  const url = "https://token.actions.githubusercontent.com"
  const github = await sts.cloud.oidcIssuer("github", { url })
  expect(github.url).toBe(url)
  const WebIdentityToken = await github.token()
  expect(await refusalOf(assumeWithToken(sts.nobody, { WebIdentityToken }))).toBe(
    `400 InvalidIdentityToken: No OpenIDConnect provider found in your account for ${url}`,
  )
  const provider = { Url: url, ClientIDList: [CLIENT_ID] }
  await sts.iam.send(new CreateOpenIDConnectProviderCommand(provider))
  const { Provider } = await assumeWithToken(sts.nobody, { WebIdentityToken })
  expect(Provider).toBe(`arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`)
})

test("Google needs no provider, and its audience is the party; its keys are out of reach", async () => {
  const sts = await openWebIdentity()
  const url = "https://accounts.google.com"
  const unreachable = await sts.issuer.token({ iss: url })
  expect(await refusalOf(assumeWithToken(sts.nobody, { WebIdentityToken: unreachable }))).toMatch(
    /^400 IDPCommunicationError: .*accounts\.google\.com/,
  )
  const google = await sts.cloud.oidcIssuer("google", { url })
  const WebIdentityToken = await google.token({ aud: "app", azp: "web" })
  expect(await assumeWithToken(sts.nobody, { WebIdentityToken })).toMatchObject({
    Provider: "accounts.google.com",
    Audience: "web",
  })
})

test.each(["RS256", "ES384"] as const)(
  "only the issuer's own signature counts: %s",
  async (alg) => {
    const sts = await openWebIdentity()
    const token = await sts.issuer.token({}, alg)
    expect(await refusalOf(assumeWithToken(sts.nobody, { WebIdentityToken: token }))).toBe(
      "no refusal",
    )
    const other = await sts.cloud.oidcIssuer("other")
    const forged = await other.token({ iss: sts.issuer.url }, alg)
    const [header = "", claims = "", signature = ""] = token.split(".")
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
    const root = part({ ...JSON.parse(Buffer.from(claims, "base64url").toString()), sub: "root" })
    for (const WebIdentityToken of [
      forged,
      `${header}.${root}.${signature}`,
      `${part({ alg: "none" })}.${root}.${signature}`,
      `${part({ alg: "HS256" })}.${root}.${signature}`,
      `${header}.${claims}.${signature.slice(0, -8)}`,
    ])
      expect(await refusalOf(assumeWithToken(sts.nobody, { WebIdentityToken }))).toBe(
        "400 InvalidIdentityToken: The ID Token signature is invalid.",
      )
  },
)

test("IAM-28 a trust policy for everybody lets nobody in without a valid token", async () => {
  const sts = await openWebIdentity()
  const open = { Effect: "Allow", Principal: "*", Action: "sts:*" }
  await sts.iam.send(
    new CreateRoleCommand({
      RoleName: "Open",
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [open] }),
    }),
  )
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/Open`
  expect(await refusalOf(sts.withToken({}, { RoleArn }))).toBe("no refusal")
  expect(await refusalOf(sts.withToken({}, { RoleArn, WebIdentityToken: "a.b.c" }))).toMatch(
    /^400 InvalidIdentityToken: /,
  )
  const unsigned = new AssumeRoleCommand({ RoleArn, RoleSessionName: "anybody" })
  const anonymous = sts.cloud.client(sts.nobody.constructor as typeof IAMClient, {
    signer: { sign: (request: unknown) => Promise.resolve(request) },
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  })
  expect(await refusalOf(anonymous.send(unsigned as never))).toMatch(
    /^403 MissingAuthenticationToken/,
  )
})

test("a token that is over is told with both times", async () => {
  const sts = await openWebIdentity()
  const now = Math.floor(sts.cloud.now().getTime() / 1000)
  expect(await refusalOf(sts.withToken({ exp: now }))).toBe(
    `400 ExpiredTokenException: Token expired: current date/time ${now} must be before the expiration date/time ${now}`,
  )
  const token = await sts.issuer.token()
  await sts.cloud.advance("1h")
  expect(await refusalOf(sts.withToken({}, { WebIdentityToken: token }))).toBe(
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
  const sts = await openWebIdentity()
  expect(await refusalOf(sts.withToken({}, { WebIdentityToken }))).toBe(
    "400 InvalidIdentityToken: The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
  )
})

test("a token has three parts", async () => {
  const sts = await openWebIdentity()
  const token = await sts.issuer.token()
  for (const WebIdentityToken of [token.slice(0, token.lastIndexOf(".")), `${token}.more`])
    expect(await refusalOf(sts.withToken({}, { WebIdentityToken }))).toMatch(
      /^400 InvalidIdentityToken: The ID Token provided is not a valid JWT/,
    )
})

test.each(["iss", "sub", "aud", "exp"])("a token needs %s", async (claim) => {
  const sts = await openWebIdentity()
  expect(await refusalOf(sts.withToken({ [claim]: undefined }))).toMatch(
    /^400 InvalidIdentityToken: /,
  )
})

test.each(["nested", "flat"])(
  "a token can carry a source identity and %s session tags",
  async (form) => {
    const sts = await openWebIdentity()
    const claims = "https://aws.amazon.com"
    const nested = {
      [`${claims}/tags`]: { principal_tags: { Team: ["Blue"] }, transitive_tag_keys: ["Team"] },
    }
    const flat = {
      [`${claims}/tags/principal_tags/Team`]: "Blue",
      [`${claims}/tags/transitive_tag_keys`]: ["Team"],
    }
    const token = { [`${claims}/source_identity`]: "alice", ...(form === "flat" ? flat : nested) }
    const answer = await sts.withToken(token)
    expect(answer.SourceIdentity).toBe("alice")
    expect(answer.PackedPolicySize).toBeGreaterThan(0)
    const Tags = [{ Key: "team", Value: "Red" }]
    const again = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "next", Tags })
    expect(await refusalOf(sts.as(answer.Credentials).send(again))).toMatch(
      /conflicts with a transitive tag key/,
    )
  },
)

test.each([
  [{ "https://aws.amazon.com/source_identity": "aws:alice" }, /^400 InvalidIdentityToken: Source/],
  [{ "https://aws.amazon.com/tags": "Team" }, /^400 InvalidIdentityToken: /],
  [
    { "https://aws.amazon.com/tags": { principal_tags: { Team: ["a", "b"] } } },
    /^400 InvalidIdentityToken: /,
  ],
  [
    { "https://aws.amazon.com/tags/principal_tags/Team": ["a", "b"] },
    /^400 InvalidIdentityToken: /,
  ],
  [
    { "https://aws.amazon.com/tags": { principal_tags: { "Te<am": "a" } } },
    /^400 InvalidParameterValue: /,
  ],
])("claims of AWS are checked: %j", async (claims, refusal) => {
  const sts = await openWebIdentity()
  expect(await refusalOf(sts.withToken(claims))).toMatch(refusal)
})

test("tokens that only their provider can read are out of reach", async () => {
  const sts = await openWebIdentity()
  const asked = sts.withToken({}, { ProviderId: "www.amazon.com" })
  expect(await refusalOf(asked)).toMatch(/^400 IDPCommunicationError: .*www\.amazon\.com/)
})

test("tokens of an issuer that the account does not trust are refused, in every cloud", async () => {
  const sts = await openWebIdentity()
  const stranger = await sts.cloud.oidcIssuer("stranger")
  const WebIdentityToken = await stranger.token()
  const refused = `400 InvalidIdentityToken: No OpenIDConnect provider found in your account for ${stranger.url}`
  expect(await refusalOf(assumeWithToken(sts.nobody, { WebIdentityToken }))).toBe(refused)
  // Nor does the provider of one account help the roles of another.
  const RoleArn = ROLE.replace(ACCOUNT, "210987654321")
  expect(await refusalOf(sts.withToken({}, { RoleArn }))).toMatch(
    /^400 InvalidIdentityToken: No OpenIDConnect provider found/,
  )
  const strict = await openCloud({ strict: true })
  expect(await refusalOf(assumeWithToken(strict.client(), { WebIdentityToken }))).toBe(refused)
})

test("tokens of this cloud's issuers are judged by its clock", async () => {
  const sts = await openWebIdentity({ now: "2031-01-01T00:00:00Z" })
  expect(await refusalOf(sts.withToken())).toBe("no refusal")
  const later = Math.floor(sts.cloud.now().getTime() / 1000) + 301
  expect(await refusalOf(sts.withToken({ nbf: later }))).toBe(
    "400 InvalidIdentityToken: The ID Token is not valid yet.",
  )
  await sts.cloud.advance("30d")
  expect(await refusalOf(sts.withToken())).toBe("no refusal")
})

test("what a provider vouched for is told of the session", async () => {
  const sts = await openWebIdentity()
  const { Credentials } = await sts.withToken()
  const { UserId } = await sts.as(Credentials).send(new GetCallerIdentityCommand({}))
  expect(UserId).toMatch(/^AROA[A-Z2-7]{17}:ci$/)
})
