import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import { arnType } from "../../../registry/arn-type.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { operations } from "../../../registry/operation.ts"
import { accountsOf, administered, TAG_POLICIES } from "../compliance/administration.ts"
import { audit, regionCodes, type Audited } from "../compliance/audit.ts"
import { REPORT_CHARACTERS } from "../limits.ts"
import { callS3, keyOf, reports, type Report } from "./report.ts"

interface OfOrganization {
  readonly organizationId: string
}

/** Begins anew after a crash: the same report goes to the same place. */
export const createReport = job<OfOrganization>("resourcegroupstaggingapi/createReport", {
  async perform(ctx, { organizationId }) {
    const report = await ctx.read((tx) => tx.get(reports, [organizationId]))
    if (report?.status !== "RUNNING") return
    await ctx.call({
      ...{ service: "resourcegroupstaggingapi", operation: "WriteReport", as: TAG_POLICIES },
      ...{ input: { organizationId }, account: report.account, region: report.region },
    })
  },
})

const inner = operations<{
  WriteReport: { input: OfOrganization; output: object; errors: string }
}>()

/** Writes the report that is RUNNING, and says how that went: an operation that no API has. */
export const WriteReport = inner.action("WriteReport", {
  authorize: unchecked("the job of StartReportCreation, which has asked"),
  async run(ctx, { organizationId }, call): Promise<object> {
    const report = await ctx.read((tx) => tx.get(reports, [organizationId]))
    if (report?.status !== "RUNNING") return {}
    const ended = await ending(ctx, call, report)
    await ctx.write((tx) => tx.put(reports, { ...report, ...ended }))
    return {}
  },
})

async function ending(
  ctx: ActionContext,
  call: Call,
  report: Report,
): Promise<Pick<Report, "status" | "error">> {
  try {
    const body = Buffer.from(await textOf(ctx, call))
    const input = {
      ...{ Bucket: report.bucket, Key: keyOf(report), ContentType: "text/csv" },
      ...{ Body: new WholeBody(body), ContentLength: body.length },
      ...(!report.caller && { ACL: "bucket-owner-full-control" }),
    }
    await callS3(ctx, report, { operation: "PutObject", input })
    return { status: "SUCCEEDED" }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { status: "FAILED", error: error.message }
  }
}

/** The columns are not verified. */
const HEAD = [
  ...["AccountId", "Region", "ResourceType", "ResourceARN", "ComplianceStatus"],
  ...["NoncompliantKeys", "KeysWithNoncompliantValues", "MissingTagKeys"],
]

/** "All tagged resources … and whether each is compliant". Throws where there are too many. */
async function textOf(ctx: ActionContext, call: Call): Promise<string> {
  const accounts = await ctx.read((tx) => accountsOf(tx, administered(tx, call)))
  const scope = { all: await call.resources(), accounts, regions: regionCodes(call.partition) }
  const lines = [HEAD.join(",")]
  let length = 0
  await audit(ctx, scope, (audited) => {
    const line = lineOf(audited)
    length += line.length
    if (length > REPORT_CHARACTERS)
      throw new AwsError("ReportTooLarge", "The report has too many resources.")
    lines.push(line)
  })
  return `${lines.join("\n")}\n`
}

function lineOf({ owner, arn, details }: Audited): string {
  const { service, type } = arnType(arn)
  const cells = [
    ...[owner.account, owner.region, `${service}:${type}`, arn],
    details.ComplianceStatus ? "COMPLIANT" : "NON_COMPLIANT",
    ...[details.NoncompliantKeys, details.KeysWithNoncompliantValues, details.MissingTagKeys].map(
      (keys) => keys?.join(";") ?? "",
    ),
  ]
  return cells
    .map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(",")
}
