import type { ActionContext } from "../../../kernel/action.ts"
import { effect, type Delivery } from "../../../kernel/later/later.ts"
import type { ServiceCall } from "../../../kernel/service-call.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { parseArn } from "../../../registry/arn.ts"
import { receive } from "../../../registry/receiver.ts"
import type { BridgeEvent } from "./bridge-event.ts"
import { S3 } from "./event.ts"

interface Told {
  /** Of the topic or the function. */
  readonly arn: string
  /** The records, as JSON. */
  readonly body: string
}

/** A message to a topic of SNS. */
export const tellTopic = effect<Told>("s3/tellTopic")
/** A function of Lambda is invoked, and what becomes of that is Lambda's matter. */
export const tellFunction = effect<Told>("s3/tellFunction")
/** An event for the default bus of the bucket's account and Region. */
export const tellBridge = effect<BridgeEvent & { readonly region: string }>("s3/tellBridge")

/** How often it is tried is not documented; "delivery takes seconds, sometimes a minute or more". */
const RETRY = { attempts: 4, backoffMs: [1_000, 5_000, 30_000] } as const

/** The subject of every message of S3 (recorded). */
const SUBJECT = "Amazon S3 Notification"

const onTellTopic = receive(tellTopic, {
  perform: (ctx, told, by) => call(ctx, callOfTopic(told), by),
  retry: RETRY,
})

const onTellFunction = receive(tellFunction, {
  perform: (ctx, told, by) => call(ctx, callOfFunction(told, "Event"), by),
  retry: RETRY,
})

const onTellBridge = receive(tellBridge, {
  async perform(ctx, { region, ...event }, by) {
    const input = { Entries: [{ ...event, Source: "aws.s3" }] }
    const where = { account: by.sourceAccount ?? "", region }
    try {
      await call(ctx, { service: "events", operation: "PutEvents", input, ...where }, by)
    } catch (error) {
      // Where there is no EventBridge nobody can have a rule that waits for the event.
      if (!isNotImplemented(error)) throw error
    }
  },
  retry: RETRY,
})

export const notificationReceivers = [onTellTopic, onTellFunction, onTellBridge]

type Target = Pick<ServiceCall, "service" | "operation" | "input" | "account" | "region">

/** The publication of a message, as S3 sends it. */
export function callOfTopic({ arn, body }: Told): Target {
  const { account = "", region = "" } = parseArn(arn) ?? {}
  const input = { TopicArn: arn, Subject: SUBJECT, Message: body }
  return { service: "sns", operation: "Publish", input, account, region }
}

/** "DryRun" asks whether it may be invoked. */
export function callOfFunction({ arn, body }: Told, type: "Event" | "DryRun"): Target {
  const { account = "", region = "" } = parseArn(arn) ?? {}
  const input = { FunctionName: arn, InvocationType: type, Payload: Buffer.from(body) }
  return { service: "lambda", operation: "Invoke", input, account, region }
}

async function call(
  ctx: ActionContext,
  target: Target,
  { sourceArn, sourceAccount }: Delivery,
): Promise<void> {
  await ctx.call({ ...target, as: S3, sourceArn, sourceAccount })
}

/** The cloud has no such service yet. */
export const isNotImplemented = (error: unknown): boolean =>
  error instanceof AwsError && error.code === "NotImplemented"
