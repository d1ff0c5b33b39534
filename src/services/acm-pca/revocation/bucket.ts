import type { ActionContext } from "../../../kernel/action.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import type { RevocationConfiguration } from "../../../models/types/acm-pca.ts"
import { authorityArn, type AuthorityRef } from "../authority/authority.ts"
import { PCA } from "../define.ts"
import { badPolicy, invalidArgs } from "../errors.ts"

/** An object that the service writes; the bucket's policy decides. */
export interface Written {
  readonly bucket: string
  readonly key: string
  readonly bytes: Uint8Array
  readonly contentType: string
  readonly acl?: string | undefined
}

const ACLS: Readonly<Record<string, string>> = {
  PUBLIC_READ: "public-read",
  BUCKET_OWNER_FULL_CONTROL: "bucket-owner-full-control",
}

/** Rejects with S3's own refusal. */
export function writeObject(
  ctx: ActionContext,
  ref: AuthorityRef,
  { bucket, key, bytes, contentType, acl }: Written,
): Promise<object> {
  return askS3(ctx, ref, "PutObject", {
    ...{ Bucket: bucket, Key: key, Body: new WholeBody(bytes), ContentLength: bytes.length },
    ...{ ContentType: contentType, ...(acl !== undefined && { ACL: ACLS[acl] }) },
  })
}

function askS3(
  ctx: ActionContext,
  ref: AuthorityRef,
  operation: string,
  input: object,
): Promise<object> {
  const { account, region } = ref
  return ctx.call({
    ...{ service: "s3", operation, input, account, region, as: PCA },
    ...{ sourceArn: authorityArn(ref), sourceAccount: account },
  })
}

/** What the service writes to see that it may. */
const TEST_KEY = "acm-pca-permission-test-key"

/**
 * Tries a bucket before lists are to be written to it. Rejects with InvalidArgsException where there
 * is none, with InvalidPolicyException where its policy does not let the service in.
 */
export async function assertBucket(
  ctx: ActionContext,
  ref: AuthorityRef,
  { CrlConfiguration: list }: RevocationConfiguration,
): Promise<void> {
  const { Enabled, S3BucketName: bucket = "", S3ObjectAcl } = list ?? {}
  if (!Enabled) return
  await assertWritable(ctx, ref, { bucket, acl: S3ObjectAcl })
}

export async function assertWritable(
  ctx: ActionContext,
  ref: AuthorityRef,
  { bucket, acl }: Pick<Written, "bucket" | "acl">,
): Promise<void> {
  const object = { bucket, key: TEST_KEY, bytes: new Uint8Array(0), contentType: "text/plain", acl }
  await permitted("s3:GetBucketAcl", () => askS3(ctx, ref, "GetBucketAcl", { Bucket: bucket }))
  await permitted("s3:PutObject", () => writeObject(ctx, ref, object))
}

async function permitted(action: string, attempt: () => Promise<object>): Promise<void> {
  try {
    await attempt()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (error.code === "AccessDenied")
      // The words are quoted, the code is not verified.
      throw badPolicy(
        `The ACM Private CA Service Principal '${PCA}' requires '${action}' permissions.`,
      )
    throw invalidArgs(`The S3 bucket cannot be used: ${error.message}`)
  }
}
