import { hash } from "node:crypto"
import { GetObjectTaggingCommand, HeadObjectCommand } from "@aws-sdk/client-s3"
import type { JobOperation, JobReport } from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import type { InProcessCloud } from "../../../index.ts"
import { openCloud } from "../../s3/testing/open-bucket.ts"
import { ACCOUNT, openBatch, ROLE, type TestBatch } from "../testing/open-batch.ts"

const TAG: JobOperation = { S3PutObjectTagging: { TagSet: [{ Key: "a", Value: "1" }] } }

async function open(): Promise<TestBatch & { cloud: InProcessCloud }> {
  const cloud = await openCloud({ now: "2027-01-04T00:00:00Z" })
  return { cloud, ...(await openBatch(cloud)) }
}

const tagsOf = async ({ s3 }: TestBatch, Key: string) =>
  (await s3.send(new GetObjectTaggingCommand({ Bucket: "photos", Key }))).TagSet

test("S3-165 one operation runs over the objects of a manifest, and the report tells of each", async () => {
  const batch = await open()
  await batch.put("in a/ü", "x")
  await batch.put("b", "x")
  const Manifest = await batch.manifest("in a/ü", "b", "missing")
  const id = await batch.create(TAG, { Manifest, Description: "tags", ConfirmationRequired: true })
  await batch.cloud.settle()
  expect(await batch.job(id)).toMatchObject({
    ...{ JobId: id, JobArn: `arn:aws:s3:us-east-1:${ACCOUNT}:job/${id}`, Status: "Suspended" },
    ...{ SuspendedCause: "AwaitingConfirmation", Priority: 10, RoleArn: ROLE, Operation: TAG },
    ProgressSummary: { TotalNumberOfTasks: 3, NumberOfTasksSucceeded: 0, NumberOfTasksFailed: 0 },
  })
  expect(await tagsOf(batch, "b")).toEqual([])
  await batch.setStatus(id, "Ready")
  await batch.cloud.settle()
  const job = await batch.job(id)
  expect([job.Status, job.Description, job.TerminationDate]).toEqual([
    ...["Complete", "tags", new Date("2027-01-04T00:00:00Z")],
  ])
  expect(job.ProgressSummary).toMatchObject({ NumberOfTasksSucceeded: 2, NumberOfTasksFailed: 1 })
  expect(await tagsOf(batch, "b")).toEqual([{ Key: "a", Value: "1" }])
  expect(await tagsOf(batch, "in a/ü")).toEqual([{ Key: "a", Value: "1" }])
  expect(await batch.report(id)).toEqual([
    "photos,b,,succeeded,200,,Successful",
    "photos,in%20a%2F%C3%BC,,succeeded,200,,Successful",
    "photos,missing,,failed,404,NoSuchKey,The specified key does not exist.",
  ])
  const root = `reports/job-${id}`
  const manifest = await batch.text("work", `${root}/manifest.json`)
  const { Results, ...more } = JSON.parse(manifest) as {
    Results: { Key: string; MD5Checksum: string; TaskExecutionStatus: string }[]
  }
  expect(more).toEqual({
    ...{ Format: "Report_CSV_20180820", ReportCreationDate: "2027-01-04T00:00:00.000Z" },
    ReportSchema: "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
  })
  expect(Results.map((one) => one.TaskExecutionStatus)).toEqual(["succeeded", "failed"])
  for (const { Key, MD5Checksum } of Results)
    expect(hash("md5", await batch.text("work", Key))).toBe(MD5Checksum)
})

test("what a job does, its role must be allowed: refusals are told of each object", async () => {
  const batch = await open()
  await batch.put("a")
  await batch.allow("s3:GetObject", "s3:PutObject")
  const id = await batch.create(TAG, { Manifest: await batch.manifest("a") })
  await batch.cloud.settle()
  expect(await tagsOf(batch, "a")).toEqual([])
  const job = await batch.job(id)
  expect([job.Status, job.ProgressSummary?.NumberOfTasksFailed]).toEqual(["Complete", 1])
  expect((await batch.report(id))[0]).toMatch(
    /^photos,a,,failed,403,AccessDenied,.*assumed-role\/batch\/.*s3:PutObjectTagging/,
  )
})

test("a manifest that cannot be read or used fails the job before its first task", async () => {
  const batch = await open()
  await batch.put("a")
  const Manifest = await batch.manifest("a")
  const { Spec, Location } = Manifest
  const failureOf = async (more: Parameters<TestBatch["create"]>[1]) => {
    const id = await batch.create(TAG, more)
    await batch.cloud.settle()
    const { Status, FailureReasons: [reason] = [] } = await batch.job(id)
    expect(await batch.report(id)).toEqual([])
    return `${Status} ${reason?.FailureCode}: ${reason?.FailureReason}`
  }
  const at = (change: object) => ({
    Manifest: { Spec, Location: { ...Location, ...change } as typeof Location },
  })
  expect(await failureOf(at({ ETag: "other" }))).toMatch(/^Failed InvalidManifest: The ETag/)
  expect(await failureOf(at({ ObjectArn: "arn:aws:s3:::work/none" }))).toMatch(
    /^Failed ManifestReadError: Error reading the manifest. ErrorCode: NoSuchKey/,
  )
  const Fields: ("Bucket" | "Key" | "VersionId")[] = ["Bucket", "Key", "VersionId"]
  expect(
    await failureOf({
      Manifest: { Location, Spec: { Format: "S3BatchOperations_CSV_20180820", Fields } },
    }),
  ).toBe("Failed InvalidManifest: Row 1 of the manifest is not valid")
  const empty = await batch.manifest()
  expect(await failureOf({ Manifest: empty })).toMatch(/^Failed EmptyManifest/)
  await batch.allow("s3:PutObject")
  expect(await failureOf({ Manifest: await batch.manifest("a") })).toMatch(/AccessDenied/)
})

