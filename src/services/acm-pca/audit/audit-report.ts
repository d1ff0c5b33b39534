import { nameText } from "../../../engines/x509/name.ts"
import { readCertificate, serialText } from "../../../engines/x509/certificate.ts"
import { job } from "../../../kernel/later/later.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { onAuthority } from "../access.ts"
import { authorityArn, findAuthority, refOf, type AuthorityRef } from "../authority/authority.ts"
import { assertStatus } from "../authority/state.ts"
import { certificateArn, issued, type Issued } from "../certificate/issued.ts"
import { op, type Out } from "../define.ts"
import { noSuch } from "../errors.ts"
import { ENTRIES_MOST, STRIDE } from "../limits.ts"
import { assertWritable, writeObject } from "../revocation/bucket.ts"
import { reports, type Report } from "./report.ts"

export const CreateCertificateAuthorityAuditReport = op.action(
  "CreateCertificateAuthorityAuditReport",
  {
    authorize: onAuthority,
    async run(ctx, input, call): Promise<Out<"CreateCertificateAuthorityAuditReport">> {
      const { CertificateAuthorityArn: arn, S3BucketName: bucket } = input
      const authority = await ctx.read((tx) => findAuthority(tx, arn, call))
      assertStatus(authority, ["ACTIVE", "DISABLED", "EXPIRED"], "to create an audit report")
      await assertWritable(ctx, authority, { bucket })
      return ctx.write((tx) => {
        const report = tx.random("acm-pca/report").uuid()
        const format = input.AuditReportResponseFormat as Report["format"]
        const key = `audit-report/${authority.id}/${report}.${format.toLowerCase()}`
        const ref = refOf(authority)
        const row = { ...ref, report, bucket, key, format, createdMs: tx.now }
        tx.put(reports, { ...row, status: "CREATING" })
        tx.schedule(writeReport, { ...ref, report }, tx.now)
        return { AuditReportId: report, S3Key: key }
      })
    },
  },
)

export const DescribeCertificateAuthorityAuditReport = op.read(
  "DescribeCertificateAuthorityAuditReport",
  {
    authorize: onAuthority,
    run(tx, input, call): Out<"DescribeCertificateAuthorityAuditReport"> {
      const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
      const found = reportOf(tx, { ...authority, report: input.AuditReportId })
      if (!found)
        throw noSuch(
          `Could not find audit report ${input.AuditReportId} of ${authorityArn(authority)}.`,
        )
      const { status, bucket, key, createdMs } = found
      return {
        ...{ AuditReportStatus: status, S3BucketName: bucket },
        ...{ S3Key: key, CreatedAt: createdMs },
      }
    },
  },
)

type ReportRef = AuthorityRef & Pick<Report, "report">

const reportOf = (tx: ReadTx, { account, region, id, report }: ReportRef): Report | undefined =>
  tx.get(reports, [account, region, id, report])

/** Gathers and writes the report. A crash on the way writes it again. */
export const writeReport = job<ReportRef>("acm-pca/writeReport", {
  async perform(ctx, ref) {
    const found = await ctx.read((tx) => {
      const report = reportOf(tx, ref)
      return report?.status === "CREATING" ? { report, entries: entriesOf(tx, ref) } : undefined
    })
    if (!found) return
    const { report, entries } = found
    const { bucket, key, format } = report
    const text = format === "JSON" ? JSON.stringify(entries, null, 2) : csvOf(entries)
    const contentType = format === "JSON" ? "application/json" : "text/csv"
    const object = { bucket, key, bytes: Buffer.from(text), contentType }
    const status = await writeObject(ctx, ref, object).then(
      () => "SUCCESS" as const,
      (error: unknown) => {
        if (error instanceof AwsError) return "FAILED" as const
        throw error
      },
    )
    await ctx.write((tx) => {
      const row = reportOf(tx, ref)
      if (row) tx.put(reports, { ...row, status })
    })
  },
})

/** ("Use audit reports with your private CA", in the order of its columns.) */
const COLUMNS = [
  ...["awsAccountId", "requestedByServicePrincipal", "certificateArn", "serial", "subject"],
  ...["notBefore", "notAfter", "issuedAt", "revokedAt", "revocationReason", "templateArn"],
] as const
type Entry = Partial<Record<(typeof COLUMNS)[number], string>>

function entriesOf(tx: ReadTx, { account, region, id }: AuthorityRef): readonly Entry[] {
  const found: Entry[] = []
  let after: string | undefined
  while (found.length < ENTRIES_MOST) {
    const page = tx.scan(issued, { prefix: [account, region, id], after, limit: STRIDE })
    found.push(...page.rows.map(entryOf))
    after = page.next
    if (after === undefined) break
  }
  return found
}

/** `2020-02-26T18:39:57+0000` */
const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "+0000")

function entryOf(row: Issued): Entry {
  const { subject, serial } = readCertificate(Buffer.from(row.certificate, "base64"))
  return {
    awsAccountId: row.account,
    ...(row.service !== undefined && { requestedByServicePrincipal: row.service }),
    ...{ certificateArn: certificateArn(row, row.serial), serial: serialText(serial) },
    subject: nameText(subject),
    ...{ notBefore: timeText(row.notBeforeMs), notAfter: timeText(row.notAfterMs) },
    issuedAt: timeText(row.issuedMs),
    ...(row.revoked && {
      ...{ revokedAt: timeText(row.revoked.atMs), revocationReason: row.revoked.reason },
    }),
    templateArn: row.templateArn,
  }
}

/** RFC 4180: quotes around what has commas, quotes or line ends. */
function csvOf(entries: readonly Entry[]): string {
  const cell = (text: string): string =>
    /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  const lines = entries.map((entry) => COLUMNS.map((name) => cell(entry[name] ?? "")).join(","))
  return [COLUMNS.join(","), ...lines].map((line) => `${line}\n`).join("")
}
