import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { passRole } from "../../../registry/pass-role.ts"
import type { In } from "../define.ts"
import { jobArn, lookUpJob, operationOf, type BatchJob, type OnJob } from "./job.ts"

/** By this name jobs assume their roles ("Granting permissions for Batch Operations"). */
export const BATCH = "batchoperations.s3.amazonaws.com"

type Context = Readonly<Record<string, string | readonly string[]>>

/** Asks for an action on the request's job, whether or not it is there. */
export const jobAccess =
  <Input extends OnJob>(action: string, contextOf?: (input: Input) => Context) =>
  (tx: ReadTx, input: Input, call: Call): AccessRequest => {
    const { AccountId: account, JobId: id } = input
    const ref = { account, region: call.region, id }
    const job = lookUpJob(tx, ref)
    return {
      action: `s3:${action}`,
      resource: jobArn({ ...ref, partition: call.partition }),
      owner: account,
      context: { ...(job && existing(job)), ...requestTagKeys(input), ...contextOf?.(input) },
    }
  }

/** "Controlling access and labeling jobs": what the job is decides too. */
function existing(job: BatchJob): Context {
  return {
    "s3:ExistingJobOperation": operationOf(job),
    "s3:ExistingJobPriority": String(job.priority),
    ...(job.status === "Suspended" && { "s3:JobSuspendedCause": AWAITING }),
    ...resourceTagKeys(job.tags),
  }
}

/** The only cause there is. */
export const AWAITING = "AwaitingConfirmation"

/** What making a job asks for: the job, its tags, and the role that it is handed. */
export function creatingJob(
  _tx: ReadTx,
  input: In<"CreateJob">,
  call: Call,
): readonly AccessRequest[] {
  const { AccountId: owner, RoleArn: role } = input
  const context = {
    "s3:RequestJobPriority": String(input.Priority),
    "s3:RequestJobOperation": operationOf({ given: input }) ?? "",
    ...requestTagKeys(input),
  }
  const job: AccessRequest = { action: "s3:CreateJob", resource: "*", owner, context }
  const asked = [job]
  if (input.Tags?.length)
    asked.push({
      action: "s3:PutJobTagging",
      resource: jobArn({ ...call, account: owner, id: "*" }),
      owner,
      context,
    })
  return [...asked, ...passRole(role, BATCH)]
}