test("more than half of 1,000 tasks that fail end a job; half does not", async () => {
  const batch = await open()
  await batch.put("a")
  const keys = Array.from({ length: 1_500 }, (_, at) => `missing/${at}`)
  const failing = await batch.create(TAG, { Manifest: await batch.manifest(...keys) })
  await batch.cloud.settle()
  const job = await batch.job(failing)
  expect([job.Status, job.FailureReasons, job.ProgressSummary?.NumberOfTasksFailed]).toEqual([
    "Failed",
    [
      {
        FailureCode: "FailureRateExceeded",
        FailureReason: "Job failure rate 100% is above 50%",
      },
    ],
    1_000,
  ])
  expect(await batch.report(failing)).toHaveLength(1_000)
  const half = keys.slice(0, 1_000).map((key, at) => (at % 2 === 0 ? key : "a"))
  const passing = await batch.create(TAG, { Manifest: await batch.manifest(...half) })
  await batch.cloud.settle()
  expect((await batch.job(passing)).Status).toBe("Complete")
})

test("a job that is cancelled does nothing more; what has ended cannot be cancelled", async () => {
  const batch = await open()
  await batch.put("a")
  const Manifest = await batch.manifest("a")
  const id = await batch.create(TAG, { Manifest, ConfirmationRequired: true })
  await batch.cloud.settle()
  await batch.setStatus(id, "Cancelled")
  await batch.cloud.settle()
  expect((await batch.job(id)).Status).toBe("Cancelled")
  expect(await tagsOf(batch, "a")).toEqual([])
  expect(await batch.report(id)).toEqual([])
  await expect(batch.setStatus(id, "Cancelled")).rejects.toThrow("Cancelled")
  await expect(batch.setStatus(id, "Ready")).rejects.toThrow("Cancelled")
})

test("a report of failures alone has no others; a report that is refused fails the job", async () => {
  const batch = await open()
  await batch.put("a")
  const Manifest = await batch.manifest("a", "missing")
  const Report: JobReport = {
    Enabled: true,
    Bucket: "arn:aws:s3:::work",
    Prefix: "reports",
    Format: "Report_CSV_20180820",
    ReportScope: "FailedTasksOnly",
  }
  const some = await batch.create(TAG, { Manifest, Report })
  await batch.cloud.settle()
  expect(await batch.report(some)).toEqual([
    "photos,missing,,failed,404,NoSuchKey,The specified key does not exist.",
  ])
  await batch.allow("s3:GetObject", "s3:PutObjectTagging")
  const refused = await batch.create(TAG, { Manifest })
  await batch.cloud.settle()
  const job = await batch.job(refused)
  expect([job.Status, job.FailureReasons?.[0]?.FailureCode]).toEqual(["Failed", "JobReportFailed"])
  expect(job.ProgressSummary).toMatchObject({ NumberOfTasksSucceeded: 1, NumberOfTasksFailed: 1 })
})

test("a copy is made as it is asked for, under a prefix, with other metadata and tags", async () => {
  const batch = await open()
  await batch.put("a/ü", "hello", { Metadata: { old: "1" } })
  const S3PutObjectCopy = {
    ...{ TargetResource: "arn:aws:s3:::work", TargetKeyPrefix: "copies" },
    ...{ StorageClass: "STANDARD_IA" as const, NewObjectTagging: [{ Key: "t", Value: "1 =+" }] },
    NewObjectMetadata: { ContentType: "text/plain", UserMetadata: { new: "2" } },
  }
  const id = await batch.create({ S3PutObjectCopy }, { Manifest: await batch.manifest("a/ü") })
  await batch.cloud.settle()
  expect(await batch.report(id)).toEqual(["photos,a%2F%C3%BC,,succeeded,200,,Successful"])
  const Key = "copies/a/ü"
  expect(await batch.text("work", Key)).toBe("hello")
  const head = await batch.s3.send(new HeadObjectCommand({ Bucket: "work", Key }))
  expect([head.StorageClass, head.ContentType, head.Metadata]).toEqual([
    ...["STANDARD_IA", "text/plain", { new: "2" }],
  ])
  const { TagSet } = await batch.s3.send(new GetObjectTaggingCommand({ Bucket: "work", Key }))
  expect(TagSet).toEqual([{ Key: "t", Value: "1 =+" }])
})
