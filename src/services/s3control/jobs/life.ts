import type { Job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { batchJobs, jobArn, refOf, type BatchJob, type JobRef } from "./job.ts"

/** A step of a job, for as long as no other has taken its place. */
export interface JobStep extends JobRef {
  readonly step: number
}

/** Each commit of a job's work has a step of its own: what runs twice after a crash counts once. */
export const stepOf = (job: BatchJob): JobStep => ({ ...refOf(job), step: job.step })

/** Declared where their work is, by the same names. */
const RUN: Job<JobStep> = { name: "s3control/runJob" }
const REPORT: Job<JobStep> = { name: "s3control/reportJob" }
const SWEEP: Job<{ readonly job: string }> = { name: "s3control/sweepTasks" }
const EXPIRE: Job<JobRef> = { name: "s3control/expireJob" }

/** Jobs of an account in a Region that work at the same time: ours. */
const MOST_ACTIVE = 6
/** "Jobs are automatically deleted 90 days after reaching a terminal state." */
const KEPT_MS = 90 * 86_400_000

/** Lets a job begin as soon as there is room, by its priority. */
export function becomeReady(tx: WriteTx, job: BatchJob): void {
  tx.replace(batchJobs, job, { ...job, status: "Ready", suspendedMs: undefined })
  startReady(tx, job)
}

/** Begins the jobs of the highest priorities for which there is room. */
function startReady(tx: WriteTx, { account, region }: JobRef): void {
  const of = (status: string) => ({ index: "byStatus", prefix: [account, region, status] })
  const working = tx.count(batchJobs, { ...of("Active"), limit: MOST_ACTIVE })
  const { rows } = tx.scan(batchJobs, { ...of("Ready"), limit: MOST_ACTIVE })
  for (const job of rows.slice(0, MOST_ACTIVE - working)) {
    const active: BatchJob = { ...job, status: "Active", step: tx.serial(), activeSinceMs: tx.now }
    tx.replace(batchJobs, job, active)
    tx.schedule(RUN, stepOf(active), tx.now)
  }
}

interface Ending {
  readonly status: "Completing" | "Failing" | "Cancelling"
  readonly failure?: BatchJob["failure"]
}

/**
 * Ends a job's work: what remains is its report. A job that is cancelled while it works ends when
 * the step does that works for it: what that has done is told.
 */
export function beginEnding(tx: WriteTx, job: BatchJob, { status, failure }: Ending): void {
  if (status === "Cancelling" && job.status === "Active" && job.next < job.total) {
    tx.replace(batchJobs, job, { ...job, status })
    return
  }
  endWork(tx, { ...job, status, ...(failure && { failure }) })
}

/** Goes on with the report of a job that has one of the statuses of ending. */
export function endWork(tx: WriteTx, job: BatchJob): void {
  const step = tx.serial()
  const { activeSinceMs: since, activeMs } = job
  tx.put(batchJobs, {
    ...{ ...job, step, activeSinceMs: undefined, suspendedMs: undefined },
    activeMs: activeMs + (since === undefined ? 0 : tx.now - since),
  })
  tx.schedule(REPORT, { ...refOf(job), step }, tx.now)
  startReady(tx, job)
}

const LAST = { Completing: "Complete", Failing: "Failed", Cancelling: "Cancelled" } as const

/** The report is written: the job is told of for 90 days more. */
export function finish(tx: WriteTx, job: BatchJob, failure = job.failure): void {
  const status = failure ? "Failed" : LAST[job.status as keyof typeof LAST]
  tx.put(batchJobs, { ...job, status, endedMs: tx.now, ...(failure && { failure }) })
  tx.schedule(SWEEP, { job: job.id }, tx.now)
  tx.schedule(EXPIRE, refOf(job), tx.now + KEPT_MS)
  const { account, region } = job
  const of = { account, region, resource: jobArn(job) }
  tx.meter("s3:batch-jobs", of)
  if (job.succeeded + job.failed > 0) tx.meter("s3:batch-objects", of, job.succeeded + job.failed)
}
