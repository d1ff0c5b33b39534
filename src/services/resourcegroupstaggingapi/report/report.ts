import type { Principal } from "../../../iam/principal.ts"
import type { ActionContext } from "../../../kernel/action.ts"
import { partitionOf } from "../../../kernel/places.ts"
import { table } from "../../../kernel/table.ts"
import { TAG_POLICIES } from "../compliance/administration.ts"

/** An organization's latest report. */
export interface Report {
  readonly organizationId: string
  /** Who asked for it, and where. */
  readonly account: string
  readonly region: string
  readonly bucket: string
  /** With whose rights it is written, where the bucket's policy does not let tag policies in. */
  readonly caller?: Principal | undefined
  readonly startedMs: number
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED"
  readonly error?: string | undefined
}

export const reports = table<Report>("resourcegroupstaggingapi/report", {
  key: ({ organizationId }) => [organizationId],
})

/** `AwsTagPolicies/o-exampleorgid/YYYY-MM-ddTHH:mm:ssZ/report.csv` (StartReportCreation). */
export const keyOf = ({ organizationId, startedMs }: Report): string =>
  `AwsTagPolicies/${organizationId}/${new Date(startedMs).toISOString().slice(0, 19)}Z/report.csv`

/** "Amazon S3 bucket policy for report storage" lets in `arn:aws:tag:us-east-1:<account>:*`. */
const sourceOf = ({ account, region }: Report): string =>
  `arn:${partitionOf(region).id}:tag:${region}:${account}:report`

/** By tag policies, or with the caller's rights. Throws what S3 says. */
export const callS3 = (
  ctx: ActionContext,
  report: Report,
  asked: { readonly operation: string; readonly input: object },
): Promise<object> =>
  ctx.call({
    ...{ service: "s3", ...asked, as: TAG_POLICIES },
    ...{ account: report.account, region: report.region },
    ...(report.caller
      ? { caller: report.caller }
      : { sourceArn: sourceOf(report), sourceAccount: report.account }),
  })
