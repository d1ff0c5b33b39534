import { CancelMessageMoveTaskCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { bury, openPair } from "../testing/dead-letter-pair.ts"
import { countsOf, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const cancel = ({ client }: TestQueue, TaskHandle: string | undefined) =>
  client.send(new CancelMessageMoveTaskCommand({ TaskHandle }))

test("a cancelled task stops; what was moved stays moved", async () => {
  const { queue, dead } = await openPair()
  await bury(queue, ["1", "2", "3", "4", "5"])
  const { TaskHandle } = await queue.client.send(
    new StartMessageMoveTaskCommand({ SourceArn: dead.arn, MaxNumberOfMessagesPerSecond: 1 }),
  )
  await queue.cloud.advance("1s")
  expect(await cancel(queue, TaskHandle)).toMatchObject({ ApproximateNumberOfMessagesMoved: 2 })
  await queue.cloud.advance("10s")
  expect(await countsOf(dead)).toEqual([3, 0, 0])
  expect(await refusalOf(cancel(queue, TaskHandle))).toBe(
    "UnsupportedOperation: Only active tasks can be cancelled.",
  )
})

test("handles that mean no task", async () => {
  const { queue, dead } = await openPair()
  const handle = (task: object): string => Buffer.from(JSON.stringify(task)).toString("base64")
  const taskId = "10f57157-fc38-4da9-a113-4de7e12d05aa"
  expect(await refusalOf(cancel(queue, "foobared"))).toBe(
    "InvalidParameterValue: Value for parameter TaskHandle is invalid.",
  )
  expect(await refusalOf(cancel(queue, handle({ taskId, sourceArn: `${dead.arn}x` })))).toBe(
    "ResourceNotFoundException: The resource that you specified for the SourceArn parameter " +
      "doesn't exist.",
  )
  const refused = cancel(queue, handle({ taskId, sourceArn: dead.arn }))
  expect(await refusalOf(refused)).toBe("ResourceNotFoundException: Task does not exist.")
  await expect(refused).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } })
})
