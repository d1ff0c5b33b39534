import type { ActionContext } from "../../../kernel/action.ts"
import type { ServiceCall } from "../../../kernel/service-call.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { hostIdOf } from "../../../protocols/rest-xml.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { findQueueByArn } from "../../sqs/port.ts"
import { bucketArn, type Bucket } from "../buckets/bucket.ts"
import { rulesOf, type DestinationKind, type Notifications } from "./configuration.ts"
import { callOfFunction, callOfTopic, isNotImplemented } from "./destinations.ts"
import { S3 } from "./event.ts"

/** What an error names, and why it cannot be told. */
type Fault = readonly [name: string, why: string]

/** Faults that are seen without asking the destination. */
export const plainFaults = (tx: ReadTx, notifications: Notifications): readonly Fault[] =>
  rulesOf(notifications).flatMap(([kind, { destination }]) => {
    const fault = plainFault(tx, kind, destination)
    return fault === undefined ? [] : [[destination, fault] as const]
  })

function plainFault(tx: ReadTx, kind: DestinationKind, arn: string): string | undefined {
  // Recorded.
  if (kind === "queue" && !findQueueByArn(tx, arn)) return "The destination queue does not exist"
  // That they are not supported is documented; the words are not verified.
  if (kind !== "function" && arn.endsWith(".fifo"))
    return `FIFO ${kind === "queue" ? "SQS queues" : "SNS topics"} are not supported`
  return undefined
}

/**
 * Sends every queue and topic a test message, and asks whether every function may be invoked. Throws
 * InvalidArgument with all that cannot be told.
 */
export async function testDestinations(
  ctx: ActionContext,
  notifications: Notifications,
  { bucket, call }: { readonly bucket: Bucket; readonly call: Call },
): Promise<void> {
  const by = { as: S3, sourceArn: bucketArn(bucket), sourceAccount: bucket.account }
  const faults: Fault[] = []
  const tested = new Set<string>()
  for (const [kind, { destination: arn }] of rulesOf(notifications)) {
    if (tested.has(arn)) continue
    tested.add(arn)
    const body = JSON.stringify(testMessage(ctx, bucket, call))
    try {
      await ctx.call({ ...CALLS[kind](arn, body), ...by })
    } catch (error) {
      // What the cloud does not have is no fault of the destination's.
      if (!(error instanceof AwsError) || isNotImplemented(error)) throw error
      faults.push(faultOf(kind, arn, error))
    }
  }
  if (faults.length > 0) throw unreachable(faults)
}

type Target = Pick<ServiceCall, "service" | "operation" | "input" | "account" | "region">

const CALLS: Readonly<Record<DestinationKind, (arn: string, body: string) => Target>> = {
  queue(arn, body) {
    const { account = "", region = "", resource: name = "" } = parseArn(arn) ?? {}
    const input = { QueueUrl: `http://localhost/${account}/${name}`, MessageBody: body }
    return { service: "sqs", operation: "SendMessage", input, account, region }
  },
  topic: (arn, body) => callOfTopic({ arn, body }),
  function: (arn, body) => callOfFunction({ arn, body }, "DryRun"),
}

/** Recorded of queues and functions; of topics as users quote it. */
function faultOf(kind: DestinationKind, arn: string, error: AwsError): Fault {
  if (kind === "function") return [`${arn}, null`, `Not authorized to invoke function [${arn}]`]
  if (kind === "topic" && error.code.startsWith("NotFound"))
    return [arn, "The destination topic does not exist"]
  const why = `Permissions on the destination ${kind} do not allow S3 to publish notifications`
  return [arn, `${why} from this bucket`]
}

/** "Test message" ("Event message structure"). */
const testMessage = (ctx: ActionContext, bucket: Bucket, call: Call): object => ({
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: new Date(ctx.now()).toISOString(),
  Bucket: bucket.name,
  RequestId: call.requestId,
  HostId: hostIdOf(call),
})

/** Recorded: all that cannot be told are named. */
export const unreachable = (faults: readonly Fault[]): AwsError =>
  new AwsError("InvalidArgument", "Unable to validate the following destination configurations", {
    status: 400,
    members: Object.fromEntries(
      faults.flatMap(([name, why], at) => [
        [`ArgumentName${at + 1}`, name],
        [`ArgumentValue${at + 1}`, why],
      ]),
    ),
  })
