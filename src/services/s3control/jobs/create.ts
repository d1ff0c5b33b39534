import { hash } from "node:crypto"
import { job } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { isRoleArn } from "../../../registry/pass-role.ts"
import { ALGORITHMS, bucketNameOf, placeOf } from "../../s3/port.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidRequest, malformedXml } from "../errors.ts"
import { tagsOf } from "../tagging/tags.ts"
import { creatingJob } from "./access.ts"
import { otherRequest, tooManyJobs, tooManyTags } from "./errors.ts"
import { batchJobs, type BatchJob, type JobStatus } from "./job.ts"
import { stepOf } from "./life.ts"
import { prepareJob } from "./prepare.ts"

type Input = In<"CreateJob">

export const CreateJob = op.write("CreateJob", {
  authorize: creatingJob,
  run(tx, input, call): Out<"CreateJob"> {
    assertInput(input)
    const again = repeated(tx, input, call)
    if (again) return { JobId: again }
    assertRoom(tx, input, call)
    const one = newJob(tx, input, call)
    tx.insert(batchJobs, one)
    tx.schedule(prepareJob, stepOf(one), tx.now)
    remember(tx, input, one)
    return { JobId: one.id }
  },
})

export const MOST_TAGS = 50
const MOST_PRIORITY = 2_147_483_647

function newJob(tx: WriteTx, input: Input, { partition, region }: Call): BatchJob {
  const { AccountId: account, Tags: tags = [], Priority: priority } = input
  const { ConfirmationRequired, Operation, Report, Manifest, ManifestGenerator } = input
  const { Description, RoleArn } = input
  return {
    ...{ account, region, partition, id: tx.random("s3control/job-id").uuid() },
    ...{ status: "New", priority, createdMs: tx.now, tags: tagsOf(tags), step: tx.serial() },
    given: {
      ...{ ConfirmationRequired, Operation, Report, Manifest, ManifestGenerator },
      ...{ Description, RoleArn },
    },
    ...{ read: { file: 0, row: 0 }, total: 0, succeeded: 0, failed: 0, next: 0, waiting: 0 },
    ...{ report: { state: "succeeded", after: -1, files: [] }, activeMs: 0 },
  }
}

/** Not verified: the texts. */
function assertInput(input: Partial<Input>): void {
  const { Operation: operation, Report: report, Manifest: manifest, Tags: tags = [] } = input
  if (!operation || !report || report.Enabled === undefined) throw malformedXml()
  if (input.Priority === undefined || !input.RoleArn || !input.ClientRequestToken)
    throw malformedXml()
  if (input.Priority < 0 || input.Priority > MOST_PRIORITY)
    throw invalidRequest("Priority must be between 0 and 2147483647")
  if (!isRoleArn(input.RoleArn)) throw invalidRequest("Invalid role ARN")
  if (tags.length > MOST_TAGS) throw tooManyTags()
  const { AccessControlGrants: grants = [] } = operation.S3PutObjectCopy ?? {}
  // "Access control list (ACL) overview": objects have no such permission.
  if (grants.some(({ Permission }) => Permission === "WRITE"))
    throw invalidRequest("WRITE is no permission of an object")
  const given = Object.values(operation).filter((one) => one !== undefined)
  if (given.length !== 1) throw malformedXml()
  if (!manifest === !input.ManifestGenerator)
    throw invalidRequest("You must specify either Manifest or ManifestGenerator")
  if (report.Enabled) assertReport(report)
  if (manifest) assertManifest(manifest)
  else assertGenerator(input.ManifestGenerator)
  assertOperation(operation)
}

function assertReport({ Bucket, Format, ReportScope }: Input["Report"]): void {
  if (!isBucketArn(Bucket)) throw invalidRequest("The report's bucket must be an ARN of a bucket")
  if ((Format as string) !== "Report_CSV_20180820") throw invalidRequest("Invalid report format")
  if (!["AllTasks", "FailedTasksOnly"].includes(ReportScope ?? ""))
    throw invalidRequest("Invalid report scope")
}

const isBucketArn = (arn = ""): boolean => bucketNameOf(arn) !== undefined

const COLUMNS: ReadonlySet<string> = Object.freeze(
  new Set(["Bucket", "Key", "VersionId", "Ignore"]),
)

function assertManifest({ Spec, Location }: Partial<NonNullable<Input["Manifest"]>>): void {
  if (!Spec || !Location?.ObjectArn || !Location.ETag) throw malformedXml()
  if (!placeOf(Location.ObjectArn)?.key)
    throw invalidRequest("The manifest must be an ARN of an object")
  const { Format: format, Fields: fields = [] } = Spec
  if (format === "S3InventoryReport_CSV_20161130") return
  if (format !== "S3BatchOperations_CSV_20180820") throw invalidRequest("Invalid manifest format")
  if (!fields.includes("Bucket") || !fields.includes("Key"))
    throw invalidRequest("Fields must name Bucket and Key")
  if (!fields.every((field) => COLUMNS.has(field))) throw malformedXml()
}

