import { DeleteQueueCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue } from "./testing/open-queue.ts"
import { query } from "./testing/query.ts"

const VERSION = { Version: "2012-11-05" }

test("the Query protocol creates, sends, receives and deletes", async () => {
  const { cloud } = await openQueue()
  const call = (Action: string, parameters: object) =>
    query(cloud, "/", { Action, ...VERSION, ...parameters })
  const created = await call("CreateQueue", {
    QueueName: "old",
    "Attribute.1.Name": "VisibilityTimeout",
    "Attribute.1.Value": "5",
    "Tag.1.Key": "k",
    "Tag.1.Value": "v",
  })
  expect(created.body).toContain("<QueueUrl>http://localhost:4566/000000000000/old</QueueUrl>")
  const QueueUrl = "http://localhost:4566/000000000000/old"
  const sent = await call("SendMessage", {
    QueueUrl,
    MessageBody: "a <b> &",
    "MessageAttribute.1.Name": "timestamp",
    "MessageAttribute.1.Value.DataType": "Number",
    "MessageAttribute.1.Value.StringValue": "1493147359900",
  })
  expect(sent.body).toContain(
    "<MD5OfMessageAttributes>235c5c510d26fb653d073faed50ae77c</MD5OfMessageAttributes>",
  )
  const received = await call("ReceiveMessage", {
    QueueUrl,
    "AttributeName.1": "All",
    "MessageAttributeName.1": "All",
  })
  expect(received.body).toContain("<Body>a &lt;b&gt; &amp;</Body>")
  expect(received.body).toContain(
    "<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>",
  )
  expect(received.body).toContain("<StringValue>1493147359900</StringValue>")
  const ReceiptHandle = /<ReceiptHandle>(.*)<\/ReceiptHandle>/.exec(received.body)?.[1] ?? ""
  expect((await call("DeleteMessage", { QueueUrl, ReceiptHandle })).status).toBe(200)
  const attributes = await call("GetQueueAttributes", { QueueUrl, "AttributeName.1": "All" })
  expect(attributes.body).toContain(
    "<Name>ApproximateNumberOfMessagesNotVisible</Name><Value>0</Value>",
  )
  const tags = await call("ListQueueTags", { QueueUrl })
  expect(tags.body).toContain("<Tag><Key>k</Key><Value>v</Value></Tag>")
})

test("batches are numbered lists", async () => {
  const { cloud, QueueUrl } = await openQueue()
  const { body } = await query(cloud, "/", {
    Action: "SendMessageBatch",
    ...VERSION,
    QueueUrl,
    "SendMessageBatchRequestEntry.1.Id": "a",
    "SendMessageBatchRequestEntry.1.MessageBody": "one",
    "SendMessageBatchRequestEntry.2.Id": "b",
    "SendMessageBatchRequestEntry.2.MessageBody": "\x01",
  })
  expect(body).toMatch(/<SendMessageBatchResultEntry><Id>a<\/Id>/)
  expect(body).toMatch(/<BatchResultErrorEntry><Id>b<\/Id>.*<Code>InvalidMessageContents<\/Code>/)
})

test("a queue's own URL takes the actions that are about a queue", async () => {
  const { cloud, QueueUrl, bodies } = await openQueue()
  const path = new URL(QueueUrl).pathname
  expect((await query(cloud, path, { Action: "SendMessage", MessageBody: "foobar" })).status).toBe(
    200,
  )
  expect(await bodies()).toEqual(["foobar"])
  const url = { Action: "GetQueueUrl", QueueName: "jobs", ...VERSION }
  expect((await query(cloud, path, url)).body).toContain(`<QueueUrl>${QueueUrl}</QueueUrl>`)
  for (const Action of ["CreateQueue", "ListQueues"]) {
    const { status, body } = await query(cloud, path, { Action, QueueName: "x", ...VERSION })
    expect(status).toBe(400)
    expect(body).toContain("<Code>InvalidAction</Code>")
    expect(body).toContain(
      `<Message>The action ${Action} is not valid for this endpoint.</Message>`,
    )
  }
})

test("a QueueUrl parameter counts more than the address", async () => {
  const first = await openQueue()
  const second = await openQueue({}, { name: "other", cloud: first.cloud })
  const { body } = await query(first.cloud, new URL(first.QueueUrl).pathname, {
    Action: "GetQueueAttributes",
    QueueUrl: second.QueueUrl,
    "AttributeName.1": "QueueArn",
  })
  expect(body).toContain(second.arn)
  expect(body).not.toContain(first.arn)
})

