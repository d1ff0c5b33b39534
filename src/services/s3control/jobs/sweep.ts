import { job } from "../../../kernel/later/later.ts"
import { batchJobs, lookUpJob, type JobRef } from "./job.ts"
import { sweepSome } from "./life.ts"

/** What a job that has ended no longer needs. */
export const sweepTasks = job<{ readonly job: string }>("s3control/sweepTasks", {
  run(tx, args) {
    if (!sweepSome(tx, args.job)) tx.schedule(sweepTasks, args, tx.now)
  },
})

export const expireJob = job<JobRef>("s3control/expireJob", {
  run(tx, ref) {
    const ended = lookUpJob(tx, ref)
    if (ended) tx.remove(batchJobs, ended)
  },
})
