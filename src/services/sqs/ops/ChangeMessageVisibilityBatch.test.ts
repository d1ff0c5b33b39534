import { ChangeMessageVisibilityBatchCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf } from "../testing/open-queue.ts"

test("timeouts are changed together, and what fails is told entry by entry", async () => {
  const { client, QueueUrl, ...queue } = await openQueue()
  for (const body of ["a", "b"]) await queue.send(body)
  const [a, b] = await queue.receive()
  const { Successful, Failed } = await client.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl,
      Entries: [
        { Id: "a", ReceiptHandle: a?.ReceiptHandle, VisibilityTimeout: 0 },
        { Id: "b", ReceiptHandle: b?.ReceiptHandle, VisibilityTimeout: -20 },
        { Id: "c", ReceiptHandle: "dummy", VisibilityTimeout: 20 },
        { Id: "d", ReceiptHandle: b?.ReceiptHandle },
      ],
    }),
  )
  expect(Successful).toEqual([{ Id: "a" }])
  expect(Failed?.map(({ Id, Code }) => [Id, Code])).toEqual([
    ["b", "InvalidParameterValue"],
    ["c", "ReceiptHandleIsInvalid"],
    ["d", "MissingParameter"],
  ])
  expect(await countsOf({ client, QueueUrl, ...queue })).toEqual([1, 1, 0])
})

test("a batch has at most ten entries", async () => {
  const { client, QueueUrl } = await openQueue()
  const Entries = Array.from({ length: 20 }, (_, i) => ({
    Id: String(i),
    ReceiptHandle: "x",
    VisibilityTimeout: 123,
  }))
  const refused = client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
  expect(await refusalOf(refused)).toBe(
    "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20.",
  )
})
