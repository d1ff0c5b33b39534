import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
} from "@aws-sdk/client-s3"
import {
  CreateJobCommand,
  DescribeJobCommand,
  S3ControlClient,
  UpdateJobStatusCommand,
  type CreateJobCommandInput,
  type JobDescriptor,
  type JobManifest,
  type JobOperation,
} from "@aws-sdk/client-s3-control"
import type { InProcessCloud } from "../../../index.ts"

export const ACCOUNT = "000000000000"
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/batch`

export const document = (...statements: object[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({ Effect: "Allow", ...one })),
  })

type Clients = Pick<InProcessCloud, "client">

export interface TestBatch {
  readonly s3: S3Client
  readonly control: S3ControlClient
  put(
    Key: string,
    Body?: string,
    more?: Partial<PutObjectCommandInput>,
  ): Promise<PutObjectCommandOutput>
  /** A manifest in CSV, without version ids. */
  manifest(...keys: string[]): Promise<JobManifest>
  create(Operation: JobOperation, more?: Partial<CreateJobCommandInput>): Promise<string>
  job(JobId: string): Promise<JobDescriptor>
  setStatus(JobId: string, RequestedJobStatus: "Ready" | "Cancelled"): Promise<unknown>
  /** What the role may do, from now on. */
  allow(...actions: string[]): Promise<unknown>
  /** The rows of a job's report. */
  report(JobId: string): Promise<string[]>
  text(Bucket: string, Key: string): Promise<string>
}

type Reading = Pick<TestBatch, "s3" | "control" | "job" | "report" | "text"> & {
  keysOf(Bucket: string, Prefix: string): Promise<string[]>
}

/** What looks at a world that is there already. */
export function batchClients(world: Clients): Reading {
  const s3 = world.client(S3Client, { forcePathStyle: true })
  const control = world.client(S3ControlClient)
  const text = async (Bucket: string, Key: string) =>
    (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? ""
  const keysOf = async (Bucket: string, Prefix: string) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))
    return Contents.map(({ Key = "" }) => Key)
  }
  return {
    ...{ s3, control, text, keysOf },
    async job(JobId) {
      const { Job } = await control.send(new DescribeJobCommand({ AccountId: ACCOUNT, JobId }))
      return Job ?? {}
    },
    async report(JobId) {
      const rows: string[] = []
      for (const key of await keysOf("work", `reports/job-${JobId}/results/`))
        rows.push(...(await text("work", key)).trimEnd().split("\n"))
      return rows.toSorted()
    },
  }
}

/** A bucket `photos`, one for manifests and reports, and a role that may do all of S3. */
export async function openBatch(world: Clients): Promise<TestBatch> {
  const { s3, control, ...reading } = batchClients(world)
  const iam = world.client(IAMClient)
  for (const Bucket of ["photos", "work"]) await s3.send(new CreateBucketCommand({ Bucket }))
  const trust = document({
    Principal: { Service: "batchoperations.s3.amazonaws.com" },
    Action: "sts:AssumeRole",
  })
  await iam.send(new CreateRoleCommand({ RoleName: "batch", AssumeRolePolicyDocument: trust }))
  const allow = (...Action: string[]) =>
    iam.send(
      new PutRolePolicyCommand({
        ...{ RoleName: "batch", PolicyName: "p" },
        PolicyDocument: document({ Action, Resource: "*" }),
      }),
    )
  await allow("s3:*", "lambda:InvokeFunction")
  let tokens = 0
  return {
    ...{ s3, control, ...reading, allow },
    put: (Key, Body = "", more = {}) =>
      s3.send(new PutObjectCommand({ Bucket: "photos", Key, Body, ...more })),
    async manifest(...keys) {
      const Body = keys.map((key) => `photos,${encodeURIComponent(key)}\n`).join("")
      const put = new PutObjectCommand({ Bucket: "work", Key: "manifest.csv", Body })
      const { ETag } = await s3.send(put)
      return {
        Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: ["Bucket", "Key"] },
        Location: { ObjectArn: "arn:aws:s3:::work/manifest.csv", ETag },
      }
    },
    async create(Operation, more = {}) {
      const { JobId } = await control.send(
        new CreateJobCommand({
          ...{ AccountId: ACCOUNT, Operation, Priority: 10, RoleArn: ROLE },
          ...{ ConfirmationRequired: false, ClientRequestToken: `token-${(tokens += 1)}` },
          Report: {
            ...{ Enabled: true, Bucket: "arn:aws:s3:::work", Prefix: "reports" },
            ...{ Format: "Report_CSV_20180820", ReportScope: "AllTasks" },
          },
          ...more,
        }),
      )
      return JobId ?? ""
    },
    setStatus: (JobId, RequestedJobStatus) =>
      control.send(new UpdateJobStatusCommand({ AccountId: ACCOUNT, JobId, RequestedJobStatus })),
  }
}