test("errors have the codes and words of the Query protocol", async () => {
  const { cloud, client, QueueUrl } = await openQueue()
  const path = new URL(QueueUrl).pathname
  const missing = await query(cloud, path, { Action: "SendMessage", ...VERSION })
  expect(missing.body).toContain("<Code>MissingParameter</Code>")
  expect(missing.body).toContain(
    "<Message>The request must contain the parameter MessageBody.</Message>",
  )
  const none = await query(cloud, path, { Action: "SetQueueAttributes", ...VERSION })
  expect(none.body).toContain(
    "<Message>The request must contain the parameter Attribute.Name.</Message><Detail/></Error>",
  )
  const unknown = { Action: "GetQueueAttributes", "AttributeName.1": "Foobar", ...VERSION }
  expect((await query(cloud, path, unknown)).body).toContain(
    "<Type>Sender</Type><Code>InvalidAttributeName</Code>" +
      "<Message>Unknown Attribute Foobar.</Message>",
  )
  await client.send(new DeleteQueueCommand({ QueueUrl }))
  const gone = await query(cloud, path, unknown)
  expect(gone.status).toBe(400)
  expect(gone.body).toContain("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>")
  expect(gone.body).toContain(
    "<Message>The specified queue does not exist for this wsdl version.</Message>",
  )
})

test("an empty receive has an empty result", async () => {
  const { cloud, QueueUrl } = await openQueue()
  const { body } = await query(cloud, new URL(QueueUrl).pathname, {
    Action: "ReceiveMessage",
    ...VERSION,
  })
  expect(body).toContain("<ReceiveMessageResult/>")
})

test("of the two lists of system attributes the older alone counts", async () => {
  const { cloud, QueueUrl, send } = await openQueue()
  await send("a")
  const { body } = await query(cloud, new URL(QueueUrl).pathname, {
    Action: "ReceiveMessage",
    ...VERSION,
    "AttributeName.1": "SenderId",
    "MessageSystemAttributeName.1": "All",
  })
  expect(body).toContain("<Name>SenderId</Name>")
  expect(body).not.toContain("<Name>SentTimestamp</Name>")
})

test("who accepts JSON gets what the Query protocol says as JSON", async () => {
  const { cloud, client, QueueUrl, arn, send } = await openQueue()
  const path = new URL(QueueUrl).pathname
  const call = async (to: string, parameters: Readonly<Record<string, string>>) => {
    const answer = await query(cloud, to, parameters, { accept: "application/json" })
    return { ...answer, json: JSON.parse(answer.body) as unknown }
  }
  const RequestId: unknown = expect.any(String)
  expect((await call("/", { Action: "ListQueues", ...VERSION })).json).toEqual({
    ListQueuesResponse: {
      ListQueuesResult: { NextToken: null, queueUrls: [QueueUrl] },
      ResponseMetadata: { RequestId },
    },
  })
  const attributes = { Action: "GetQueueAttributes", "AttributeName.1": "QueueArn" }
  expect((await call(path, attributes)).json).toMatchObject({
    GetQueueAttributesResponse: {
      GetQueueAttributesResult: { Attributes: [{ Name: "QueueArn", Value: arn }] },
    },
  })
  await send("hello")
  const message = { Attributes: null, Body: "hello", MessageAttributes: null }
  expect((await call(path, { Action: "ReceiveMessage" })).json).toMatchObject({
    ReceiveMessageResponse: { ReceiveMessageResult: { messages: [message] } },
  })
  expect((await call(path, { Action: "ReceiveMessage" })).json).toMatchObject({
    ReceiveMessageResponse: { ReceiveMessageResult: { messages: null } },
  })
  await client.send(new DeleteQueueCommand({ QueueUrl }))
  expect(await call(path, attributes)).toMatchObject({
    status: 400,
    json: {
      Error: { Code: "AWS.SimpleQueueService.NonExistentQueue", Type: "Sender" },
      RequestId,
    },
  })
})

test("a GET of a queue that names no action is no operation, and says so in XML", async () => {
  const { cloud, QueueUrl } = await openQueue()
  for (const accept of ["*/*", "application/json"])
    expect(await query(cloud, new URL(QueueUrl).pathname, {}, { accept })).toEqual({
      status: 404,
      body: "<UnknownOperationException/>",
    })
})
