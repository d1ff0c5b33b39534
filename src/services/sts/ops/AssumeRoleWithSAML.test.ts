import { AssumeRoleCommand } from "@aws-sdk/client-sts"
import {
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  UpdateSAMLProviderCommand,
} from "@aws-sdk/client-iam"
import { generateKeyPairSync, hash } from "node:crypto"
import { expect, test } from "vitest"
import { PROVIDER, samlAssertion, samlXml, type Told } from "../testing/identity-tokens.ts"
import { IDP_CERTIFICATE, metadataOf } from "../testing/idp.ts"
import { openCloud } from "../testing/open-cloud.ts"
import { assumeWithSaml, openSaml } from "../testing/open-federation.ts"
import { ACCOUNT, openSts, refusalOf, ROLE, secondsLeft, whoIs } from "../testing/open-sts.ts"
import { encryptedXml, newEncryptionPair } from "../testing/saml-encryption.ts"
import { signedXml } from "../testing/saml-signer.ts"

const encoded = (xml: string) => ({ SAMLAssertion: Buffer.from(xml).toString("base64") })
const INVALID =
  /^400 InvalidIdentityToken: Response signature invalid \(Service: AWSOpenIdDiscoveryService; /

test("IAM-32 IAM-33 an assertion gives a role session to a caller without keys", async () => {
  const sts = await openSaml()
  const answer = await sts.withSaml()
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
  const sts = await openSaml()
  const answer = await sts.withSaml({}, { DurationSeconds: 43_200 })
  expect(secondsLeft(sts.cloud, answer.Credentials)).toBeCloseTo(36_000, -2)
})

test("the provider's SessionDuration shortens a session, and does not extend it", async () => {
  const sts = await openSaml()
  const lasting = async (told: string, DurationSeconds?: number) => {
    const attributes = { SessionDuration: [told] }
    const { Credentials } = await sts.withSaml({ attributes }, { DurationSeconds })
    return secondsLeft(sts.cloud, Credentials)
  }
  expect(await lasting("1800")).toBe(1_800)
  expect(await lasting("7200")).toBe(3_600)
  expect(await lasting("7200", 10_000)).toBe(7_200)
  expect([await lasting("60"), await lasting("soon")]).toEqual([3_600, 3_600])
})

test("the audience may be the address of a provider whose assertions are encrypted", async () => {
  const sts = await openSaml()
  const at = (path: string) => `https://eu-west-1.signin.aws.amazon.com/saml${path}`
  for (const audience of [at(""), at("/acs/SAMLSPABCDEF0123456789")])
    expect(await refusalOf(sts.withSaml({ audience }))).toBe("no refusal")
  expect(await refusalOf(sts.withSaml({ audience: at("/other") }))).toMatch(/required audience/)
})

test("role and provider may stand in either order, among others", async () => {
  const sts = await openSaml()
  const Role = [`${PROVIDER}, arn:aws:iam::${ACCOUNT}:role/Other`, ` ${PROVIDER} , ${ROLE} `]
  expect(await refusalOf(sts.withSaml({ attributes: { Role } }))).toBe("no refusal")
  expect(await refusalOf(sts.withSaml({ attributes: { Role: [Role[0] ?? ""] } }))).toBe(
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
  const sts = await openSaml()
  expect(await refusalOf(sts.withSaml(told))).toBe(`400 ${refusal}`)
})

test("tags and the source identity come from the assertion", async () => {
  const sts = await openSaml()
  const answer = await sts.withSaml({
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
  const sts = await openSaml()
  const answer = await sts.withSaml({ subject: "alice@example.com<!---->.evil.com" })
  expect(answer.Subject).toBe("alice@example.com.evil.com")
})

test("what is no response of SAML is refused", async () => {
  const sts = await openSaml()
  const xml = samlXml(new Date())
  const assertion = /<saml:Assertion[^]*<\/saml:Assertion>/.exec(xml)?.[0] ?? ""
  for (const bad of [
    "<Response/>",
    "no XML",
    "<Assertion/>",
    '<!DOCTYPE x [<!ENTITY y "z">]><Response/>',
    xml.replace(assertion, assertion + assertion.replace('"_2"', '"_3"')),
    xml.replace(assertion, ""),
    signedXml(xml.replace(/<saml:NameID Format[^]*?<\/saml:NameID>/, ""), "_2"),
    signedXml(xml.replace(/IssueInstant="[^"]*"/, 'IssueInstant="yesterday"'), "_2"),
  ])
    expect(await refusalOf(sts.withSaml({}, encoded(bad)))).toMatch(
      /^400 InvalidIdentityToken: Invalid SAML response: /,
    )
  expect(await refusalOf(sts.withSaml({}, { SAMLAssertion: "<Response/>" }))).toMatch(
    /^400 InvalidIdentityToken: Invalid base64 SAMLResponse \(Service: AWSOpenIdDiscoveryService; /,
  )
})

test("the response or its assertion must be signed, and all signatures be right", async () => {
  const sts = await openSaml()
  const xml = samlXml(new Date())
  const refusal = (text: string) => refusalOf(sts.withSaml({}, encoded(text)))
  expect(await refusal(signedXml(xml, "_1"))).toBe("no refusal")
  expect(await refusal(signedXml(signedXml(xml, "_2"), "_1"))).toBe("no refusal")
  expect(await refusal(xml)).toMatch(INVALID)
  const { privateKey: key } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  })
  expect(await refusal(signedXml(xml, "_2", { key }))).toMatch(INVALID)
  expect(await refusal(signedXml(signedXml(xml, "_2", { key }), "_1"))).toMatch(INVALID)
  const signed = signedXml(xml, "_2")
  expect(await refusal(signed.replace("alice@example.com", "mallory@example.com"))).toMatch(INVALID)
})

test("a provider signs for itself: other issuers and replaced certificates do not count", async () => {
  const sts = await openSaml()
  const replace = (SAMLMetadataDocument: string) =>
    sts.iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn: PROVIDER, SAMLMetadataDocument }))
  await replace(metadataOf(IDP_CERTIFICATE, "https://other.example.com"))
  expect(await refusalOf(sts.withSaml())).toMatch(
    /^400 InvalidIdentityToken: Issuer not present in specified provider \(Service: AWSOpenIdDiscoveryService; /,
  )
  await sts.iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn: PROVIDER }))
  expect(await refusalOf(sts.withSaml())).toMatch(/: Specified provider doesn't exist /)
})

