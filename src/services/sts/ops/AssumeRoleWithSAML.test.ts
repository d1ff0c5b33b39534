import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  STSClient,
  type AssumeRoleWithSAMLCommandInput,
} from "@aws-sdk/client-sts"
import { hash } from "node:crypto"
import { expect, test } from "vitest"
import { PROVIDER, samlAssertion, samlXml } from "../testing/identity-tokens.ts"
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

type Told = Parameters<typeof samlAssertion>[1]

function identify(
  { cloud }: TestSts,
  told?: Told,
  input?: Partial<AssumeRoleWithSAMLCommandInput>,
) {
  const client = cloud.client(STSClient, {
    credentials: () => Promise.reject(new Error("keys were asked for")),
  })
  const SAMLAssertion = samlAssertion(cloud.now(), told)
  const request = { RoleArn: ROLE, PrincipalArn: PROVIDER, SAMLAssertion, ...input }
  return client.send(new AssumeRoleWithSAMLCommand(request))
}

const encoded = (xml: string) => ({ SAMLAssertion: Buffer.from(xml).toString("base64") })

test("an assertion gives a role session to a caller without keys", async () => {
  const sts = await openSts()
  const answer = await identify(sts)
  expect(answer).toMatchObject({
    Subject: "alice@example.com",
    SubjectType: "persistent",
    Issuer: "https://idp.example.com",
    Audience: "https://signin.aws.amazon.com/saml",
    NameQualifier: hash("sha1", `https://idp.example.com${ACCOUNT}/Corp`, "base64"),
    AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/alice` },
  })
  expect(secondsLeft(sts.cloud, answer.Credentials)).toBe(3_600)
  expect(await whoIs(sts.as(answer.Credentials))).toBe(answer.AssumedRoleUser?.Arn)
})

test("the provider's SessionNotOnOrAfter ends a session early", async () => {
  const sts = await openSts()
  const answer = await identify(sts, {}, { DurationSeconds: 43_200 })
  expect(secondsLeft(sts.cloud, answer.Credentials)).toBe(36_000)
})

test("role and provider may stand in either order, among others", async () => {
  const sts = await openSts()
  const Role = [`${PROVIDER}, arn:aws:iam::${ACCOUNT}:role/Other`, ` ${PROVIDER} , ${ROLE} `]
  expect(await refusalOf(identify(sts, { attributes: { Role } }))).toBe("no refusal")
  expect(await refusalOf(identify(sts, { attributes: { Role: [Role[0] ?? ""] } }))).toBe(
    "400 InvalidIdentityToken: SAML Assertion doesn't contain the requested Role and Metadata in the attributes",
  )
})

test.each<[Told, string]>([
  [
    { attributes: { RoleSessionName: [] } },
    "InvalidIdentityToken: RoleSessionName is required in AuthnResponse",
  ],
  [
    { attributes: { RoleSessionName: ["a b"] } },
    "InvalidIdentityToken: RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}",
  ],
  [
    { attributes: { SourceIdentity: ["aws:x"] } },
    'InvalidIdentityToken: Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
  ],
  [
    { audience: "urn:other" },
    "InvalidIdentityToken: Response does not contain the required audience.",
  ],
  [
    { recipient: "" },
    "InvalidIdentityToken: Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter",
  ],
  [{ ends: 0 }, "ExpiredTokenException: Response has expired"],
  [{ ends: 0, conditionsEnd: 5 }, "ExpiredTokenException: Response has expired"],
  [{ conditionsEnd: 0 }, "ExpiredTokenException: Response has expired"],
  [{ issued: 1 }, "ExpiredTokenException: Response has expired"],
  [
    { issued: -6, ends: 60 },
    "ExpiredTokenException: Token must be redeemed within 5 minutes of issuance",
  ],
])("%j is refused", async (told, refusal) => {
  const sts = await openSts()
  expect(await refusalOf(identify(sts, told))).toBe(`400 ${refusal}`)
})

test("tags and the source identity come from the assertion", async () => {
  const sts = await openSts()
  const answer = await identify(sts, {
    attributes: {
      SourceIdentity: ["alice"],
      "PrincipalTag:Team": ["Blue"],
      TransitiveTagKeys: ["Team"],
    },
  })
  expect(answer.SourceIdentity).toBe("alice")
  const Tags = [{ Key: "team", Value: "Red" }]
  const again = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "next", Tags })
  expect(await refusalOf(sts.as(answer.Credentials).send(again))).toMatch(
    /conflicts with a transitive tag key/,
  )
})

test("a comment does not cut a subject short", async () => {
  const sts = await openSts()
  const answer = await identify(sts, { subject: "alice@example.com<!---->.evil.com" })
  expect(answer.Subject).toBe("alice@example.com.evil.com")
})

test("what is no response of SAML is refused", async () => {
  const sts = await openSts()
  const xml = samlXml(sts.cloud.now())
  const assertion = /<saml:Assertion[^]*<\/saml:Assertion>/.exec(xml)?.[0] ?? ""
  for (const bad of [
    "<Response/>",
    "no XML",
    "<Assertion/>",
    '<!DOCTYPE x [<!ENTITY y "z">]><Response/>',
    xml.replace(assertion, assertion + assertion),
    xml.replace(/<saml:NameID Format[^]*?<\/saml:NameID>/, ""),
    xml.replace(/IssueInstant="[^"]*"/, 'IssueInstant="yesterday"'),
  ])
    expect(await refusalOf(identify(sts, {}, encoded(bad)))).toMatch(
      /^400 InvalidIdentityToken: Invalid SAML response: /,
    )
  expect(await refusalOf(identify(sts, {}, { SAMLAssertion: "<Response/>" }))).toMatch(
    /^400 InvalidIdentityToken: Invalid base64 SAMLResponse \(Service: AWSOpenIdDiscoveryService; /,
  )
})

test("the provider must be one of the role's account", async () => {
  const sts = await openSts()
  const refusal = (PrincipalArn: string) => refusalOf(identify(sts, {}, { PrincipalArn }))
  expect(await refusal("arn:aws:iam::210987654321:saml-provider/Corp")).toMatch(
    /^400 ValidationError: /,
  )
  expect(await refusal(`arn:aws:iam::${ACCOUNT}:role/Corp`)).toMatch(/^400 ValidationError: /)
})

test("a strict cloud believes no assertion, for it has no provider", async () => {
  const { cloud, client } = await openCloud({ strict: true })
  const SAMLAssertion = samlAssertion(new Date(cloud.world.clock.now()))
  const request = { RoleArn: ROLE, PrincipalArn: PROVIDER, SAMLAssertion }
  expect(await refusalOf(client().send(new AssumeRoleWithSAMLCommand(request)))).toMatch(
    /^400 InvalidIdentityToken: Specified provider doesn't exist \(Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: AuthSamlManifestNotFoundException; Request ID: [\da-f-]+; Proxy: null\)$/,
  )
})
