import { ExportCertificateCommand, ListTagsForCertificateCommand } from "@aws-sdk/client-acm"
import { expect, test } from "vitest"
import { DAY_MS, describe, importOwn, openAcm, refusalOf, selfSigned } from "../testing/open-acm.ts"

test("what was imported is told as it is", async () => {
  const { client, cloud } = await openAcm()
  const usages = ["digitalSignature", "nonRepudiation", "keyEncipherment"] as const
  const own = await selfSigned({ kind: "RSA_2048", usages })
  const arn = await importOwn(client, own, { Tags: [{ Key: "a", Value: "1" }] })
  const told = await describe(client, arn)
  expect(told).toMatchObject({
    ...{ Type: "IMPORTED", Status: "ISSUED", DomainName: "own.example.com", Issuer: "Own" },
    ...{ KeyAlgorithm: "RSA-2048", SignatureAlgorithm: "SHA256WITHRSA", Serial: "03:e9" },
    ...{ Subject: "O=Own,CN=own.example.com", ImportedAt: cloud.now(), InUseBy: [] },
    DomainValidationOptions: [{ DomainName: "own.example.com" }, { DomainName: "b.example.com" }],
    SubjectAlternativeNames: ["own.example.com", "b.example.com"],
    KeyUsages: [
      ...[{ Name: "DIGITAL_SIGNATURE" }, { Name: "NON_REPUDIATION" }, { Name: "KEY_ENCIPHERMENT" }],
    ],
    ExtendedKeyUsages: [{ Name: "TLS_WEB_SERVER_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.1" }],
    Options: { CertificateTransparencyLoggingPreference: "DISABLED", Export: "DISABLED" },
    RenewalEligibility: "INELIGIBLE",
  })
  expect("IssuedAt" in told).toBe(false)
  const { Tags } = await client.send(new ListTagsForCertificateCommand({ CertificateArn: arn }))
  expect(Tags).toEqual([{ Key: "a", Value: "1" }])
  const Passphrase = Buffer.from("secret")
  const exported = client.send(new ExportCertificateCommand({ CertificateArn: arn, Passphrase }))
  expect(await refusalOf(exported)).toMatch(/is not a private certificate$/)
})

test("what is wrong with an import is told", async () => {
  const { client } = await openAcm()
  const own = await selfSigned()
  const other = await selfSigned()
  const bad = (more: object) => refusalOf(importOwn(client, own, more))
  const says = (text: string) => `ValidationException: ${text}`
  expect(await bad({ Certificate: Buffer.from("x") })).toBe(
    says("The certificate is not PEM-encoded or is not valid."),
  )
  expect(await bad({ PrivateKey: Buffer.from("x") })).toBe(
    says("The private key is not PEM-encoded or is not valid."),
  )
  expect(await bad({ CertificateChain: Buffer.from("x") })).toBe(
    says("The certificate chain is not PEM-encoded or is not valid."),
  )
  expect(await bad({ PrivateKey: other.privateKey })).toBe(
    says("The provided certificate and private key do not match."),
  )
  expect(await bad({ CertificateChain: other.certificate })).toMatch(/not in order/)
  const start = Date.now()
  const old = await selfSigned({ startMs: start - 40 * DAY_MS })
  expect(await refusalOf(importOwn(client, old))).toBe(
    says("The certificate has expired, is not valid."),
  )
  const early = await selfSigned({ startMs: start + DAY_MS })
  expect(await refusalOf(importOwn(client, early))).toBe(
    says("The certificate is not in effect yet, is not valid."),
  )
})

test("a new import takes the place of the old one, if it can do the same", async () => {
  const { client, cloud } = await openAcm()
  const usages = ["digitalSignature", "keyAgreement"] as const
  const CertificateArn = await importOwn(client, await selfSigned({ usages }))
  const again = async (own: Parameters<typeof selfSigned>[0], more = {}) =>
    refusalOf(importOwn(client, await selfSigned(own), { CertificateArn, ...more }))
  expect(await again({ usages, kind: "RSA_2048" })).toBe(
    "ValidationException: New certificate has a key of RSA_2048 which is different from EC_prime256v1 in the current certificate.",
  )
  expect(await again({})).toBe(
    "ValidationException: New certificate is missing one or more Key Usages supported by the currently imported certificate",
  )
  expect(await again({ usages }, { Tags: [{ Key: "a" }] })).toMatch(/^ValidationException: Tagging/)
  const before = await describe(client, CertificateArn)
  expect(await again({ usages, days: 90 })).toBe("no refusal")
  const after = await describe(client, CertificateArn)
  expect(after.CreatedAt).toEqual(before.CreatedAt)
  expect(after.NotAfter?.getTime()).toBeGreaterThan(before.NotAfter?.getTime() ?? 0)
  await cloud.advance("40d")
  expect((await describe(client, CertificateArn)).Status).toBe("ISSUED")
  await cloud.advance("60d")
  expect((await describe(client, CertificateArn)).Status).toBe("EXPIRED")
  await cloud.setQuota({ service: "acm", quota: "L-D2CB7DE9", value: 1 })
  const more = importOwn(client, await selfSigned({ days: 900 }))
  expect(await refusalOf(more)).toMatch(/^LimitExceededException: /)
})
