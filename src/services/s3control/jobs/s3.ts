import type { ActionContext } from "../../../kernel/action.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import type { ByteStream } from "../../../kernel/wire.ts"
import { bucketNamed, bucketNameOf, type BatchRights } from "../../s3/port.ts"
import { BATCH } from "./access.ts"
import { jobArn, type BatchJob } from "./job.ts"

/** In whose name a job does what it does. */
export const rightsOf = (job: BatchJob, region = job.region): BatchRights => ({
  ...{ account: job.account, region, role: job.given.RoleArn, as: BATCH },
})

/** An operation of S3 in the job's role, in the Region of the bucket. Rejects with its error. */
export async function callS3(
  ctx: ActionContext,
  job: BatchJob,
  asked: { readonly operation: string; readonly input: { readonly Bucket: string } },
): Promise<object> {
  const bucket = await ctx.read((tx) => bucketNamed(tx, job.partition, asked.input.Bucket))
  return ctx.call({
    ...{ service: "s3", ...asked, ...rightsOf(job, bucket?.region) },
    ...{ sourceArn: jobArn(job), sourceAccount: job.account },
  })
}

/** "Completion reports are always encrypted with … SSE-S3." */
export const putReport = (
  ctx: ActionContext,
  job: BatchJob,
  { key: Key, text }: { readonly key: string; readonly text: string },
): Promise<object> => {
  const { Bucket: arn = "", ExpectedBucketOwner } = job.given.Report
  const body = Buffer.from(text)
  const input = {
    ...{ Bucket: bucketOfArn(arn), Key, ServerSideEncryption: "AES256" },
    ...{ Body: new WholeBody(body), ContentLength: body.length },
    ...(ExpectedBucketOwner !== undefined && { ExpectedBucketOwner }),
  }
  return callS3(ctx, job, { operation: "PutObject", input })
}

/** Some manifests name buckets without their ARN. */
export const bucketOfArn = (arn: string): string => bucketNameOf(arn) ?? arn

interface Got {
  readonly Body: ByteStream
  readonly ETag?: string
}

/** A whole object; throws ManifestError of one that is too large. */
export async function readObject(
  ctx: ActionContext,
  job: BatchJob,
  input: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string | undefined },
): Promise<{ readonly bytes: Buffer; readonly etag: string }> {
  const { Body, ETag = "" } = (await callS3(ctx, job, { operation: "GetObject", input })) as Got
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of Body) {
    size += part.length
    if (size > MANIFEST_BYTES) throw new ManifestError("The manifest is too large")
    parts.push(part)
  }
  return { bytes: Buffer.concat(parts), etag: ETag.replaceAll('"', "") }
}

/** Of one file, unpacked: ours. */
export const MANIFEST_BYTES = 64 * 1024 * 1024

/** A manifest that cannot be used. */
export class ManifestError extends Error {
  override readonly name = "ManifestError"
}
