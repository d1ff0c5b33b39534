import { job } from "../../../kernel/later/later.ts"
import { batchJobs, batchTasks, lookUpJob, type JobRef } from "./job.ts"

/** Rows that one step takes away. */
const STEP = 500

/** What a job that has ended no longer needs. */
export const sweepTasks = job<{ readonly job: string }>("s3control/sweepTasks", {
  run(tx, args) {
    const { rows, next } = tx.scan(batchTasks, { prefix: [args.job], limit: STEP })
    for (const row of rows) tx.remove(batchTasks, row)
    if (next !== undefined) tx.schedule(sweepTasks, args, tx.now)
  },
})

export const expireJob = job<JobRef>("s3control/expireJob", {
  run(tx, ref) {
    const ended = lookUpJob(tx, ref)
    if (ended) tx.remove(batchJobs, ended)
  },
})
