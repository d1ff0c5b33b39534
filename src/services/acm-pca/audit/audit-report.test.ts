import {
  CreateCertificateAuthorityAuditReportCommand,
  DescribeCertificateAuthorityAuditReportCommand,
  RevokeCertificateCommand,
} from "@aws-sdk/client-acm-pca"
import { GetObjectCommand } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import {
  ACCOUNT,
  activeRoot,
  issue,
  openBucket,
  openPca,
  refusalOf,
  serverRequest,
} from "../testing/open-pca.ts"

test("a report of all certificates is written to the bucket, as JSON and CSV", async () => {
  const { client, cloud } = await openPca({ now: "2026-01-02T03:04:05Z" })
  const CertificateAuthorityArn = await activeRoot(client)
  const made = await issue(client, CertificateAuthorityArn, { Csr: await serverRequest() })
  const CertificateSerial = made.split("/").at(-1) ?? ""
  const RevocationReason = "SUPERSEDED"
  await client.send(
    new RevokeCertificateCommand({ CertificateAuthorityArn, CertificateSerial, RevocationReason }),
  )
  const report = async (AuditReportResponseFormat: "JSON" | "CSV") => {
    const asked = { CertificateAuthorityArn, AuditReportResponseFormat, S3BucketName: "reports" }
    const { AuditReportId = "", S3Key: Key = "" } = await client.send(
      new CreateCertificateAuthorityAuditReportCommand(asked),
    )
    await cloud.settle()
    const told = await client.send(
      new DescribeCertificateAuthorityAuditReportCommand({
        CertificateAuthorityArn,
        AuditReportId,
      }),
    )
    expect(told).toMatchObject({
      AuditReportStatus: "SUCCESS",
      S3BucketName: "reports",
      S3Key: Key,
    })
    const id = CertificateAuthorityArn.split("/").at(-1)
    expect(Key).toBe(
      `audit-report/${id}/${AuditReportId}.${AuditReportResponseFormat.toLowerCase()}`,
    )
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "reports", Key }))
    return (await Body?.transformToString()) ?? ""
  }
  expect(await refusalOf(report("JSON"))).toMatch(/^InvalidArgsException: /)
  const s3 = await openBucket(cloud, "reports")
  const entries = JSON.parse(await report("JSON")) as readonly Record<string, string>[]
  expect(entries).toHaveLength(2)
  expect(entries.find(({ certificateArn }) => certificateArn === made)).toEqual({
    ...{ awsAccountId: ACCOUNT, certificateArn: made, subject: "CN=a.example.com" },
    serial: CertificateSerial.match(/../g)?.join(":"),
    ...{ notBefore: "2026-01-02T02:04:05+0000", notAfter: "2026-02-01T03:04:05+0000" },
    ...{ issuedAt: "2026-01-02T03:04:05+0000", revokedAt: "2026-01-02T03:04:05+0000" },
    revocationReason: "SUPERSEDED",
    templateArn: "arn:aws:acm-pca:::template/EndEntityCertificate/V1",
  })
  const lines = (await report("CSV")).trimEnd().split("\n")
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(/^awsAccountId,requestedByServicePrincipal,certificateArn,serial,/)
  expect(lines.join()).toContain('"C=DE,O=Example,CN=Root"')
})
