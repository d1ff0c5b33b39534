import {
  AddPermissionCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, refusalOf } from "./testing/open-queue.ts"

const STRANGER = { credentials: { accessKeyId: "111111111111", secretAccessKey: "test" } }

test("SQS-11 another account is denied what no queue policy gives it", async () => {
  const { cloud, QueueUrl, arn, bodies } = await openQueue()
  const stranger = cloud.client(SQSClient, STRANGER)
  const send = stranger.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))
  expect(await refusalOf(send)).toMatch(
    new RegExp(`^AccessDenied.*: User: .*111111111111.*sqs:SendMessage on resource: ${arn}`),
  )
  expect(await bodies()).toEqual([])
})

test("SQS-11 what only an owner may do no policy gives away", async () => {
  const { cloud, client, QueueUrl } = await openQueue()
  const grant = { QueueUrl, Label: "all", AWSAccountIds: ["111111111111"], Actions: ["*"] }
  await client.send(new AddPermissionCommand(grant))
  const stranger = cloud.client(SQSClient, STRANGER)
  const add = stranger.send(new AddPermissionCommand({ ...grant, Label: "more" }))
  expect(await refusalOf(add)).toMatch(/^AccessDenied/)
  const get = client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))
  expect(JSON.parse((await get).Attributes?.Policy ?? "").Statement).toHaveLength(1)
})
