import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  type GetObjectCommandInput,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
} from "@aws-sdk/client-s3"
import { type CloudOptions, type InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

/** A cloud with one bucket in it, and the official client. */
export interface TestBucket {
  readonly cloud: InProcessCloud
  readonly client: S3Client
  readonly Bucket: string
  put(
    Key: string,
    Body?: PutObjectCommandInput["Body"],
    more?: Partial<PutObjectCommandInput>,
  ): Promise<PutObjectCommandOutput>
  /** The object's value as text. */
  text(Key: string, more?: Partial<GetObjectCommandInput>): Promise<string | undefined>
}

export async function openCloud(options: CloudOptions = {}): Promise<InProcessCloud> {
  return openInProcess(options)
}

/** A bucket in a new cloud, or in the given one. */
export async function openBucket(
  Bucket = "photos",
  { cloud: given, config = {} }: { cloud?: InProcessCloud; config?: object } = {},
): Promise<TestBucket> {
  const cloud = given ?? (await openCloud())
  const client = cloud.client(S3Client, { forcePathStyle: true, ...config })
  await client.send(new CreateBucketCommand({ Bucket }))
  return {
    cloud,
    client,
    Bucket,
    put: (Key, Body = "", more = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    async text(Key, more = {}) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }))
      return Body?.transformToString()
    },
  }
}

/** The error that a call ends in, as far as AWS's contract goes: `name 404: message`. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return "no refusal"
  } catch (error) {
    const { name, message, $metadata } = error as Error & {
      $metadata?: { httpStatusCode?: number }
    }
    return `${name} ${$metadata?.httpStatusCode}: ${message}`
  }
}
