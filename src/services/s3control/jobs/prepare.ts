import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { isTemporary, listForBatch, RETRY_MS } from "../../s3/port.ts"
import {
  batchJobs,
  batchTasks,
  lookUpJob,
  type BatchJob,
  type ManifestOutput,
  type ManifestPlace,
} from "./job.ts"
import { becomeReady, beginEnding, stepOf, type JobStep } from "./life.ts"
import { generatorOf, writeOutput } from "./output.ts"
import { readManifest, type Target } from "./manifest.ts"
import { bucketOfArn, ManifestError, rightsOf } from "./s3.ts"

/** Tasks that one commit writes, and those of one job: ours. */
const CHUNK = 1_000
const MOST_TASKS = 1_000_000

/**
 * Makes the tasks of a job: a file of its manifest at a time, or a page of what is to be its
 * manifest. What has been made is noted with it, so a crash makes nothing twice.
 */
export const prepareJob = job<JobStep>("s3control/prepareJob", {
  async perform(ctx, step) {
    const one = await ctx.read((tx) => lookUpJob(tx, step))
    if (!one || !isStep(one, step)) return
    if (one.status === "New")
      await ctx.write((tx) => void change(tx, step, { status: "Preparing" }))
    try {
      if (one.output) await addOutput(ctx, step, { one, output: one.output })
      else if (one.given.Manifest) await addFile(ctx, step, one)
      else await addPage(ctx, step, one)
    } catch (error) {
      await ctx.write((tx) => giveUp(tx, step, error))
    }
  },
})

const isStep = (one: BatchJob, { step }: JobStep): boolean =>
  one.step === step && (one.status === "New" || one.status === "Preparing")

/** The job with the change, as long as the step is its own. */
function change(tx: WriteTx, step: JobStep, changed: Partial<BatchJob>): BatchJob | undefined {
  const one = lookUpJob(tx, step)
  if (!one || !isStep(one, step)) return undefined
  const next = { ...one, ...changed }
  tx.replace(batchJobs, one, next)
  return next
}

function giveUp(tx: WriteTx, step: JobStep, error: unknown): void {
  const one = lookUpJob(tx, step)
  if (!one || !isStep(one, step)) return
  if (error instanceof AwsError && isTemporary(error)) return goOn(tx, one, RETRY_MS)
  // Not verified: codes and words of failures.
  if (error instanceof ManifestError)
    return beginEnding(tx, one, {
      status: "Failing",
      failure: { code: "InvalidManifest", reason: error.message },
    })
  if (!(error instanceof AwsError)) throw error
  const { code, message } = error
  const what = one.given.Manifest ? "reading" : "generating"
  const reason = `Error ${what} the manifest. ErrorCode: ${code} ErrorMessage: ${message}`
  beginEnding(tx, one, { status: "Failing", failure: { code: "ManifestReadError", reason } })
}

async function addFile(ctx: ActionContext, step: JobStep, one: BatchJob): Promise<void> {
  const { file, row } = one.read
  const { targets, isLast } = await readManifest(ctx, one, file)
  for (let at = row; at < targets.length; at += CHUNK) {
    const chunk = targets.slice(at, at + CHUNK)
    const added = await ctx.write((tx) =>
      addTasks(tx, step, { targets: chunk, read: { file, row: at + chunk.length } }),
    )
    if (!added) return
  }
  await ctx.write((tx) => {
    const next = change(tx, step, { read: { file: file + 1, row: 0 } })
    if (next && isLast) prepared(tx, next)
    else if (next) goOn(tx, next)
  })
}

async function addPage(ctx: ActionContext, step: JobStep, one: BatchJob): Promise<void> {
  const { SourceBucket, ExpectedBucketOwner, Filter } =
    one.given.ManifestGenerator?.S3JobManifestGenerator ?? {}
  const bucket = bucketOfArn(SourceBucket ?? "")
  const { entries, next } = await listForBatch(ctx, rightsOf(one), {
    ...{ Bucket: bucket, ExpectedBucketOwner, Filter, After: one.read.after },
    AllVersions: one.given.Operation.S3ReplicateObject !== undefined,
  })
  const targets = entries.map(({ key, versionId }) => ({
    ...{ bucket, key: encodeURIComponent(key), versionId },
  }))
  await ctx.write((tx) => {
    const added = addTasks(tx, step, { targets, read: { file: 0, row: 0, after: next } })
    if (added && next) goOn(tx, added)
    else if (added) generated(tx, step, added)
  })
}

/** A generated manifest is kept where that was asked for. */
function generated(tx: WriteTx, step: JobStep, one: BatchJob): void {
  if (one.total === 0 || !generatorOf(one)?.EnableManifestOutput) return prepared(tx, one)
  const versioned = tx.get(batchTasks, [one.id, 0])?.versionId !== undefined
  const next = change(tx, step, { output: { versioned, after: -1, files: [] } })
  if (next) goOn(tx, next)
}

async function addOutput(
  ctx: ActionContext,
  step: JobStep,
  { one, output }: { readonly one: BatchJob; readonly output: ManifestOutput },
): Promise<void> {
  const written = await writeOutput(ctx, one, output)
  await ctx.write((tx) => {
    const next = change(tx, step, { output: written.output })
    if (next && written.isDone) prepared(tx, next)
    else if (next) goOn(tx, next)
  })
}

function addTasks(
  tx: WriteTx,
  step: JobStep,
  { targets, read }: { readonly targets: readonly Target[]; readonly read: ManifestPlace },
): BatchJob | undefined {
  const one = lookUpJob(tx, step)
  if (!one || !isStep(one, step)) return undefined
  if (one.total + targets.length > MOST_TASKS)
    throw new ManifestError(`A job can have at most ${MOST_TASKS} tasks`)
  for (const [at, target] of targets.entries())
    tx.put(batchTasks, { job: one.id, number: one.total + at, ...target, state: "new" })
  return change(tx, step, { read, total: one.total + targets.length })
}

/** "If your job requires confirmation … it transitions from Preparing to Suspended." */
function prepared(tx: WriteTx, one: BatchJob): void {
  if (one.total === 0)
    return beginEnding(tx, one, {
      status: "Failing",
      failure: { code: "EmptyManifest", reason: "There are no objects in the manifest" },
    })
  if (!one.given.ConfirmationRequired) return becomeReady(tx, one)
  tx.replace(batchJobs, one, { ...one, status: "Suspended", suspendedMs: tx.now })
}

function goOn(tx: WriteTx, one: BatchJob, inMs = 0): void {
  const next = { ...one, step: tx.serial() }
  tx.replace(batchJobs, one, next)
  tx.schedule(prepareJob, stepOf(next), tx.now + inMs)
}
