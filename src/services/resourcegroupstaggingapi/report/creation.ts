import type { ActionContext } from "../../../kernel/action.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { tagRulesOf } from "../../organizations/port.ts"
import { accountsOf, administered } from "../compliance/administration.ts"
import { onAnything, op, type Out } from "../define.ts"
import { constraint, invalid } from "../errors.ts"
import { REPORT_MS, REPORT_SHOWN_MS } from "../limits.ts"
import { callS3, keyOf, reports, type Report } from "./report.ts"
import { createReport } from "./writing.ts"

export const StartReportCreation = op.action("StartReportCreation", {
  authorize: onAnything,
  async run(ctx, { S3Bucket: bucket }, call): Promise<Out<"StartReportCreation">> {
    const organizationId = await ctx.read((tx) => {
      const organization = administered(tx, call)
      const accounts = accountsOf(tx, organization)
      if (!accounts.some((account) => tagRulesOf(tx, account).length > 0))
        throw constraint("No tag policy is attached in the organization.")
      return organization.id
    })
    const { account, region } = call
    const way = await wayIn(ctx, call, {
      ...{ organizationId, account, region, bucket, startedMs: ctx.now(), status: "RUNNING" },
    })
    await ctx.write((tx) => {
      if (tx.get(reports, [organizationId])?.status === "RUNNING")
        throw op.error("ConcurrentModificationException", "A report is being created already.")
      const report = { ...way, startedMs: tx.now }
      tx.put(reports, report)
      tx.schedule(createReport, { organizationId }, tx.now + REPORT_MS)
    })
    return {}
  },
})

/**
 * The report with those rights that reach the bucket: tag policies' own, or the caller's. "There must
 * be a bucket policy" where the bucket is another account's. Throws InvalidParameterException.
 */
async function wayIn(ctx: ActionContext, call: Call, report: Report): Promise<Report> {
  const input = { Bucket: report.bucket }
  for (const way of [report, { ...report, caller: call.principal }])
    try {
      const own = way.caller ? { ExpectedBucketOwner: call.account } : {}
      await callS3(ctx, way, { operation: "GetBucketAcl", input: { ...input, ...own } })
      return way
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
    }
  // The words are not verified.
  throw invalid(`The bucket cannot be reached: ${report.bucket}`)
}

export const DescribeReportCreation = op.read("DescribeReportCreation", {
  authorize: onAnything,
  run(tx, _input, call): Out<"DescribeReportCreation"> {
    const report = tx.get(reports, [administered(tx, call).id])
    if (!report || tx.now - report.startedMs > REPORT_SHOWN_MS) return { Status: "NO REPORT" }
    const { status: Status, bucket, error } = report
    return {
      Status,
      ...(Status === "SUCCEEDED" && { S3Location: `s3://${bucket}/${keyOf(report)}` }),
      ...(error !== undefined && { ErrorMessage: error }),
    }
  },
})
