import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { receive } from "../../../registry/receiver.ts"
import { roleArnOf } from "../global/access.ts"
import { arnOf, type KinesisDestination } from "../tables/table.ts"
import { destinationOf, KINESIS_ROLE, putDestination, type DestinationRef } from "./destination.ts"
import { kinesisRecord } from "./record.ts"

/** "… retries for up to 24 hours": with the last wait over and over. */
const WAITS_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000]
const ATTEMPTS = 24 * 60

interface Put {
  readonly FailedRecordCount?: number
  readonly Records?: readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[]
}

/** Puts a record into its stream; one whose destination was disabled meanwhile is let go. */
export const onKinesisRecord = receive(kinesisRecord, {
  async perform(ctx, record) {
    const there = await ctx.read((tx) => destinationOf(tx, record))
    if (!there || there.status === "DISABLED" || there.status === "DISABLING") return
    const Records = [{ Data: Buffer.from(record.data), PartitionKey: record.partitionKey }]
    const answer = (await callKinesis(ctx, record, {
      operation: "PutRecords",
      input: { Records },
    })) as Put
    const [failed] = answer.Records ?? []
    if (answer.FailedRecordCount)
      throw new AwsError(failed?.ErrorCode ?? "InternalFailure", failed?.ErrorMessage ?? "")
  },
  retry: { attempts: ATTEMPTS, backoffMs: WAITS_MS },
  onGiveUp(tx, record, _delivery, reason) {
    const there = destinationOf(tx, record)
    if (there) putDestination(tx, record, { ...there, statusDescription: reason })
  },
})

interface Asked {
  readonly operation: string
  readonly input: object
}

function callKinesis(ctx: ActionContext, of: DestinationRef, asked: Asked): Promise<object> {
  const { account, region, streamArn: StreamARN } = of
  return ctx.call({
    ...{ service: "kinesis", operation: asked.operation, input: { StreamARN, ...asked.input } },
    ...{ account, region, as: KINESIS_ROLE.service },
    role: roleArnOf(account, region, KINESIS_ROLE),
    ...{ sourceArn: arnOf(of), sourceAccount: account },
  })
}

/** A destination begins once its stream was found. */
export const enableDestination = job<DestinationRef>("dynamodb/enable-kinesis", {
  async perform(ctx, ref) {
    const reason = await callKinesis(ctx, ref, { operation: "DescribeStream", input: {} }).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof AwsError) return error.message
        throw error
      },
    )
    await ctx.write((tx) => {
      const there = destinationOf(tx, ref)
      if (there?.status !== "ENABLING") return
      const next: KinesisDestination =
        reason === undefined
          ? { ...there, status: "ACTIVE", statusDescription: undefined }
          : { ...there, status: "ENABLE_FAILED", statusDescription: reason }
      putDestination(tx, ref, next)
    })
  },
})

/** A destination that was changed, or disabled. */
export const settleDestination = job<DestinationRef>("dynamodb/settle-kinesis", {
  run(tx, ref) {
    const there = destinationOf(tx, ref)
    if (there?.status === "UPDATING") putDestination(tx, ref, { ...there, status: "ACTIVE" })
    if (there?.status === "DISABLING") putDestination(tx, ref, { ...there, status: "DISABLED" })
  },
})
