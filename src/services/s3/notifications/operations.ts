import type { ActionContext } from "../../../kernel/action.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { hostIdOf } from "../../../protocols/rest-xml.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { bucketAccess } from "../access/access.ts"
import { bucketArn, configure, type Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import {
  queueFault,
  readNotifications,
  unreachable,
  type NotificationRule,
} from "./configuration.ts"
import { S3 } from "./event.ts"

/**
 * Every destination gets a test message first: what cannot be told is refused, and nothing changes
 * ("Unable to validate the following destination configurations").
 */
export const PutBucketNotificationConfiguration = op.action("PutBucketNotificationConfiguration", {
  authorize: bucketAccess("PutBucketNotification"),
  async run(ctx, input, call): Promise<Out<"PutBucketNotificationConfiguration">> {
    const { bucket, notifications, faults } = await ctx.write((tx) => {
      const found = findBucket(tx, input, call)
      const newId = (): string => tx.random("s3/notification-id").uuid()
      const read = readNotifications(input.NotificationConfiguration, newId)
      const checked = input.SkipDestinationValidation === true ? [] : read.queues
      return {
        bucket: found,
        notifications: read,
        faults: checked.flatMap((rule) => {
          const fault = queueFault(tx, rule)
          return fault === undefined ? [] : [[rule.destination, fault] as const]
        }),
      }
    })
    if (faults.length > 0) throw unreachable(faults)
    if (input.SkipDestinationValidation !== true)
      await testAll(ctx, notifications.queues, { bucket, call })
    await ctx.write((tx) => {
      const none = notifications.queues.length === 0
      configure(tx, findBucket(tx, input, call), {
        notifications: none ? undefined : notifications,
      })
    })
    return {}
  },
})

async function testAll(
  ctx: ActionContext,
  rules: readonly NotificationRule[],
  { bucket, call }: { readonly bucket: Bucket; readonly call: Call },
): Promise<void> {
  const faults: [string, string][] = []
  for (const arn of new Set(rules.map(({ destination }) => destination))) {
    try {
      await sendTest(ctx, arn, { bucket, call })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      // Recorded.
      faults.push([
        arn,
        "Permissions on the destination queue do not allow S3 to publish notifications from this bucket",
      ])
    }
  }
  if (faults.length > 0) throw unreachable(faults)
}

function sendTest(
  ctx: ActionContext,
  queueArn: string,
  { bucket, call }: { readonly bucket: Bucket; readonly call: Call },
): Promise<object> {
  const { account = "", region = "", resource: name = "" } = parseArn(queueArn) ?? {}
  // "Test message" ("Event message structure").
  const body = {
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(ctx.now()).toISOString(),
    Bucket: bucket.name,
    RequestId: call.requestId,
    HostId: hostIdOf(call),
  }
  return ctx.call({
    ...{ service: "sqs", operation: "SendMessage", as: S3 },
    input: { QueueUrl: `http://localhost/${account}/${name}`, MessageBody: JSON.stringify(body) },
    ...{ account, region, sourceArn: bucketArn(bucket), sourceAccount: bucket.account },
  })
}

export const GetBucketNotificationConfiguration = op.read("GetBucketNotificationConfiguration", {
  authorize: bucketAccess("GetBucketNotification"),
  run(tx, input, call): Out<"GetBucketNotificationConfiguration"> {
    const { notifications } = findBucket(tx, input, call).config
    if (!notifications) return {}
    return {
      QueueConfigurations: notifications.queues.map(({ id, destination, events, filter }) => ({
        Id: id,
        QueueArn: destination,
        Events: events,
        ...(filter && { Filter: { Key: { FilterRules: filter } } }),
      })),
    }
  },
})

export const notificationOperations = {
  ...{ PutBucketNotificationConfiguration, GetBucketNotificationConfiguration },
}
