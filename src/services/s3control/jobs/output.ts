import { hash } from "node:crypto"
import { gzipSync } from "node:zlib"
import type { ActionContext } from "../../../kernel/action.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import { batchTasks, type BatchJob, type BatchTask, type ManifestOutput } from "./job.ts"
import { bucketOfArn, callS3 } from "./s3.ts"

/** Rows of one file, and those that one look reads. */
const MOST_ROWS = 20_000
const STRIDE = 1_000

interface Written {
  readonly output: ManifestOutput
  /** The manifest is whole. */
  readonly isDone: boolean
}

/**
 * Writes a generated manifest, a file at a time and its manifest.json at last, in the form of a list
 * of S3 Inventory. Where AWS puts them below the prefix is not verified.
 */
export async function writeOutput(
  ctx: ActionContext,
  job: BatchJob,
  output: ManifestOutput,
): Promise<Written> {
  const tasks = await collect(ctx, job, output)
  const last = tasks.at(-1)
  if (!last) return { output: await writeManifest(ctx, job, output), isDone: true }
  const body = gzipSync(tasks.map((task) => lineOf(task, output.versioned)).join(""))
  const name = hash("sha1", `${job.id}/manifest/${output.files.length}`)
  const key = `${rootOf(job)}/data/${name}.csv.gz`
  await put(ctx, job, { key, body })
  const file = { key, size: body.length, MD5checksum: hash("md5", body) }
  return {
    output: { ...output, after: last.number, files: [...output.files, file] },
    isDone: false,
  }
}

async function collect(
  ctx: ActionContext,
  { id, total }: BatchJob,
  { after }: ManifestOutput,
): Promise<BatchTask[]> {
  const tasks: BatchTask[] = []
  const end = Math.min(total, after + 1 + MOST_ROWS)
  for (let from = after + 1; from < end; from += STRIDE) {
    const to = Math.min(end, from + STRIDE)
    const { rows } = await ctx.read((tx) =>
      tx.scan(batchTasks, { prefix: [id], from: [from], to: [to], limit: STRIDE }),
    )
    tasks.push(...rows)
  }
  return tasks
}

const lineOf = ({ bucket, key, versionId = "null" }: BatchTask, versioned: boolean): string =>
  `${[bucket, key, ...(versioned ? [versionId] : [])].map((text) => `"${text}"`).join(",")}\n`

async function writeManifest(
  ctx: ActionContext,
  job: BatchJob,
  output: ManifestOutput,
): Promise<ManifestOutput> {
  const { SourceBucket = "", ManifestOutputLocation: to } = generatorOf(job) ?? {}
  const text = JSON.stringify({
    sourceBucket: bucketOfArn(SourceBucket),
    destinationBucket: to?.Bucket,
    version: "2016-11-30",
    creationTimestamp: String(job.createdMs),
    fileFormat: "CSV",
    fileSchema: ["Bucket", "Key", ...(output.versioned ? ["VersionId"] : [])].join(", "),
    files: output.files,
  })
  const key = `${rootOf(job)}/manifest.json`
  const etag = await put(ctx, job, { key, body: Buffer.from(text) })
  return { ...output, manifest: { arn: `${to?.Bucket}/${key}`, etag } }
}

export const generatorOf = ({ given }: Pick<BatchJob, "given">) =>
  given.ManifestGenerator?.S3JobManifestGenerator

function rootOf(job: BatchJob): string {
  const { ManifestPrefix: prefix = "" } = generatorOf(job)?.ManifestOutputLocation ?? {}
  return `${prefix === "" ? "" : `${prefix.replace(/\/$/, "")}/`}job-${job.id}`
}

async function put(
  ctx: ActionContext,
  job: BatchJob,
  { key: Key, body }: { readonly key: string; readonly body: Buffer },
): Promise<string> {
  const to = generatorOf(job)?.ManifestOutputLocation
  const { SSES3: plain, SSEKMS: kms } = to?.ManifestEncryption ?? {}
  const input = {
    ...{ Bucket: bucketOfArn(to?.Bucket ?? ""), Key },
    ...{ Body: new WholeBody(body), ContentLength: body.length },
    ...(to?.ExpectedManifestBucketOwner !== undefined && {
      ExpectedBucketOwner: to.ExpectedManifestBucketOwner,
    }),
    ...(plain && { ServerSideEncryption: "AES256" }),
    ...(kms && { ServerSideEncryption: "aws:kms", SSEKMSKeyId: kms.KeyId }),
  }
  const { ETag = "" } = (await callS3(ctx, job, { operation: "PutObject", input })) as {
    readonly ETag?: string
  }
  return ETag.replaceAll('"', "")
}