test("responses are judged by the time of those who wrote them", async () => {
  const sts = await openSaml({ now: "2031-01-01T00:00:00Z" })
  const answer = await sts.withSaml({}, { DurationSeconds: 43_200 })
  // The provider ends the session in ten hours, by whatever clock.
  expect(secondsLeft(sts.cloud, answer.Credentials)).toBeCloseTo(36_000, -2)
  await sts.cloud.advance("30d")
  expect(await refusalOf(sts.withSaml())).toBe("no refusal")
})

test("the provider must be one of the role's account", async () => {
  const sts = await openSaml()
  const refusal = (PrincipalArn: string) => refusalOf(sts.withSaml({}, { PrincipalArn }))
  expect(await refusal("arn:aws:iam::210987654321:saml-provider/Corp")).toMatch(
    /^400 ValidationError: /,
  )
  expect(await refusal(`arn:aws:iam::${ACCOUNT}:role/Corp`)).toMatch(/^400 ValidationError: /)
})

test("a provider that the account does not have is refused, in every cloud", async () => {
  const SAMLAssertion = samlAssertion(new Date())
  const missing =
    /^400 InvalidIdentityToken: Specified provider doesn't exist \(Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: AuthSamlManifestNotFoundException; Request ID: [\da-f-]+; Proxy: null\)$/
  const open = await openSts()
  expect(await refusalOf(assumeWithSaml(open.client, { SAMLAssertion }))).toMatch(missing)
  const strict = await openCloud({ strict: true })
  expect(await refusalOf(assumeWithSaml(strict.client(), { SAMLAssertion }))).toMatch(missing)
})

test("an encrypted assertion opens a role with the provider's private key, and after its rotation with the new one", async () => {
  const sts = await openSaml()
  const [old, fresh] = [newEncryptionPair(), newEncryptionPair()]
  const assume = ({ publicKey }: { readonly publicKey: string }) => {
    const xml = encryptedXml(signedXml(samlXml(new Date()), "_2"), { publicKey })
    return refusalOf(sts.withSaml({}, encoded(xml)))
  }
  expect(await assume(old)).toMatch(/^400 InvalidIdentityToken: Invalid SAML response: /)
  const change = (more: object) =>
    sts.iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn: PROVIDER, ...more }))
  await change({ AddPrivateKey: old.privateKey, AssertionEncryptionMode: "Allowed" })
  expect(await assume(old)).toBe("no refusal")
  expect(await refusalOf(sts.withSaml())).toBe("no refusal")
  await change({ AddPrivateKey: fresh.privateKey, AssertionEncryptionMode: "Required" })
  expect([await assume(old), await assume(fresh)]).toEqual(["no refusal", "no refusal"])
  expect(await refusalOf(sts.withSaml())).toBe(
    "400 InvalidIdentityToken: Invalid SAML response: the Assertion is not encrypted",
  )
  const provider = new GetSAMLProviderCommand({ SAMLProviderArn: PROVIDER })
  const { PrivateKeyList } = await sts.iam.send(provider)
  await change({ RemovePrivateKey: PrivateKeyList?.[0]?.KeyId })
  expect(await assume(old)).toMatch(/none of the provider's private keys/)
  expect(await assume(fresh)).toBe("no refusal")
})
