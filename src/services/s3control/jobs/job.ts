import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { In, Out } from "../define.ts"
import type { Tags } from "../tagging/tags.ts"
import { noSuchJob } from "./errors.ts"

export type JobStatus = NonNullable<NonNullable<Out<"DescribeJob">["Job"]>["Status"]>
type Input = In<"CreateJob">

/** A job of S3 Batch Operations. */
export interface BatchJob {
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly id: string
  readonly status: JobStatus
  readonly priority: number
  readonly createdMs: number
  readonly given: Pick<
    Input,
    | "ConfirmationRequired"
    | "Operation"
    | "Report"
    | "Manifest"
    | "ManifestGenerator"
    | "Description"
    | "RoleArn"
  >
  readonly tags: Tags
  /** Tells the step that counts from those that a later one has replaced. */
  readonly step: number
  /** How far the manifest has been read. */
  readonly read: ManifestPlace
  /** Of a generated manifest: what has been written of it. */
  readonly output?: ManifestOutput | undefined
  /** How many tasks there are, and how many have been carried out. */
  readonly total: number
  readonly succeeded: number
  readonly failed: number
  /** The number of the task that is next. */
  readonly next: number
  /** Tasks that have begun and are waited for. */
  readonly waiting: number
  readonly report: ReportPlace
  readonly activeSinceMs?: number | undefined
  readonly activeMs: number
  readonly suspendedMs?: number | undefined
  readonly endedMs?: number | undefined
  readonly statusReason?: string | undefined
  readonly failure?: { readonly code: string; readonly reason: string } | undefined
}

export interface ManifestPlace {
  /** The file of the manifest, and how many of its rows are tasks already. */
  readonly file: number
  readonly row: number
  /** Of a generated manifest: the key behind which it goes on. */
  readonly after?: { readonly key: string; readonly versionId?: string | undefined } | undefined
}

export interface ManifestOutput {
  /** Whether it names versions. */
  readonly versioned: boolean
  /** The number of the task before the next file. */
  readonly after: number
  readonly files: readonly { readonly key: string; size: number; MD5checksum: string }[]
  /** Its manifest.json, at last. */
  readonly manifest?: { readonly arn: string; readonly etag: string } | undefined
}

/** What of the report has been written. */
export interface ReportPlace {
  readonly state: TaskResult
  /** The number of the task before the next file. */
  readonly after: number
  readonly files: readonly ReportFile[]
}

export interface ReportFile {
  readonly state: TaskResult
  readonly key: string
  readonly md5: string
}

export type TaskResult = "succeeded" | "failed"

export const batchJobs = table<BatchJob>("s3control/job", {
  key: (job) => [job.account, job.region, job.id],
  indexes: {
    newest: (job) => [job.account, job.region, -job.createdMs, job.id],
    /** Of one status, the highest priority first. */
    byStatus: (job) => [job.account, job.region, job.status, -job.priority, job.createdMs, job.id],
  },
})

/** What is done to one object. */
export interface BatchTask {
  readonly job: string
  readonly number: number
  readonly bucket: string
  /** As the manifest has it: percent-encoded. */
  readonly key: string
  readonly versionId?: string | undefined
  readonly state: "new" | "waiting" | TaskResult
  readonly status?: number | undefined
  readonly code?: string | undefined
  readonly message?: string | undefined
}

export const batchTasks = table<BatchTask>("s3control/jobTask", {
  key: (task) => [task.job, task.number],
  indexes: { byState: (task) => task.state !== "new" && [task.job, task.state, task.number] },
})

export type JobRef = Pick<BatchJob, "account" | "region" | "id">

export const refOf = ({ account, region, id }: JobRef): JobRef => ({ account, region, id })

export const jobArn = ({
  partition,
  region,
  account,
  id,
}: Pick<BatchJob, "partition"> & JobRef): string =>
  `arn:${partition}:s3:${region}:${account}:job/${id}`

export const lookUpJob = (tx: ReadTx, { account, region, id }: JobRef): BatchJob | undefined =>
  tx.get(batchJobs, [account, region, id])

/** The input of any operation on one job. */
export interface OnJob {
  readonly AccountId: string
  readonly JobId: string
}

/** Throws NoSuchJob. */
export function findJob(
  tx: ReadTx,
  { AccountId: account, JobId: id }: OnJob,
  call: Call,
): BatchJob {
  const job = lookUpJob(tx, { account, region: call.region, id })
  if (!job) throw noSuchJob()
  return job
}

/** `S3PutObjectTagging`: an operation is the member that is given. */
export const operationOf = ({ given }: Pick<BatchJob, "given">): OperationName =>
  Object.keys(given.Operation).find(
    (name) => given.Operation[name as OperationName] !== undefined,
  ) as OperationName

export type OperationName = keyof Input["Operation"]

const ENDING: ReadonlySet<JobStatus> = Object.freeze(
  new Set(["Completing", "Failing", "Cancelling"]),
)

/** Its work is over, and its report is being written. */
export const isEnding = ({ status }: Pick<BatchJob, "status">): boolean => ENDING.has(status)

const ENDED: ReadonlySet<JobStatus> = Object.freeze(new Set(["Complete", "Failed", "Cancelled"]))

export const isEnded = ({ status }: Pick<BatchJob, "status">): boolean => ENDED.has(status)
