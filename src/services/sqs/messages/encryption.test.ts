import { IAMClient } from "@aws-sdk/client-iam"
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms"
import {
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import {
  answerOf,
  openCloud as openGateway,
  request,
  signed,
  sqs,
} from "../../../gateway/testing/open-cloud.ts"
import { deliverToQueue } from "../port.ts"
import { messages } from "../store/message.ts"
import { openCloud, openQueue, refusalOf } from "../testing/open-queue.ts"

async function openEncrypted(attributes: Record<string, string> = {}) {
  const cloud = await openCloud()
  const kms = cloud.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const KmsMasterKeyId = KeyMetadata?.KeyId ?? ""
  const queue = await openQueue({ KmsMasterKeyId, ...attributes }, { cloud })
  const iam = cloud.client(IAMClient)
  return {
    ...{ queue, cloud, kms, KmsMasterKeyId },
    /** A client of a user who may use all queues, and of KMS only this. */
    async user(UserName: string, ...actions: readonly string[]) {
      const may = { Action: ["sqs:*", ...actions], Resource: "*" }
      const { credentials } = await newUser(iam, UserName, may)
      return cloud.client(SQSClient, { credentials })
    },
  }
}

test("messages need the key's rights of those who send and receive", async () => {
  const { queue, user } = await openEncrypted()
  const { QueueUrl } = queue
  const [sender, reader] = [
    await user("sender", "kms:GenerateDataKey"),
    await user("reader", "kms:Decrypt"),
  ]
  const send = (client: SQSClient) =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody: "secret" }))
  const receive = async (client: SQSClient) =>
    (await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []
  await send(sender)
  expect(await refusalOf(send(reader))).toMatch(
    /^KmsAccessDenied: .*user\/reader is not authorized to perform: kms:GenerateDataKey/,
  )
  expect(await refusalOf(receive(sender))).toMatch(/^KmsAccessDenied: .*kms:Decrypt/)
  // The refusal has left the message where it was.
  const [message] = await receive(reader)
  expect(message?.Body).toBe("secret")
  expect(message?.MD5OfBody).toBe("5ebe2294ecd0e0f08eab7690d2a6ee69")
})

test("a data key is used again for its period, and then the key is asked again", async () => {
  const { queue, cloud, kms, KmsMasterKeyId } = await openEncrypted({
    KmsDataKeyReusePeriodSeconds: "60",
    VisibilityTimeout: "0",
  })
  await queue.send("one")
  expect(await queue.bodies()).toEqual(["one"])
  await kms.send(new DisableKeyCommand({ KeyId: KmsMasterKeyId }))
  await queue.send("two")
  expect(await queue.bodies()).toEqual(expect.arrayContaining(["one", "two"]))
  await cloud.advance("60s")
  const refusal = /^KmsDisabled: arn:aws:kms:.* is disabled\.$/
  expect(await refusalOf(queue.send("three"))).toMatch(refusal)
  expect(await refusalOf(queue.receive())).toMatch(refusal)
})

test("batches, FIFO queues and large bodies are encrypted too", async () => {
  const { queue, cloud, KmsMasterKeyId } = await openEncrypted()
  const Entries = [
    { Id: "a", MessageBody: "one" },
    { Id: "b", MessageBody: "é".repeat(10_000) },
  ]
  const { QueueUrl } = queue
  await queue.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  expect(await queue.bodies()).toEqual(["one", "é".repeat(10_000)])
  const attributes = { KmsMasterKeyId, ContentBasedDeduplication: "true" }
  const fifo = await openQueue(attributes, { name: "jobs.fifo", cloud })
  await fifo.send("same", { MessageGroupId: "g" })
  await fifo.send("same", { MessageGroupId: "g" })
  expect(await fifo.bodies()).toEqual(["same"])
})