function assertGenerator(given: Input["ManifestGenerator"]): void {
  const generator = given?.S3JobManifestGenerator
  if (!generator || generator.EnableManifestOutput === undefined) throw malformedXml()
  if (!isBucketArn(generator.SourceBucket))
    throw invalidRequest("SourceBucket must be an ARN of a bucket")
  const { EnableManifestOutput: isKept, ManifestOutputLocation: to } = generator
  if (!isKept) return
  if (!to || !isBucketArn(to.Bucket))
    throw invalidRequest("ManifestOutputLocation must name a bucket by its ARN")
  if (to.ManifestFormat !== "S3InventoryReport_CSV_20211130")
    throw invalidRequest("Invalid manifest format")
}

function assertOperation(operation: Input["Operation"]): void {
  const {
    S3PutObjectCopy: copy,
    S3InitiateRestoreObject: restore,
    LambdaInvoke: lambda,
  } = operation
  const { S3PutObjectTagging: tagging } = operation
  if (operation.S3ComputeObjectChecksum) assertChecksum(operation.S3ComputeObjectChecksum)
  if (copy && !isBucketArn(copy.TargetResource))
    throw invalidRequest("TargetResource must be an ARN of a bucket")
  if (lambda && !/^arn:[^:]+:lambda:/.test(lambda.FunctionArn ?? ""))
    throw invalidRequest("Invalid Lambda function ARN")
  // "Restore objects": neither EXPEDITED nor another restore's days can be asked for.
  if (restore && !["BULK", "STANDARD"].includes(restore.GlacierJobTier ?? ""))
    throw invalidRequest("Invalid GlacierJobTier")
  if (tagging) tagsOf(tagging.TagSet ?? [])
}

function assertChecksum({
  ChecksumAlgorithm: algorithm,
  ChecksumType: type,
}: NonNullable<Input["Operation"]["S3ComputeObjectChecksum"]>): void {
  if (type === "COMPOSITE") throw notImplemented("S3ComputeObjectChecksum of type COMPOSITE")
  if (algorithm !== undefined && !(ALGORITHMS as readonly string[]).includes(algorithm))
    throw notImplemented(`S3ComputeObjectChecksum by ${algorithm}`)
}

/** Jobs of an account in a Region that have not ended: ours. */
const MOST_JOBS = 1_000
const UNENDED: readonly JobStatus[] = Object.freeze([
  ...(["New", "Preparing", "Suspended", "Ready", "Active"] as const),
  ...(["Completing", "Failing", "Cancelling"] as const),
])

function assertRoom(tx: ReadTx, { AccountId }: Input, { region }: Call): void {
  let count = 0
  for (const status of UNENDED)
    count += tx.count(batchJobs, {
      ...{ index: "byStatus", prefix: [AccountId, region, status], limit: MOST_JOBS },
    })
  if (count >= MOST_JOBS) throw tooManyJobs()
}

export interface RequestToken {
  readonly account: string
  readonly region: string
  readonly token: string
  readonly input: string
  readonly job: string
}

/** By their client request tokens: jobs, as long as they are there. */
export const requestTokens = table<RequestToken>("s3control/jobToken", {
  key: (row) => [row.account, row.region, row.token],
})

const digestOf = (input: Input): string =>
  hash("sha256", JSON.stringify(Object.entries(input).toSorted(([a], [b]) => (a < b ? -1 : 1))))

function repeated(tx: ReadTx, input: Input, { region }: Call): string | undefined {
  const found = tx.get(requestTokens, [input.AccountId, region, input.ClientRequestToken])
  if (!found) return undefined
  if (found.input !== digestOf(input)) throw otherRequest()
  return found.job
}

function remember(tx: WriteTx, input: Input, { account, region, id }: BatchJob): void {
  const token = input.ClientRequestToken
  tx.put(requestTokens, { account, region, token, input: digestOf(input), job: id })
  tx.schedule(forgetToken, { account, region, token }, tx.now + TOKEN_MS)
}

/** How long AWS remembers tokens is unknown. */
const TOKEN_MS = 24 * 3_600_000

export const forgetToken = job<Pick<RequestToken, "account" | "region" | "token">>(
  "s3control/forgetJobToken",
  {
    run: (tx, { account, region, token }) =>
      void tx.delete(requestTokens, [account, region, token]),
  },
)
