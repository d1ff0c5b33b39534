import type { ActionContext } from "../../../kernel/action.ts"
import { partitionOf } from "../../../kernel/places.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import { bucketNamed } from "../../s3/port.ts"
import type { Export } from "./export.ts"

/** For whom, and from where, objects of a bucket are read and written. */
export type S3Rights = Pick<Export, "account" | "region" | "caller">

/** A call of S3 with the rights of who began the work, in the bucket's Region. */
export async function callS3(
  ctx: ActionContext,
  { account, region, caller }: S3Rights,
  asked: { readonly operation: string; readonly input: { readonly Bucket: string } },
): Promise<object> {
  const { id: partition } = partitionOf(region)
  const bucket = await ctx.read((tx) => bucketNamed(tx, partition, asked.input.Bucket))
  return ctx.call({
    ...{ service: "s3", ...asked, as: "dynamodb.amazonaws.com", caller },
    ...{ account, region: bucket?.region ?? region },
  })
}

/** Throws what S3 says to the caller of the export. */
export async function putObject(
  ctx: ActionContext,
  one: Export,
  { key: Key, body }: { readonly key: string; readonly body: Uint8Array },
): Promise<{ readonly ETag?: string }> {
  const { bucket: Bucket, owner, sseAlgorithm, sseKeyId } = one.to
  const input = {
    ...{ Bucket, Key, Body: new WholeBody(body), ContentLength: body.length },
    ...(owner !== undefined && { ExpectedBucketOwner: owner }),
    ...(sseAlgorithm !== undefined && {
      ServerSideEncryption: sseAlgorithm === "KMS" ? "aws:kms" : sseAlgorithm,
    }),
    ...(sseKeyId !== undefined && { SSEKMSKeyId: sseKeyId }),
  }
  return callS3(ctx, one, { operation: "PutObject", input })
}
