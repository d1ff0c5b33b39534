import {
  CancelMessageMoveTaskCommand,
  DeleteQueueCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { bury, openPair } from "../testing/dead-letter-pair.ts"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const start = ({ client }: TestQueue, input: { SourceArn: string; DestinationArn?: string }) =>
  client.send(new StartMessageMoveTaskCommand({ ...input, MaxNumberOfMessagesPerSecond: 1 }))

const list = async ({ client }: TestQueue, input: { SourceArn: string; MaxResults?: number }) =>
  (await client.send(new ListMessageMoveTasksCommand(input))).Results ?? []

test("a task tells how far it is, and its handle as long as it runs", async () => {
  const { queue, dead } = await openPair()
  await bury(queue, ["1", "2"])
  const SourceArn = dead.arn
  expect(await list(queue, { SourceArn })).toEqual([])
  const startedAt = queue.cloud.now().getTime()
  const { TaskHandle } = await start(queue, { SourceArn })
  await queue.cloud.settle()
  const running = {
    TaskHandle,
    Status: "RUNNING",
    SourceArn,
    MaxNumberOfMessagesPerSecond: 1,
    ApproximateNumberOfMessagesMoved: 1,
    ApproximateNumberOfMessagesToMove: 2,
    StartedTimestamp: startedAt,
  }
  expect(await list(queue, { SourceArn })).toEqual([running])
  await queue.cloud.advance("1s")
  const { TaskHandle: _handle, ...ended } = running
  expect(await list(queue, { SourceArn })).toEqual([
    { ...ended, Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 2 },
  ])
})

test("the last task comes first, and by default alone", async () => {
  const { queue, dead } = await openPair()
  const target = await openQueue({}, { name: "target", cloud: queue.cloud })
  const SourceArn = dead.arn
  for (let i = 0; i < 12; i += 1) {
    await queue.cloud.advance("1s")
    await start(queue, { SourceArn, ...(i === 11 && { DestinationArn: target.arn }) })
    await queue.cloud.settle()
  }
  const [last, ...others] = await list(queue, { SourceArn })
  expect(others).toEqual([])
  expect(last?.DestinationArn).toBe(target.arn)
  const ten = await list(queue, { SourceArn, MaxResults: 10 })
  const times = ten.map(({ StartedTimestamp = 0 }) => StartedTimestamp)
  expect(times).toEqual([...times].sort((a, b) => b - a))
  expect(new Set(times).size).toBe(10)
  for (const MaxResults of [0, 11]) {
    expect(await refusalOf(list(queue, { SourceArn, MaxResults }))).toMatch(/between 1 and 10\.$/)
  }
})

test("a task fails when its destination goes, and says why", async () => {
  const { queue, dead } = await openPair()
  const target = await openQueue({}, { name: "target", cloud: queue.cloud })
  await bury(queue, ["1", "2", "3"])
  const SourceArn = dead.arn
  await start(queue, { SourceArn, DestinationArn: target.arn })
  await queue.cloud.settle()
  await queue.client.send(new DeleteQueueCommand({ QueueUrl: target.QueueUrl }))
  await queue.cloud.advance("1s")
  expect(await list(queue, { SourceArn })).toEqual([
    expect.objectContaining({
      Status: "FAILED",
      FailureReason: "AWS.SimpleQueueService.NonExistentQueue",
      ApproximateNumberOfMessagesMoved: 1,
    }),
  ])
  expect(await countsOf(dead)).toEqual([2, 0, 0])
})

test("a message that came from nowhere has nowhere to go back to", async () => {
  const { queue, dead } = await openPair()
  await dead.send("own")
  await start(queue, { SourceArn: dead.arn })
  await queue.cloud.settle()
  const [task] = await list(queue, { SourceArn: dead.arn })
  expect(task).toMatchObject({
    Status: "FAILED",
    FailureReason: "CouldNotDetermineMessageSource",
    ApproximateNumberOfMessagesMoved: 0,
  })
  expect(await dead.bodies()).toEqual(["own"])
})

test("a cancelled task is listed as such", async () => {
  const { queue, dead } = await openPair()
  await bury(queue, ["1", "2", "3"])
  const SourceArn = dead.arn
  const { TaskHandle } = await start(queue, { SourceArn })
  await queue.cloud.settle()
  await queue.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
  expect((await list(queue, { SourceArn }))[0]?.Status).toBe("CANCELLING")
  await queue.cloud.advance("1s")
  const [task] = await list(queue, { SourceArn })
  expect(task).toMatchObject({ Status: "CANCELLED", ApproximateNumberOfMessagesMoved: 1 })
})
