import { hash } from "node:crypto"
import type { ActionContext } from "../../../kernel/action.ts"
import type { S3BucketDestination } from "../../../models/types/s3control.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import { bucketNameOf, deliveryJob, parquetFile } from "../../s3/port.ts"
import { lensArn, sameDashboard, type Dashboard, type Day } from "./dashboard.ts"
import { columns, csvText, formOf, linesOf, VERSION, type Line } from "./report.ts"
import { LENS } from "./scope.ts"
import { sumUp, talliesOf, toldTally } from "./day.ts"
import type { Tally } from "./tally.ts"

/** Lines of one file. */
const MOST_LINES = 100_000

/**
 * Writes the metrics of a day into the destination ("What is an S3 Storage Lens export manifest?").
 * Done again after a crash it writes objects of the same names.
 */
export const exportMetrics = deliveryJob<Day>("s3control/exportLensMetrics", async (ctx, day) => {
  const dashboard = await ctx.read((tx) => sameDashboard(tx, day))
  const target = dashboard?.value.DataExport?.S3BucketDestination
  if (!dashboard || !target) return
  await writeDay(ctx, { dashboard, target, dateMs: day.dateMs })
})

interface Export {
  readonly dashboard: Dashboard
  readonly target: S3BucketDestination
  readonly dateMs: number
}

interface File {
  readonly key: string
  readonly size: number
  readonly md5Checksum: string
}

async function writeDay(ctx: ActionContext, of: Export): Promise<void> {
  const { dashboard, target, dateMs } = of
  const date = new Date(dateMs).toISOString().slice(0, 10)
  const head = { configId: dashboard.id, date }
  const accounts = new Map<string, Tally>()
  const files: File[] = []
  let lines: Line[] = []
  const flush = async (): Promise<void> => {
    if (lines.length > 0)
      files.push(await writeFile(ctx, of, { date, lines, number: files.length }))
    lines = []
  }
  for await (const tally of talliesOf(ctx, dashboard, dateMs)) {
    lines.push(...linesOf(head, toldTally(dashboard, "bucket", tally)))
    if (tally.prefix === "")
      sumUp(accounts, { ...toldTally(dashboard, "account", tally), bucket: "" })
    if (lines.length >= MOST_LINES) await flush()
  }
  for (const tally of accounts.values()) lines.push(...linesOf(head, tally))
  await flush()
  const manifest = {
    ...{ sourceAccountId: dashboard.account, configId: dashboard.id },
    ...{ destinationBucket: target.Arn, reportVersion: VERSION, reportDate: date },
    ...{ reportFormat: target.Format, reportSchema: formOf(target.Format).schema },
    reportFiles: files,
  }
  const key = `${rootOf(of)}/manifests/dt=${date}/manifest.json`
  await put(ctx, of, { key, body: Buffer.from(JSON.stringify(manifest)) })
}

const rootOf = ({ dashboard, target }: Export): string => {
  const { Prefix: prefix = "" } = target
  const begin = prefix === "" ? "" : `${prefix.replace(/\/$/, "")}/`
  return `${begin}StorageLens/${dashboard.account}/${dashboard.id}/${VERSION}`
}

async function writeFile(
  ctx: ActionContext,
  of: Export,
  {
    date,
    lines,
    number,
  }: { readonly date: string; readonly lines: readonly Line[]; readonly number: number },
): Promise<File> {
  const format = of.target.Format
  const body = format === "CSV" ? Buffer.from(csvText(lines)) : await parquetFile(columns, lines)
  const name = hash("sha256", `s3control/lens/${of.dashboard.serial}/${of.dateMs}/${number}`)
  const uuid = name.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5")
  const key = `${rootOf(of)}/reports/dt=${date}/${uuid}.${formOf(format).extension}`
  await put(ctx, of, { key, body })
  return { key, size: body.length, md5Checksum: hash("md5", body) }
}

/** By Storage Lens itself: the bucket's policy has to let it in for this dashboard. */
function put(
  ctx: ActionContext,
  { dashboard, target }: Export,
  { key: Key, body }: { readonly key: string; readonly body: Buffer },
): Promise<object> {
  const { Encryption: encryption } = target
  const input = {
    ...{ Bucket: bucketNameOf(target.Arn) ?? "", Key, ContentLength: body.length },
    ...{ Body: new WholeBody(body), ACL: "bucket-owner-full-control" },
    ...(encryption?.SSES3 && { ServerSideEncryption: "AES256" }),
    ...(encryption?.SSEKMS && {
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: encryption.SSEKMS.KeyId,
    }),
  }
  return ctx.call({
    ...{ service: "s3", operation: "PutObject", input, as: LENS },
    ...{ account: dashboard.account, region: dashboard.region },
    ...{ sourceArn: lensArn(dashboard), sourceAccount: dashboard.account },
  })
}
