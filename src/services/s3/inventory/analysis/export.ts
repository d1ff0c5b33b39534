import type { ActionContext } from "../../../../kernel/action.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { AnalyticsS3BucketDestination } from "../../../../models/types/s3.ts"
import { WholeBody } from "../../../../protocols/body-text.ts"
import { bucketNameOf } from "../../buckets/bucket-name.ts"
import { bucketArn, sameBucket, type Bucket } from "../../buckets/bucket.ts"
import { S3 } from "../../notifications/event.ts"
import { deliveryJob, type Delivery } from "../delivery.ts"
import {
  analysisDays,
  configurationOf,
  findAnalysis,
  type Analysis,
  type AnalysisDay,
  type AnalysisRef,
} from "./analysis.ts"
import { reportText } from "./report.ts"

/** Days of one look into the store. */
const STRIDE = 200

type Export = AnalysisRef & Delivery

/**
 * Writes all that an analysis has seen over the file of the day before ("The analysis for the day is
 * added to the file").
 */
export const exportAnalysis = deliveryJob<Export>("s3/exportAnalysis", async (ctx, args) => {
  const subject = await ctx.read((tx) => subjectOf(tx, args))
  if (!subject) return
  const text = reportText(subject.analysis, await daysOf(ctx, args))
  await put(ctx, subject, Buffer.from(text))
})

interface Subject {
  readonly analysis: Analysis
  readonly bucket: Bucket
  readonly to: AnalyticsS3BucketDestination
}

/** Undefined where nothing is exported. */
function subjectOf(tx: ReadTx, ref: AnalysisRef): Subject | undefined {
  const analysis = findAnalysis(tx, ref)
  const bucket = sameBucket(tx, { ...ref, id: ref.bucket })
  const { DataExport: data } = configurationOf(tx, ref)?.StorageClassAnalysis ?? {}
  const to = data?.Destination.S3BucketDestination
  return analysis && bucket && to && { analysis, bucket, to }
}

async function daysOf(ctx: ActionContext, ref: AnalysisRef): Promise<readonly AnalysisDay[]> {
  const prefix = [ref.bucket, ref.id, ref.serial]
  // The day that has begun is not over.
  const to = [Math.floor(ctx.now() / DAY_MS) * DAY_MS]
  const days: AnalysisDay[] = []
  let after: string | undefined
  do {
    const from = after
    const page = await ctx.read((tx) =>
      tx.scan(analysisDays, { prefix, to, after: from, limit: STRIDE }),
    )
    days.push(...page.rows)
    after = page.next
  } while (after !== undefined)
  return days
}

const DAY_MS = 86_400_000

/** `prefix/bucket/id.csv` (not verified). */
function keyOf({ to: { Prefix: prefix = "" }, bucket, analysis }: Subject): string {
  const begin = prefix === "" ? "" : `${prefix.replace(/\/$/, "")}/`
  return `${begin}${bucket.name}/${analysis.id}.csv`
}

/** The bucket's policy lets it in ("Granting permissions for S3 Inventory and S3 analytics"). */
async function put(ctx: ActionContext, subject: Subject, body: Buffer): Promise<void> {
  const { bucket, to } = subject
  await ctx.call({
    ...{ service: "s3", operation: "PutObject", as: S3 },
    input: {
      ...{ Bucket: bucketNameOf(to.Bucket) ?? "", Key: keyOf(subject), ContentType: "text/csv" },
      ...{ Body: new WholeBody(body), ContentLength: body.length },
      ACL: "bucket-owner-full-control",
      ...(to.BucketAccountId !== undefined && { ExpectedBucketOwner: to.BucketAccountId }),
    },
    ...{ account: bucket.account, region: bucket.region },
    ...{ sourceArn: bucketArn(bucket), sourceAccount: bucket.account },
  })
}
