import { op, type Out } from "../define.ts"
import { invalidRequest } from "../errors.ts"
import { jobAccess } from "./access.ts"
import { badStatus } from "./errors.ts"
import { batchJobs, findJob, isEnded, isEnding, lookUpJob } from "./job.ts"
import { becomeReady, beginEnding } from "./life.ts"

export const UpdateJobPriority = op.write("UpdateJobPriority", {
  authorize: jobAccess("UpdateJobPriority", ({ Priority: priority }) => ({
    "s3:RequestJobPriority": String(priority),
  })),
  run(tx, input, call): Out<"UpdateJobPriority"> {
    const job = findJob(tx, input, call)
    const { Priority: priority } = input
    if (priority === undefined || priority < 0) throw invalidRequest("Invalid priority")
    // Not verified: what of jobs that have ended.
    if (isEnded(job)) throw badStatus(job.status, job.status)
    tx.replace(batchJobs, job, { ...job, priority })
    return { JobId: job.id, Priority: priority }
  },
})

export const UpdateJobStatus = op.write("UpdateJobStatus", {
  authorize: jobAccess("UpdateJobStatus"),
  run(tx, input, call): Out<"UpdateJobStatus"> {
    const job = findJob(tx, input, call)
    const { RequestedJobStatus: wanted, StatusUpdateReason: statusReason } = input
    if (wanted !== "Ready" && wanted !== "Cancelled") throw invalidRequest("Invalid job status")
    const mayChange =
      wanted === "Ready" ? job.status === "Suspended" : !isEnded(job) && !isEnding(job)
    if (!mayChange) throw badStatus(job.status, wanted)
    const reasoned = { ...job, ...(statusReason !== undefined && { statusReason }) }
    tx.replace(batchJobs, job, reasoned)
    if (wanted === "Ready") becomeReady(tx, reasoned)
    else beginEnding(tx, reasoned, { status: "Cancelling" })
    return {
      JobId: job.id,
      Status: lookUpJob(tx, job)?.status,
      ...(reasoned.statusReason !== undefined && { StatusUpdateReason: reasoned.statusReason }),
    }
  },
})
