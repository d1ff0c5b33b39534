import { hash } from "node:crypto"
import type { ActionContext } from "../../../../kernel/action.ts"
import { bucketArn } from "../../../s3/port.ts"
import { jobArn, type BatchJob, type BatchTask } from "../job.ts"
import { rightsOf } from "../s3.ts"
import type { Outcome } from "./carry-out.ts"

/** A task of which a function says TemporaryFailure is tried so often: AWS's number is unknown. */
const ATTEMPTS = 3

/** What is used of Lambda's answer. */
interface Invoked {
  readonly FunctionError?: string | undefined
  readonly Payload?: Uint8Array | undefined
}

interface Answered {
  readonly treatMissingKeysAs?: unknown
  readonly results?: unknown
}

interface Result {
  readonly taskId?: unknown
  readonly resultCode?: unknown
  readonly resultString?: unknown
}

/** Has a function do a task ("Invoke AWS Lambda function"). */
export async function invoke(ctx: ActionContext, job: BatchJob, task: BatchTask): Promise<Outcome> {
  let last: Outcome | undefined
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    last = outcomeOf(task, await callLambda(ctx, job, { task, attempt }))
    if (last.code !== TEMPORARY) return last
  }
  return last as Outcome
}

const TEMPORARY = "TemporaryFailure"

async function callLambda(
  ctx: ActionContext,
  job: BatchJob,
  { task, attempt }: { readonly task: BatchTask; readonly attempt: number },
): Promise<Invoked> {
  const { FunctionArn: FunctionName = "" } = job.given.Operation.LambdaInvoke ?? {}
  const region = FunctionName.split(":")[3]
  return ctx.call({
    ...{ service: "lambda", operation: "Invoke", ...rightsOf(job, region) },
    input: {
      ...{ FunctionName, InvocationType: "RequestResponse" },
      Payload: Buffer.from(JSON.stringify(eventOf(job, { task, attempt }))),
    },
    ...{ sourceArn: jobArn(job), sourceAccount: job.account },
  })
}

/** The key stands as in the manifest: functions decode it. */
function eventOf(
  job: BatchJob,
  { task, attempt }: { readonly task: BatchTask; readonly attempt: number },
): object {
  const { InvocationSchemaVersion: version = "1.0", UserArguments: userArguments } =
    job.given.Operation.LambdaInvoke ?? {}
  const { bucket, key: s3Key, versionId: s3VersionId = null } = task
  const isFirst = version === "1.0"
  const where = isFirst
    ? { s3BucketArn: bucketArn({ partition: job.partition, name: bucket }) }
    : { s3Bucket: bucket }
  return {
    invocationSchemaVersion: version,
    invocationId: hash("sha256", `${job.id}/${task.number}/${attempt}`, "base64"),
    job: { id: job.id, ...(!isFirst && { userArguments: userArguments ?? {} }) },
    tasks: [{ taskId: taskId(task), s3Key, s3VersionId, ...where }],
  }
}

const taskId = ({ job, number }: BatchTask): string =>
  Buffer.from(`${job}/${number}`).toString("base64")

function outcomeOf(task: BatchTask, { FunctionError, Payload }: Invoked): Outcome {
  const text = Buffer.from(Payload ?? []).toString()
  if (FunctionError !== undefined) return failed(`Lambda returned function error: ${text}`)
  const answer = parsed(text)
  if (!answer) return failed("Lambda returned an invalid response")
  const results = Array.isArray(answer.results) ? (answer.results as Result[]) : []
  const result = results.find((one) => one.taskId === taskId(task))
  const code = result?.resultCode ?? answer.treatMissingKeysAs
  const message = typeof result?.resultString === "string" ? result.resultString : ""
  if (code === "Succeeded") return { state: "succeeded", status: 200, message }
  return code === TEMPORARY ? failed(message, TEMPORARY) : failed(message)
}

function parsed(text: string): Answered | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** As "Examples: S3 Batch Operations completion reports" shows it. */
const failed = (message: string, code = "PermanentFailure"): Outcome => ({
  ...{ state: "failed", status: 200, code, message },
})
