import { hash } from "node:crypto"
import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import {
  batchJobs,
  batchTasks,
  isEnding,
  lookUpJob,
  type BatchJob,
  type BatchTask,
  type ReportPlace,
} from "./job.ts"
import { finish, stepOf, type JobStep } from "./life.ts"
import { bucketOfArn, putReport } from "./s3.ts"
import { isTemporary, RETRY_MS } from "../../s3/port.ts"

/** Rows of one file, and those that one look reads. */
const MOST_ROWS = 20_000
const STRIDE = 1_000

/**
 * Writes a job's report, a file at a time, in the job's role; then the job has ended. There is one
 * "as long as at least one task has been invoked successfully".
 */
export const reportJob = job<JobStep>("s3control/reportJob", {
  async perform(ctx, step) {
    const one = await ctx.read((tx) => lookUpJob(tx, step))
    if (!one || !isStep(one, step)) return
    if (!one.given.Report.Enabled || one.succeeded + one.failed === 0)
      return ctx.write((tx) => close(tx, step))
    try {
      await writeNext(ctx, step, one)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      await ctx.write((tx) => giveUp(tx, step, error))
    }
  },
})

const isStep = (one: BatchJob, { step }: JobStep): boolean => one.step === step && isEnding(one)

function close(tx: WriteTx, step: JobStep, failure?: BatchJob["failure"]): void {
  const one = lookUpJob(tx, step)
  if (one && isStep(one, step)) finish(tx, one, failure ?? one.failure)
}

/** The code and the words are not verified. */
function giveUp(tx: WriteTx, step: JobStep, error: AwsError): void {
  if (isTemporary(error)) return goOn(tx, step, {})
  const { code, message } = error
  const reason = `Error writing the report. ErrorCode: ${code} ErrorMessage: ${message}`
  close(tx, step, { code: "JobReportFailed", reason })
}

async function writeNext(ctx: ActionContext, step: JobStep, one: BatchJob): Promise<void> {
  const { report } = one
  if (report.state === "succeeded" && one.given.Report.ReportScope === "FailedTasksOnly")
    return turn(ctx, step, { ...report, state: "failed", after: -1 })
  const rows = await collect(ctx, one)
  const last = rows.at(-1)
  if (last) {
    const text = rows.map(lineOf).join("")
    const name = hash("sha1", `${one.id}/${report.state}/${report.files.length}`)
    const key = `${rootOf(one)}/results/${name}.csv`
    await putReport(ctx, one, { key, text })
    const files = [...report.files, { state: report.state, key, md5: hash("md5", text) }]
    return turn(ctx, step, { ...report, after: last.number, files })
  }
  if (report.state === "succeeded")
    return turn(ctx, step, { ...report, state: "failed", after: -1 })
  const text = manifestText(one, ctx.now())
  await putReport(ctx, one, { key: `${rootOf(one)}/manifest.json`, text })
  await putReport(ctx, one, { key: `${rootOf(one)}/manifest.json.md5`, text: hash("md5", text) })
  await ctx.write((tx) => close(tx, step))
}

const turn = (ctx: ActionContext, step: JobStep, report: ReportPlace): Promise<void> =>
  ctx.write((tx) => goOn(tx, step, { report }))

/** Without progress it is tried again later. */
function goOn(tx: WriteTx, step: JobStep, change: Pick<Partial<BatchJob>, "report">): void {
  const one = lookUpJob(tx, step)
  if (!one || !isStep(one, step)) return
  const next = { ...one, ...change, step: tx.serial() }
  tx.replace(batchJobs, one, next)
  tx.schedule(reportJob, stepOf(next), tx.now + (change.report ? 0 : RETRY_MS))
}

/** The tasks of the next file. */
async function collect(ctx: ActionContext, { id, report }: BatchJob): Promise<BatchTask[]> {
  const tasks: BatchTask[] = []
  let { after } = report
  for (let more = true; more && tasks.length < MOST_ROWS;) {
    const from = after + 1
    const { rows, next } = await ctx.read((tx) =>
      tx.scan(batchTasks, {
        ...{ index: "byState", prefix: [id, report.state], from: [from], limit: STRIDE },
      }),
    )
    tasks.push(...rows)
    after = rows.at(-1)?.number ?? after
    more = next !== undefined
  }
  return tasks
}

function rootOf({ id, given }: BatchJob): string {
  const { Prefix: prefix = "" } = given.Report
  return `${prefix === "" ? "" : `${prefix.replace(/\/$/, "")}/`}job-${id}`
}

/** In the order of AWS's examples: the status stands before the code, though the schema says otherwise. */
const lineOf = ({ bucket, key, versionId = "", state, status, code, message }: BatchTask): string =>
  `${[bucket, key, versionId, state, status ?? "", code ?? "", quoted(message)].join(",")}\n`

const quoted = (text: string | undefined): string =>
  text === undefined || text === ""
    ? ""
    : /[",\r\n]/.test(text)
      ? `"${text.replaceAll('"', '""')}"`
      : text

function manifestText({ given, report }: BatchJob, nowMs: number): string {
  const bucket = bucketOfArn(given.Report.Bucket ?? "")
  return JSON.stringify({
    Format: given.Report.Format,
    ReportCreationDate: new Date(nowMs).toISOString(),
    Results: report.files.map(({ state, key, md5 }) => ({
      ...{ TaskExecutionStatus: state, Bucket: bucket, MD5Checksum: md5, Key: key },
    })),
    ReportSchema: "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
  })
}
