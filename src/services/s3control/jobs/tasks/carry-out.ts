import type { ActionContext } from "../../../../kernel/action.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { BatchJob, BatchTask } from "../job.ts"
import { callS3 } from "../s3.ts"
import { computeChecksum } from "./checksum.ts"
import { invoke } from "./invoke.ts"
import { objectCall } from "./object-call.ts"
import { beginReplication } from "./replicate.ts"
import { isTemporary } from "../../../s3/port.ts"

/** What became of a task, as the report tells it. */
export type Outcome = Pick<BatchTask, "state" | "status" | "code" | "message"> & {
  /** The version that was found where the manifest names none. */
  readonly versionId?: string | undefined
}

export const SUCCEEDED: Outcome = Object.freeze({
  state: "succeeded",
  status: 200,
  message: "Successful",
})

/** Undefined where the task cannot be carried out now: its place is down. */
export async function carryOut(
  ctx: ActionContext,
  job: BatchJob,
  task: BatchTask,
): Promise<Outcome | undefined> {
  const { LambdaInvoke: lambda, S3ReplicateObject: replication } = job.given.Operation
  try {
    if (lambda) return await invoke(ctx, job, task)
    if (replication) return await beginReplication(ctx, job, task)
    if (job.given.Operation.S3ComputeObjectChecksum) return await computeChecksum(ctx, job, task)
    await callS3(ctx, job, objectCall(job, task))
    return SUCCEEDED
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { code, message, options } = error
    if (isTemporary(error)) return undefined
    return { state: "failed", status: options.status ?? 400, code, message }
  }
}
