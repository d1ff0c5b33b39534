import { IAMClient } from "@aws-sdk/client-iam"
import { PutBucketVersioningCommand } from "@aws-sdk/client-s3"
import {
  CreateJobCommand,
  DeleteJobTaggingCommand,
  DescribeJobCommand,
  GetJobTaggingCommand,
  ListJobsCommand,
  PutJobTaggingCommand,
  S3ControlClient,
  UpdateJobPriorityCommand,
  type JobOperation,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openCloud, refusalOf } from "../../s3/testing/open-bucket.ts"
import { configure, makeRole, openSide, ruleTo } from "../../s3/testing/open-replication.ts"
import { ACCOUNT as AccountId, openBatch, ROLE } from "../testing/open-batch.ts"

const TAG: JobOperation = { S3PutObjectTagging: { TagSet: [{ Key: "a", Value: "1" }] } }

async function open() {
  const cloud = await openCloud({ now: "2027-01-04T00:00:00Z" })
  const batch = await openBatch(cloud)
  await batch.put("a")
  const Manifest = await batch.manifest("a")
  return { cloud, ...batch, Manifest }
}

test("a client request token makes one job, and is not used for another", async () => {
  const { create, Manifest } = await open()
  const ClientRequestToken = "once"
  const id = await create(TAG, { Manifest, ClientRequestToken })
  expect(await create(TAG, { Manifest, ClientRequestToken })).toBe(id)
  expect(
    await refusalOf(create(TAG, { Manifest, ClientRequestToken, Description: "other" })),
  ).toMatch(/^IdempotencyException 400/)
})

test("jobs are listed by status, the newest first, page by page", async () => {
  const { cloud, control, create, Manifest } = await open()
  const ids: string[] = []
  for (let at = 0; at < 5; at += 1) {
    ids.unshift(await create(TAG, { Manifest, ConfirmationRequired: at % 2 === 0 }))
    await cloud.advance("1s")
  }
  const list = async (more: object = {}) =>
    control.send(new ListJobsCommand({ AccountId, ...more }))
  expect((await list()).Jobs?.map(({ JobId }) => JobId)).toEqual(ids)
  const waiting = await list({ JobStatuses: ["Suspended"], MaxResults: 2 })
  expect(waiting.Jobs?.map(({ JobId }) => JobId)).toEqual([ids[0], ids[2]])
  expect(waiting.Jobs?.[0]).toMatchObject({ Operation: "S3PutObjectTagging", Priority: 10 })
  const { NextToken } = waiting
  const rest = await list({ JobStatuses: ["Suspended"], MaxResults: 2, NextToken })
  expect([rest.Jobs?.map(({ JobId }) => JobId), rest.NextToken]).toEqual([[ids[4]], undefined])
  expect((await list({ JobStatuses: ["Complete"] })).Jobs).toHaveLength(2)
  const elsewhere = cloud.client(S3ControlClient, { region: "eu-west-1" })
  expect((await elsewhere.send(new ListJobsCommand({ AccountId }))).Jobs ?? []).toEqual([])
})

test("a job has a priority and tags that can be changed, and is gone 90 days after its end", async () => {
  const { cloud, control, create, job, Manifest } = await open()
  const Tags = [{ Key: "team", Value: "a" }]
  const JobId = await create(TAG, { Manifest, Tags, ConfirmationRequired: true })
  const at = { AccountId, JobId }
  const tags = async () => (await control.send(new GetJobTaggingCommand(at))).Tags
  expect(await tags()).toEqual(Tags)
  await control.send(new PutJobTaggingCommand({ ...at, Tags: [{ Key: "x", Value: "y" }] }))
  expect(await tags()).toEqual([{ Key: "x", Value: "y" }])
  await control.send(new DeleteJobTaggingCommand(at))
  expect((await tags()) ?? []).toEqual([])
  const changed = await control.send(new UpdateJobPriorityCommand({ ...at, Priority: 42 }))
  expect([changed.JobId, changed.Priority]).toEqual([JobId, 42])
  expect((await job(JobId)).Priority).toBe(42)
  const tooHigh = new UpdateJobPriorityCommand({ ...at, Priority: 2_147_483_648 })
  expect(await refusalOf(control.send(tooHigh))).toMatch(/^InvalidArgument 400: Provided priority/)
  const done = await create(TAG, { Manifest })
  await cloud.advance("89d")
  expect((await job(done)).Status).toBe("Complete")
  await cloud.advance("1d")
  expect(await refusalOf(job(done))).toBe("NoSuchJob 404: The specified job does not exist")
  expect((await job(JobId)).Status).toBe("Suspended")
})

