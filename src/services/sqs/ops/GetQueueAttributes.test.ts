import { GetQueueAttributesCommand, type QueueAttributeName } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const get = async ({ client, QueueUrl }: TestQueue, names?: string[]) =>
  (
    await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names as QueueAttributeName[] }),
    )
  ).Attributes

test("SQS-15 a new queue's attributes are AWS's defaults", async () => {
  const queue = await openQueue()
  const seconds = String(Math.floor(queue.cloud.now().getTime() / 1000))
  expect(await get(queue, ["All"])).toEqual({
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesDelayed: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
    CreatedTimestamp: seconds,
    DelaySeconds: "0",
    LastModifiedTimestamp: seconds,
    MaximumMessageSize: "1048576",
    MessageRetentionPeriod: "345600",
    QueueArn: "arn:aws:sqs:us-east-1:000000000000:jobs",
    ReceiveMessageWaitTimeSeconds: "0",
    SqsManagedSseEnabled: "true",
    VisibilityTimeout: "30",
  })
})

test("only what is asked for is shown, and nothing asked for is nothing", async () => {
  const queue = await openQueue()
  expect(await get(queue, ["QueueArn", "VisibilityTimeout", "Policy"])).toEqual({
    QueueArn: queue.arn,
    VisibilityTimeout: "30",
  })
  expect(await get(queue, undefined)).toBeUndefined()
  expect(await get(queue, ["KmsMasterKeyId"])).toBeUndefined()
  expect(await refusalOf(get(queue, ["Foobar"]))).toBe(
    "InvalidAttributeName: Unknown Attribute Foobar.",
  )
})

test("the counts follow the messages through time", async () => {
  const queue = await openQueue({ VisibilityTimeout: "5" })
  for (const body of ["1", "2", "3", "4", "5", "6"]) await queue.send(body)
  await queue.send("later", { DelaySeconds: 2 })
  await queue.receive({ MaxNumberOfMessages: 1 })
  expect(await countsOf(queue)).toEqual([5, 1, 1])
  await queue.cloud.advance("2s")
  expect(await countsOf(queue)).toEqual([6, 1, 0])
  await queue.cloud.advance("3s")
  expect(await countsOf(queue)).toEqual([7, 0, 0])
})

test("in a FIFO queue only what was received is in flight, not the whole group", async () => {
  const queue = await openQueue(
    { ContentBasedDeduplication: "true", VisibilityTimeout: "5" },
    { name: "jobs.fifo" },
  )
  for (const [group, body] of ["11", "12", "21", "22", "31", "32"].map((one) => [...one])) {
    await queue.send(`${group}-${body}`, { MessageGroupId: group })
  }
  expect(await queue.bodies({ MaxNumberOfMessages: 1 })).toEqual(["1-1"])
  expect(await queue.bodies({ MaxNumberOfMessages: 1 })).toEqual(["2-1"])
  expect(await countsOf(queue)).toEqual([4, 2, 0])
  await queue.cloud.advance("5s")
  expect(await countsOf(queue)).toEqual([6, 0, 0])
})