test("the account's key of SQS is made when it is first used", async () => {
  const cloud = await openCloud()
  const queue = await openQueue({ KmsMasterKeyId: "alias/aws/sqs" }, { cloud })
  await queue.send("secret")
  expect(await queue.bodies()).toEqual(["secret"])
  const describe = new DescribeKeyCommand({ KeyId: "alias/aws/sqs" })
  const { KeyMetadata } = await cloud.client(KMSClient).send(describe)
  expect(KeyMetadata).toMatchObject({ KeyManager: "AWS", KeyState: "Enabled" })
})

test("a key that is not there is told as such", async () => {
  const queue = await openQueue({ KmsMasterKeyId: "alias/none" })
  expect(await refusalOf(queue.send("x"))).toMatch(/^KmsNotFound: Alias .*alias\/none is not found/)
})

test("the store holds nothing of an encrypted body", async () => {
  const cloud = await openGateway()
  const Attributes = { KmsMasterKeyId: "alias/aws/sqs" }
  await sqs(cloud, ["CreateQueue", { QueueName: "jobs", Attributes }])
  const QueueUrl = "http://localhost:4566/000000000000/jobs"
  const { status } = await sqs(cloud, ["SendMessage", { QueueUrl, MessageBody: "very secret" }])
  expect(status).toBe(200)
  const rows = await cloud.world.read((tx) => tx.scan(messages, { limit: 10 }).rows)
  expect(rows).toHaveLength(1)
  const [{ body = "" } = {}] = rows
  expect(Buffer.from(body, "base64").toString("latin1")).not.toContain("secret")
  expect(JSON.stringify(rows)).not.toContain("secret")
})

test("a service that delivers needs the key's policy too", async () => {
  const cloud = await openGateway({ reports: [] })
  const kms = async (target: string, input: object) => {
    const { status, text } = await answerOf(cloud.handle(signed(kmsRequest(target, input), KMS)))
    expect(status).toBe(200)
    return JSON.parse(text || "{}") as { readonly KeyMetadata?: { readonly KeyId: string } }
  }
  const policy = (...Statement: object[]): string =>
    JSON.stringify({ Version: "2012-10-17", Statement })
  const allow = (Action: string, Principal: object) => ({
    ...{ Effect: "Allow", Principal, Action, Resource: "*" },
  })
  const own = allow("kms:*", { AWS: `arn:aws:iam::${ACCOUNT}:root` })
  const S3 = { Service: "s3.amazonaws.com" }
  const { KeyMetadata } = await kms("CreateKey", { Policy: policy(own) })
  const KmsMasterKeyId = KeyMetadata?.KeyId
  const Attributes = { KmsMasterKeyId, Policy: policy(allow("sqs:SendMessage", S3)) }
  await sqs(cloud, ["CreateQueue", { QueueName: "jobs", Attributes }])
  const QueueUrl = `http://localhost:4566/${ACCOUNT}/jobs`
  const deliver = async (): Promise<string[]> => {
    const delivery = { queueArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`, body: "an event" }
    const options = { as: "s3.amazonaws.com" }
    await cloud.world.write((tx) => tx.emit(deliverToQueue, delivery, options))
    await cloud.advance(60_000)
    const { body } = await sqs(cloud, ["ReceiveMessage", { QueueUrl, VisibilityTimeout: 0 }])
    return ((body["Messages"] ?? []) as { Body: string }[]).map(({ Body }) => Body)
  }
  expect(await deliver()).toEqual([])
  const Policy = policy(own, allow("kms:GenerateDataKey", S3))
  await kms("PutKeyPolicy", { KeyId: KmsMasterKeyId, Policy })
  expect(await deliver()).toEqual(["an event"])
  const rows = await cloud.world.read((tx) => tx.scan(messages, { limit: 10 }).rows)
  expect(JSON.stringify(rows)).not.toContain("an event")
})

const ACCOUNT = "000000000000"
const KMS = { service: "kms" }
const kmsRequest = (target: string, input: object) =>
  request({
    text: JSON.stringify(input),
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `TrentService.${target}`,
    },
  })