test("six jobs work at a time; the next is that of the highest priority", async () => {
  const { cloud, s3, create, job, put, setStatus, manifest } = await open()
  const VersioningConfiguration = { Status: "Enabled" as const }
  await s3.send(new PutBucketVersioningCommand({ Bucket: "photos", VersioningConfiguration }))
  await put("b")
  await makeRole(cloud)
  await openSide(cloud, "copies")
  await configure({ Bucket: "photos", client: s3 }, ruleTo("copies"))
  const Manifest = await manifest("b")
  const make = (Priority: number) => create({ S3ReplicateObject: {} }, { Manifest, Priority })
  // Replication takes its time: as long as it does the jobs are active.
  const working: string[] = []
  for (let at = 0; at < 6; at += 1) working.push(await make(10))
  const [low, high] = [await make(1), await make(5)]
  await cloud.settle()
  const statuses = async (...ids: string[]) =>
    Promise.all(ids.map(async (id) => (await job(id)).Status))
  expect(new Set(await statuses(...working))).toEqual(new Set(["Active"]))
  expect(await statuses(low, high)).toEqual(["Ready", "Ready"])
  await setStatus(working[0] ?? "", "Cancelled")
  await cloud.settle()
  expect(await statuses(working[0] ?? "", low, high)).toEqual(["Cancelled", "Ready", "Active"])
  await cloud.advance("2m")
  expect(new Set(await statuses(...working.slice(1), low, high))).toEqual(new Set(["Complete"]))
  expect(await statuses(working[0] ?? "")).toEqual(["Cancelled"])
})

test("who makes a job needs s3:CreateJob, and may pass on only the roles that it may", async () => {
  const { cloud, Manifest } = await open()
  const { credentials, may } = await newUser(cloud.client(IAMClient), "u")
  const control = cloud.client(S3ControlClient, { credentials })
  const create = (Priority: number, ClientRequestToken: string) =>
    refusalOf(
      control.send(
        new CreateJobCommand({
          ...{ AccountId, Manifest, Operation: TAG, Priority, RoleArn: ROLE, ClientRequestToken },
          Report: { Enabled: false },
        }),
      ),
    )
  const own = {
    ...{ Action: "s3:CreateJob", Resource: "*" },
    Condition: {
      StringEquals: { "s3:RequestJobOperation": "S3PutObjectTagging" },
      NumericLessThanEquals: { "s3:RequestJobPriority": "10" },
    },
  }
  await may(own)
  expect(await create(10, "1")).toMatch(/^AccessDenied 403: .*iam:PassRole/)
  const pass = {
    ...{ Action: "iam:PassRole", Resource: ROLE },
    Condition: {
      StringEquals: { "iam:PassedToService": "batchoperations.s3.amazonaws.com" },
    },
  }
  await may(pass)
  expect(await create(10, "1")).toMatch(/^AccessDenied 403: .*s3:CreateJob/)
  await may(own, pass)
  expect(await create(10, "1")).toBe("no refusal")
  expect(await create(11, "2")).toMatch(/^AccessDenied 403: .*s3:CreateJob/)
  expect(await refusalOf(control.send(new DescribeJobCommand({ AccountId, JobId: "x" })))).toMatch(
    /^AccessDenied 403: .*s3:DescribeJob/,
  )
})

test("what makes no sense is refused", async () => {
  const { create, Manifest } = await open()
  const refused = (operation: JobOperation, more: object = {}) =>
    refusalOf(create(operation, { Manifest, ...more }))
  expect(await refused({})).toMatch(/^MalformedXML 400/)
  expect(await refused({ ...TAG, S3DeleteObjectTagging: {} })).toMatch(/^MalformedXML 400/)
  expect(await refused(TAG, { Manifest: undefined })).toMatch(/^InvalidRequest 400/)
  expect(await refused(TAG, { RoleArn: "batch" })).toMatch(/^InvalidRequest 400: Invalid role/)
  expect(await refused(TAG, { Report: { Enabled: true } })).toMatch(/^InvalidRequest 400/)
  expect(await refused({ S3PutObjectCopy: { TargetResource: "work" } })).toMatch(
    /^InvalidRequest 400/,
  )
  expect(await refused({ S3ComputeObjectChecksum: { ChecksumType: "COMPOSITE" } })).toBe(
    "NotImplemented 501: Cloudarium does not implement S3ComputeObjectChecksum of type COMPOSITE yet.",
  )
})
