import { ACMPCAClient, CreatePermissionCommand } from "@aws-sdk/client-acm-pca"
import {
  ExportCertificateCommand,
  GetCertificateCommand,
  RenewCertificateCommand,
  RevokeCertificateCommand,
  type ACMClient,
  type CertificateDetail,
} from "@aws-sdk/client-acm"
import { X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { activeRoot } from "../../acm-pca/testing/open-pca.ts"
import {
  describe,
  importOwn,
  issued,
  openAcm,
  prove,
  refusalOf,
  request,
  selfSigned,
  type TestAcm,
} from "../testing/open-acm.ts"

const EXPORT = { Options: { Export: "ENABLED" } } as const
const exportIt = (client: ACMClient, CertificateArn: string) =>
  client.send(new ExportCertificateCommand({ CertificateArn, Passphrase: Buffer.from("secret") }))
const renew = (client: ACMClient, CertificateArn: string) =>
  client.send(new RenewCertificateCommand({ CertificateArn }))

const leftDays = ({ cloud }: TestAcm, { NotAfter }: CertificateDetail): number =>
  Math.round(((NotAfter?.getTime() ?? 0) - cloud.now().getTime()) / 86_400_000)

test("ACM-4 what ACM issued renews by itself while its record stands and it is used; what was imported does not", async () => {
  const acm = await openAcm({ now: Date.now() })
  const { client, cloud } = acm
  const used = await issued(acm, EXPORT)
  const unused = await issued(acm, { DomainName: "b.example.com" })
  const lost = await issued(acm, { ...EXPORT, DomainName: "lost.example.com" })
  for (const one of [used, lost]) await exportIt(client, one)
  const { DomainValidationOptions } = await describe(client, lost)
  await cloud.setDns({ name: DomainValidationOptions?.[0]?.ResourceRecord?.Name ?? "" })
  const imported = await importOwn(client, await selfSigned({ days: 198 }))
  const before = await describe(client, used)
  expect([before.RenewalEligibility, leftDays(acm, before)]).toEqual(["ELIGIBLE", 198])
  await cloud.advance("152d")
  expect((await describe(client, used)).Serial).toBe(before.Serial)
  await cloud.advance("2d")
  const after = await describe(client, used)
  expect(after).toMatchObject({ Status: "ISSUED", RenewalSummary: { RenewalStatus: "SUCCESS" } })
  expect([after.CertificateArn, leftDays(acm, after)]).toEqual([used, 197])
  expect(after.Serial).not.toBe(before.Serial)
  await cloud.advance("50d")
  for (const arn of [unused, imported, lost])
    expect(await describe(client, arn)).toMatchObject({
      ...{ Status: "EXPIRED", RenewalEligibility: "INELIGIBLE" },
    })
})

test("a renewal waits for its record, and fails with the end of the certificate", async () => {
  const acm = await openAcm()
  const { client, cloud } = acm
  const arn = await issued(acm, EXPORT)
  const lost = await issued(acm, { ...EXPORT, DomainName: "lost.example.com" })
  for (const one of [arn, lost]) await exportIt(client, one)
  for (const one of [arn, lost]) {
    const { DomainValidationOptions } = await describe(client, one)
    await cloud.setDns({ name: DomainValidationOptions?.[0]?.ResourceRecord?.Name ?? "" })
  }
  await cloud.advance("154d")
  const waiting = await describe(client, arn)
  expect(waiting.RenewalSummary).toMatchObject({
    RenewalStatus: "PENDING_VALIDATION",
    DomainValidationOptions: [{ ValidationStatus: "PENDING_VALIDATION" }],
  })
  await prove(acm, arn)
  const renewed = await describe(client, arn)
  expect(renewed.RenewalSummary?.RenewalStatus).toBe("SUCCESS")
  expect(renewed.NotBefore?.getTime()).toBeGreaterThan(waiting.NotBefore?.getTime() ?? 0)
  await cloud.advance("45d")
  const gone = await describe(client, lost)
  expect([gone.Status, gone.RenewalSummary?.RenewalStatus]).toEqual(["EXPIRED", "FAILED"])
})

test("renewal by mail waits for approval", async () => {
  const acm = await openAcm()
  const { client, cloud } = acm
  const arn = await request(client, { ...EXPORT, ValidationMethod: "EMAIL" })
  await cloud.approveCertificate(arn)
  await cloud.settle()
  await exportIt(client, arn)
  await cloud.advance("154d")
  const { Serial, RenewalSummary } = await describe(client, arn)
  expect(RenewalSummary?.RenewalStatus).toBe("PENDING_VALIDATION")
  await cloud.approveCertificate(arn)
  await cloud.settle()
  const renewed = await describe(client, arn)
  expect(renewed.RenewalSummary?.RenewalStatus).toBe("SUCCESS")
  expect(renewed.Serial).not.toBe(Serial)
})

test("RenewCertificate renews what was exported, by a new pair of keys", async () => {
  const acm = await openAcm()
  const { client, cloud } = acm
  const arn = await issued(acm, EXPORT)
  const keyOf = async () => {
    const got = await client.send(new GetCertificateCommand({ CertificateArn: arn }))
    return new X509Certificate(got.Certificate ?? "").publicKey.export({
      ...{ type: "spki", format: "pem" },
    })
  }
  const key = await keyOf()
  expect(await refusalOf(renew(client, arn))).toMatch(/^ValidationException: .*not eligible/)
  await exportIt(client, arn)
  await renew(client, arn)
  await cloud.settle()
  expect(await keyOf()).not.toBe(key)
  expect(await refusalOf(renew(client, arn))).toMatch(/not eligible/)
})

test("private ones are renewed by ACM itself, where the authority's owner permits it", async () => {
  const acm = await openAcm()
  const { client, cloud } = acm
  const pca = cloud.client(ACMPCAClient)
  const CertificateAuthorityArn = await activeRoot(pca)
  const arn = await request(client, { CertificateAuthorityArn })
  await exportIt(client, arn)
  const before = await describe(client, arn)
  expect(leftDays(acm, before)).toBe(395)
  await cloud.advance("334d")
  expect((await describe(client, arn)).RenewalSummary).toBeUndefined()
  await cloud.advance("2d")
  expect((await describe(client, arn)).RenewalSummary).toMatchObject({
    ...{ RenewalStatus: "FAILED", RenewalStatusReason: "PCA_ACCESS_DENIED" },
  })
  await pca.send(
    new CreatePermissionCommand({
      ...{ CertificateAuthorityArn, Principal: "acm.amazonaws.com" },
      Actions: ["IssueCertificate", "GetCertificate", "ListPermissions"],
    }),
  )
  await cloud.advance("1d")
  const after = await describe(client, arn)
  expect(after.RenewalSummary?.RenewalStatus).toBe("SUCCESS")
  expect([after.Serial === before.Serial, leftDays(acm, after)]).toEqual([false, 395])
})

test("RevokeCertificate ends a public certificate that was exported", async () => {
  const acm = await openAcm()
  const { client } = acm
  const arn = await issued(acm, EXPORT)
  const revoke = () =>
    client.send(
      new RevokeCertificateCommand({ CertificateArn: arn, RevocationReason: "KEY_COMPROMISE" }),
    )
  expect(await refusalOf(revoke())).toMatch(/^ConflictException: /)
  await exportIt(client, arn)
  await revoke()
  expect(await describe(client, arn)).toMatchObject({
    ...{ Status: "REVOKED", RevocationReason: "KEY_COMPROMISE", RevokedAt: acm.cloud.now() },
  })
  await acm.cloud.advance("200d")
  expect((await describe(client, arn)).Status).toBe("REVOKED")
})
