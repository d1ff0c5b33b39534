import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  ListMessageMoveTasksCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { bury, openPair } from "../testing/dead-letter-pair.ts"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const start = ({ client }: TestQueue, input: object) =>
  client.send(new StartMessageMoveTaskCommand({ SourceArn: "", ...input }))

test("SQS-7 dead letters go back to the queues that they came from, as new messages", async () => {
  const { queue, dead } = await openPair()
  const sent = await queue.send("one")
  await bury(queue, ["two"])
  expect(await countsOf(dead)).toEqual([2, 0, 0])
  const { TaskHandle = "" } = await start(queue, { SourceArn: dead.arn })
  expect(JSON.parse(Buffer.from(TaskHandle, "base64").toString())).toEqual({
    taskId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    sourceArn: dead.arn,
  })
  await queue.cloud.settle()
  expect(await countsOf(dead)).toEqual([0, 0, 0])
  const [one, two] = await queue.receive({ MessageSystemAttributeNames: ["All"] })
  expect([one?.Body, two?.Body]).toEqual(["one", "two"])
  expect(one?.MessageId).not.toBe(sent.MessageId)
  expect(one?.Attributes?.["ApproximateReceiveCount"]).toBe("1")
  expect(one?.Attributes).not.toHaveProperty("DeadLetterQueueSourceArn")
})

test("dead letters can go to another queue, large and in order", async () => {
  const { queue, dead } = await openPair()
  const target = await openQueue({}, { name: "target", cloud: queue.cloud })
  const bodies = Array.from({ length: 12 }, (_, i) => `${i}`.padEnd(i === 5 ? 9_000 : 1))
  await bury(queue, bodies)
  await start(queue, { SourceArn: dead.arn, DestinationArn: target.arn })
  await queue.cloud.settle()
  expect([...(await target.bodies()), ...(await target.bodies())]).toEqual(bodies)
})

test("a rate is kept: so many a second, the first at once", async () => {
  const { queue, dead } = await openPair()
  const target = await openQueue({}, { name: "target", cloud: queue.cloud })
  await bury(queue, ["1", "2", "3", "4"])
  const rate = { MaxNumberOfMessagesPerSecond: 1 }
  await start(queue, { SourceArn: dead.arn, DestinationArn: target.arn, ...rate })
  await queue.cloud.settle()
  const moved: number[] = []
  for (let i = 0; i < 4; i += 1) {
    moved.push((await countsOf(target))[0] ?? 0)
    await queue.cloud.advance("1s")
  }
  expect(moved).toEqual([1, 2, 3, 4])
})

test("messages of a FIFO dead-letter queue keep the order of their group", async () => {
  const { queue, dead } = await openPair(".fifo")
  for (const body of ["a", "b", "c"]) await queue.send(body, { MessageGroupId: "g" })
  await queue.receive({ VisibilityTimeout: 0 })
  await queue.receive()
  expect(await countsOf(dead)).toEqual([3, 0, 0])
  await start(queue, { SourceArn: dead.arn })
  await queue.cloud.settle()
  expect(await queue.bodies()).toEqual(["a", "b", "c"])
})

test("what a task cannot start with", async () => {
  const { queue, dead } = await openPair()
  const fifo = await openQueue({}, { name: "f.fifo", cloud: queue.cloud })
  const refused = async (input: object): Promise<string> =>
    (await refusalOf(start(queue, { SourceArn: dead.arn, ...input }))).replace(
      /^InvalidParameterValue: /,
      "",
    )
  expect(await refused({ SourceArn: queue.arn })).toBe(
    "Source queue must be configured as a Dead Letter Queue.",
  )
  const missing = "ResourceNotFoundException: The resource that you specified for the"
  expect(await refused({ SourceArn: `${dead.arn}x` })).toBe(
    `${missing} SourceArn parameter doesn't exist.`,
  )
  expect(await refused({ DestinationArn: `${queue.arn}x` })).toBe(
    `${missing} DestinationArn parameter doesn't exist.`,
  )
  expect(await refused({ DestinationArn: "dummy" })).toMatch(
    /^You must use this format to specify the DestinationArn: arn:/,
  )
  expect(await refused({ DestinationArn: dead.arn })).toMatch(/cannot be the same/)
  expect(await refused({ DestinationArn: fifo.arn })).toMatch(/same queue type/)
  for (const MaxNumberOfMessagesPerSecond of [0, 501]) {
    expect(await refused({ MaxNumberOfMessagesPerSecond })).toMatch(/between 1 and 500\.$/)
  }
})

test("a queue has one task at a time", async () => {
  const { queue, dead } = await openPair()
  await bury(queue, ["1", "2"])
  const input = { SourceArn: dead.arn, MaxNumberOfMessagesPerSecond: 1 }
  await start(queue, input)
  expect(await refusalOf(start(queue, input))).toBe(
    "InvalidParameterValue: There is already a task running. Only one active task is allowed for " +
      "a source queue arn at a given time.",
  )
  await queue.cloud.advance("2s")
  await start(queue, input)
})

test("a Region knows its own queues only", async () => {
  const { queue, dead } = await openPair()
  await bury(queue, ["1", "2"])
  const rate = { MaxNumberOfMessagesPerSecond: 1 }
  const { TaskHandle } = await start(queue, { SourceArn: dead.arn, ...rate })
  const there = queue.cloud.client(SQSClient, { region: "eu-west-1" })
  await there.send(new CreateQueueCommand({ QueueName: "target" }))
  const missing = /^ResourceNotFoundException: .* SourceArn parameter doesn't exist\.$/
  for (const asked of [
    there.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn })),
    there.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn })),
    there.send(new CancelMessageMoveTaskCommand({ TaskHandle })),
  ])
    expect(await refusalOf(asked)).toMatch(missing)
  const DestinationArn = queue.arn.replace(/us-east-1:(\d+):.*/, "eu-west-1:$1:target")
  expect(await refusalOf(start(queue, { SourceArn: dead.arn, DestinationArn }))).toMatch(
    /DestinationArn parameter doesn't exist/,
  )
})
