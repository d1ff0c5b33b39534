import { bucketAccess } from "../access/access.ts"
import { configure } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { isEmpty, readNotifications, type NotificationRule } from "./configuration.ts"
import { plainFaults, testDestinations, unreachable } from "./validate.ts"

/**
 * Every destination gets a test message first: what cannot be told is refused, and nothing changes
 * ("Unable to validate the following destination configurations").
 */
export const PutBucketNotificationConfiguration = op.action("PutBucketNotificationConfiguration", {
  authorize: bucketAccess("PutBucketNotification"),
  async run(ctx, input, call): Promise<Out<"PutBucketNotificationConfiguration">> {
    const isChecked = input.SkipDestinationValidation !== true
    const given: In<"PutBucketNotificationConfiguration">["NotificationConfiguration"] | undefined =
      input.NotificationConfiguration
    const { bucket, notifications, faults } = await ctx.write((tx) => {
      const found = findBucket(tx, input, call)
      const newId = (): string => tx.random("s3/notification-id").uuid()
      if (!given) throw malformedXml()
      const read = readNotifications(given, newId)
      const faulty = isChecked ? plainFaults(tx, read) : []
      return { bucket: found, notifications: read, faults: faulty }
    })
    if (faults.length > 0) throw unreachable(faults)
    if (isChecked) await testDestinations(ctx, notifications, { bucket, call })
    await ctx.write((tx) =>
      configure(tx, findBucket(tx, input, call), {
        notifications: isEmpty(notifications) ? undefined : notifications,
      }),
    )
    return {}
  },
})

export const GetBucketNotificationConfiguration = op.read("GetBucketNotificationConfiguration", {
  authorize: bucketAccess("GetBucketNotification"),
  run(tx, input, call): Out<"GetBucketNotificationConfiguration"> {
    const { notifications } = findBucket(tx, input, call).config
    if (!notifications) return {}
    const { queues, topics, functions, bridge } = notifications
    return {
      ...(queues.length > 0 && {
        QueueConfigurations: queues.map((rule) => ({
          ...{ QueueArn: rule.destination, ...shown(rule) },
        })),
      }),
      ...(topics && {
        TopicConfigurations: topics.map((rule) => ({
          ...{ TopicArn: rule.destination, ...shown(rule) },
        })),
      }),
      ...(functions && {
        LambdaFunctionConfigurations: functions.map((rule) => ({
          ...{ LambdaFunctionArn: rule.destination, ...shown(rule) },
        })),
      }),
      ...(bridge && { EventBridgeConfiguration: {} }),
    }
  },
})

const shown = ({ id, events, filter }: NotificationRule) => ({
  ...{ Id: id, Events: events },
  ...(filter && { Filter: { Key: { FilterRules: filter } } }),
})

export const notificationOperations = {
  ...{ PutBucketNotificationConfiguration, GetBucketNotificationConfiguration },
}
