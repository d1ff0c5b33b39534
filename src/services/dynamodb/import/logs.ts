import type { ActionContext } from "../../../kernel/action.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { LOG_GROUP, type Import } from "./import.ts"

/** Messages that one call carries. */
const MOST = 100

/**
 * Tells errors to CloudWatch Logs, with the caller's rights (docs: "Import format quotas and
 * validation"). Where that cannot be, the counts stay. AWS's form of the messages is not verified.
 */
export async function tellErrors(
  ctx: ActionContext,
  one: Import,
  { key, errors }: { readonly key: string; readonly errors: readonly string[] },
): Promise<void> {
  if (errors.length === 0) return
  const names = { logGroupName: LOG_GROUP, logStreamName: `${one.id}/error` }
  const timestamp = ctx.now()
  const { S3Bucket: bucket } = one.input.S3BucketSource
  const logEvents = errors.slice(0, MOST).map((errorMessage) => ({
    ...{ timestamp, message: JSON.stringify({ itemS3Pointer: { bucket, key }, errorMessage }) },
  }))
  await tell(ctx, one, { operation: "CreateLogGroup", input: { logGroupName: LOG_GROUP } })
  await tell(ctx, one, { operation: "CreateLogStream", input: names })
  await tell(ctx, one, { operation: "PutLogEvents", input: { ...names, logEvents } })
}

async function tell(
  ctx: ActionContext,
  { account, region, caller }: Import,
  asked: { readonly operation: string; readonly input: object },
): Promise<void> {
  const as = "dynamodb.amazonaws.com"
  try {
    await ctx.call({ service: "logs", ...asked, account, region, as, caller })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
  }
}
