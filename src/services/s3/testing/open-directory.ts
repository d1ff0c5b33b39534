import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
} from "@aws-sdk/client-s3"
import type { InProcessCloud } from "../../../index.ts"
import { openCloud } from "./open-bucket.ts"

/** A cloud with a directory bucket in it, and the official client, which makes its sessions. */
export interface TestDirectory {
  readonly cloud: InProcessCloud
  readonly client: S3Client
  readonly Bucket: string
  put(
    Key: string,
    Body?: PutObjectCommandInput["Body"],
    more?: Partial<PutObjectCommandInput>,
  ): Promise<PutObjectCommandOutput>
  text(Key: string): Promise<string | undefined>
}

export const DIRECTORY = "fast--use1-az4--x-s3"

/** The way in which a directory bucket is asked for. */
export const creation = (Bucket: string, zone = "use1-az4"): CreateBucketCommand =>
  new CreateBucketCommand({
    Bucket,
    CreateBucketConfiguration: {
      Location: { Type: "AvailabilityZone", Name: zone },
      Bucket: { Type: "Directory", DataRedundancy: "SingleAvailabilityZone" },
    },
  })

export async function openDirectory(
  Bucket = DIRECTORY,
  { cloud: given, config = {} }: { cloud?: InProcessCloud; config?: Record<string, unknown> } = {},
): Promise<TestDirectory> {
  const cloud = given ?? (await openCloud())
  const client = cloud.client(S3Client, config)
  await client.send(creation(Bucket))
  return {
    cloud,
    client,
    Bucket,
    put: (Key, Body = "", more = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    async text(Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
      return Body?.transformToString()
    },
  }
}
