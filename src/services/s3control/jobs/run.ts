import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { batchJobs, batchTasks, lookUpJob, type BatchJob, type BatchTask } from "./job.ts"
import { beginEnding, endWork, stepOf, type JobStep } from "./life.ts"
import { carryOut, type Outcome } from "./tasks/carry-out.ts"
import { replicated } from "./tasks/replicate.ts"
import { RETRY_MS } from "../../s3/port.ts"

/** Tasks of one step, and tasks that are waited for and looked at in one. */
const STRIDE = 25
const LOOKED_AT = 200
const WAIT_MS = 5_000
/** "… after it has attempted at least 1,000 operations", and more than half of them failed. */
const ENOUGH = 1_000
const MOST_FAILED = 0.5

/**
 * Carries out some tasks of a job, one after another. A crash before they are noted has them done
 * once more, as AWS may.
 */
export const runJob = job<JobStep>("s3control/runJob", {
  async perform(ctx, step) {
    const one = await ctx.read((tx) => lookUpJob(tx, step))
    if (!one || !isStep(one, step)) return
    if (one.status === "Cancelling") return ctx.write((tx) => settle(tx, step, []))
    const { rows } = await ctx.read((tx) =>
      tx.scan(batchTasks, { prefix: [one.id], from: [one.next], limit: STRIDE }),
    )
    if (rows.length === 0) return lookAgain(ctx, step, one)
    const done: BatchTask[] = []
    for (const task of rows) {
      const outcome = await carryOut(ctx, one, task)
      if (!outcome) break
      done.push({ ...task, ...outcome })
    }
    await ctx.write((tx) => settle(tx, step, done))
  },
})

const isStep = (one: BatchJob, { step }: JobStep): boolean =>
  one.step === step && (one.status === "Active" || one.status === "Cancelling")

/** Notes what was done, and goes on. */
function settle(tx: WriteTx, step: JobStep, done: readonly BatchTask[]): void {
  const one = lookUpJob(tx, step)
  if (!one || !isStep(one, step)) return
  for (const task of done) tx.put(batchTasks, task)
  const count = (state: BatchTask["state"]): number =>
    done.filter((task) => task.state === state).length
  const next: BatchJob = {
    ...one,
    next: one.next + done.length,
    succeeded: one.succeeded + count("succeeded"),
    failed: one.failed + count("failed"),
    waiting: one.waiting + count("waiting"),
    step: tx.serial(),
  }
  tx.replace(batchJobs, one, next)
  if (next.status === "Cancelling") return endWork(tx, next)
  if (!failsTooOften(tx, next))
    tx.schedule(runJob, stepOf(next), tx.now + (done.length === 0 ? RETRY_MS : 0))
}

/** "… the job fails" when too many of its tasks do. The words are not verified. */
function failsTooOften(tx: WriteTx, one: BatchJob): boolean {
  const { succeeded, failed } = one
  if (succeeded + failed < ENOUGH || failed / (succeeded + failed) <= MOST_FAILED) return false
  const percent = Math.floor((100 * failed) / (succeeded + failed))
  const reason = `Job failure rate ${percent}% is above 50%`
  beginEnding(tx, one, { status: "Failing", failure: { code: "FailureRateExceeded", reason } })
  return true
}

/** Every task has begun: some may still be waited for. */
async function lookAgain(ctx: ActionContext, step: JobStep, one: BatchJob): Promise<void> {
  if (one.waiting === 0)
    return ctx.write((tx) => {
      const now = lookUpJob(tx, step)
      if (!now || !isStep(now, step)) return
      if (now.status === "Cancelling") endWork(tx, now)
      else beginEnding(tx, now, { status: "Completing" })
    })
  await ctx.write((tx) => {
    const now = lookUpJob(tx, step)
    if (!now || !isStep(now, step)) return
    const { rows } = tx.scan(batchTasks, {
      ...{ index: "byState", prefix: [one.id, "waiting"], limit: LOOKED_AT },
    })
    let changed: BatchJob = { ...now, step: tx.serial() }
    for (const task of rows) changed = noteReplicated(tx, changed, task)
    tx.replace(batchJobs, now, changed)
    if (!failsTooOften(tx, changed))
      tx.schedule(runJob, stepOf(changed), tx.now + (changed.waiting === now.waiting ? WAIT_MS : 0))
  })
}

function noteReplicated(tx: WriteTx, one: BatchJob, task: BatchTask): BatchJob {
  const outcome: Outcome | undefined = replicated(tx, one, task)
  if (!outcome) return one
  tx.replace(batchTasks, task, { ...task, ...outcome })
  const counted = outcome.state === "failed" ? "failed" : "succeeded"
  return { ...one, waiting: one.waiting - 1, [counted]: one[counted] + 1 }
}
