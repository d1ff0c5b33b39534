import { DeleteMessageBatchCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const removeAll = ({ client, QueueUrl }: TestQueue, handles: (string | undefined)[]) =>
  client.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: handles.map((handle, i) => ({ Id: `id-${i}`, ReceiptHandle: handle ?? "" })),
    }),
  )

test("messages are deleted together, and what fails is told entry by entry", async () => {
  const queue = await openQueue()
  for (const body of ["a", "b"]) await queue.send(body)
  const handles = (await queue.receive()).map(({ ReceiptHandle }) => ReceiptHandle)
  const { Successful, Failed } = await removeAll(queue, [...handles, "dummy", ""])
  expect(Successful).toEqual([{ Id: "id-0" }, { Id: "id-1" }])
  expect(Failed).toEqual([
    {
      Id: "id-2",
      SenderFault: true,
      Code: "ReceiptHandleIsInvalid",
      Message: 'The input receipt handle "dummy" is not a valid receipt handle.',
    },
    {
      Id: "id-3",
      SenderFault: true,
      Code: "MissingParameter",
      Message: "The request must contain the parameter ReceiptHandle.",
    },
  ])
  expect(await countsOf(queue)).toEqual([0, 0, 0])
})

test("a batch has entries, at most ten", async () => {
  const queue = await openQueue()
  expect(await refusalOf(removeAll(queue, []))).toBe(
    "EmptyBatchRequest: There should be at least one DeleteMessageBatchRequestEntry in the request.",
  )
  expect(await refusalOf(removeAll(queue, Array(11).fill("x")))).toBe(
    "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 11.",
  )
})
