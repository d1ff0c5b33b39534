import type { ReadTx } from "../../../kernel/transaction.ts"
import { op, type Out } from "../define.ts"
import { invalidRequest } from "../errors.ts"
import { AWAITING, jobAccess } from "./access.ts"
import { batchJobs, findJob, jobArn, operationOf, type BatchJob } from "./job.ts"

type Described = NonNullable<Out<"DescribeJob">["Job"]>

export const DescribeJob = op.read("DescribeJob", {
  authorize: jobAccess("DescribeJob"),
  run(tx, input, call): Out<"DescribeJob"> {
    return { Job: described(tx, findJob(tx, input, call)) }
  },
})

function described(tx: ReadTx, job: BatchJob): Described {
  const { ConfirmationRequired: confirmed = false, ...given } = job.given
  return {
    ...given,
    ...{ JobId: job.id, JobArn: jobArn(job), ConfirmationRequired: confirmed },
    ...{ Status: job.status, Priority: job.priority, CreationTime: job.createdMs },
    ProgressSummary: { ...progress(job), Timers: { ElapsedTimeInActiveSeconds: active(tx, job) } },
    FailureReasons: job.failure
      ? [{ FailureCode: job.failure.code, FailureReason: job.failure.reason }]
      : [],
    ...(job.output?.manifest && { GeneratedManifestDescriptor: generated(job.output.manifest) }),
    ...(job.statusReason !== undefined && { StatusUpdateReason: job.statusReason }),
    ...(job.endedMs !== undefined && { TerminationDate: job.endedMs }),
    ...(job.suspendedMs !== undefined && {
      SuspendedDate: job.suspendedMs,
      SuspendedCause: AWAITING,
    }),
  }
}

const generated = ({ arn, etag }: { readonly arn: string; readonly etag: string }) => ({
  Format: "S3InventoryReport_CSV_20211130" as const,
  Location: { ObjectArn: arn, ETag: etag },
})

const progress = ({ total, succeeded, failed }: BatchJob) => ({
  TotalNumberOfTasks: total,
  NumberOfTasksSucceeded: succeeded,
  NumberOfTasksFailed: failed,
})

const active = ({ now }: ReadTx, { activeMs, activeSinceMs = now }: BatchJob): number =>
  Math.floor((activeMs + now - activeSinceMs) / 1_000)

/** "ListJobs": up to 1,000 a page. */
const PAGE = 1_000
/** Jobs that one page looks at. */
const LOOKED_AT = 5_000

export const ListJobs = op.read("ListJobs", {
  authorize: (_tx, { AccountId: owner }) => ({
    action: "s3:ListJobs",
    resource: "*",
    owner,
    context: {},
  }),
  run(tx, input, { region }): Out<"ListJobs"> {
    const { AccountId: account, JobStatuses: statuses = [], NextToken: token } = input
    const most = Math.min(input.MaxResults ?? PAGE, PAGE)
    const from = token === undefined ? undefined : placeOf(token)
    const found: BatchJob[] = []
    const { rows, next } = tx.scan(batchJobs, {
      ...{ index: "newest", prefix: [account, region], limit: LOOKED_AT },
      ...(from && { from }),
    })
    for (const job of rows) {
      if (statuses.length > 0 && !statuses.includes(job.status)) continue
      if (found.length === most) return { Jobs: found.map(listed), NextToken: tokenOf(job) }
      found.push(job)
    }
    const last = rows.at(-1)
    return {
      Jobs: found.map(listed),
      ...(next !== undefined && last && { NextToken: tokenOf(last, "\0") }),
    }
  },
})

/** Where a page begins. */
const tokenOf = ({ createdMs, id }: BatchJob, behind = ""): string =>
  Buffer.from(JSON.stringify([-createdMs, id + behind])).toString("base64url")

function placeOf(token: string): [number, string] {
  try {
    const [time, id] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[]
    if (typeof time === "number" && typeof id === "string") return [time, id]
  } catch {
    // Refused below.
  }
  throw invalidRequest("Invalid NextToken")
}

const listed = (job: BatchJob) => ({
  ...{ JobId: job.id, Operation: operationOf(job), Priority: job.priority, Status: job.status },
  ...{ CreationTime: job.createdMs, ProgressSummary: progress(job) },
  ...(job.given.Description !== undefined && { Description: job.given.Description }),
  ...(job.endedMs !== undefined && { TerminationDate: job.endedMs }),
})
