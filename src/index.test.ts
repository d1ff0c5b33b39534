import { Readable } from "node:stream"
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, onTestFinished, test } from "vitest"
import { createCloud, type CloudOptions, type InProcessCloud } from "./index.ts"
import { zonesOf } from "./kernel/places.ts"

const ACCOUNT = "000000000000"

async function open(options: CloudOptions = {}): Promise<InProcessCloud> {
  const cloud = await createCloud(options)
  onTestFinished(async () => {
    await cloud.close()
    if (cloud.reports.length > 0) throw new Error(cloud.reports.join("\n"))
  })
  return cloud
}

const keyOf = (accessKeyId: string): { credentials: object } => ({
  credentials: { accessKeyId, secretAccessKey: "test" },
})

async function makeQueue(client: SQSClient, QueueName = "jobs"): Promise<string> {
  const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName }))
  return QueueUrl
}

const queues = async (client: SQSClient): Promise<readonly string[]> =>
  (await client.send(new ListQueuesCommand({}))).QueueUrls ?? []

/** How a call ends: "up", or the error's name and status. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return "up"
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return `${name} ${$metadata?.httpStatusCode}`
  }
}

const DOWN = "ServiceUnavailable 503"

test("two clouds do not see each other", async () => {
  const [one, two] = [await open(), await open()]
  await makeQueue(one.client(SQSClient))
  await one.advance("1d")
  await one.fail({ region: "eu-west-1" })
  expect(await queues(one.client(SQSClient))).toHaveLength(1)
  expect(await queues(two.client(SQSClient))).toEqual([])
  expect(one.now().getTime() - two.now().getTime()).toBeGreaterThan(23 * 3_600_000)
  const there = two.client(SQSClient, { region: "eu-west-1", maxAttempts: 1 })
  expect(await outcome(makeQueue(there))).toBe("up")
})

/** What a cloud draws: ids of a request and of a message. */
async function draws(options: CloudOptions): Promise<unknown[]> {
  const cloud = await open({ now: "2026-01-01T00:00:00Z", ...options })
  const client = cloud.client(SQSClient)
  const QueueUrl = await makeQueue(client)
  const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))
  return [sent.$metadata.requestId, sent.MessageId]
}

test("the same seed draws the same, another draws other things", async () => {
  const drawn = await draws({ seed: 7 })
  expect(await draws({ seed: 7 })).toEqual(drawn)
  expect(await draws({})).toEqual(await draws({ seed: 1 }))
  for (const [at, one] of (await draws({ seed: 8 })).entries()) expect(one).not.toBe(drawn[at])
  expect(await draws({ seed: "seven" })).not.toEqual(drawn)
})

test("a reset cloud draws what a new one draws", async () => {
  const cloud = await open()
  const client = cloud.client(SQSClient)
  const send = async (): Promise<unknown> => {
    const QueueUrl = await makeQueue(client)
    return (await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))).MessageId
  }
  const first = await send()
  await cloud.reset()
  expect(await queues(client)).toEqual([])
  expect(await send()).toBe(first)
})

test("cloud time stands where it was put, and moves by what it is told", async () => {
  const cloud = await open({ now: "2030-06-01T00:00:00Z" })
  expect(cloud.now().toISOString()).toBe("2030-06-01T00:00:00.000Z")
  await cloud.advance("1h30m")
  await cloud.advance(500)
  expect(cloud.now().toISOString()).toBe("2030-06-01T01:30:00.500Z")
  await expect(cloud.advance(-1)).rejects.toThrow(RangeError)
  expect((await open({ now: new Date(0) })).now().getTime()).toBe(0)
  expect((await open({ now: 1_000 })).now().getTime()).toBe(1_000)
})

test("a running clock runs from where it was put", async () => {
  const cloud = await open({ now: "2030-06-01T00:00:00Z", clock: "running" })
  const start = cloud.now().getTime()
  expect(start).toBeGreaterThanOrEqual(Date.UTC(2030, 5, 1))
  expect(start).toBeLessThan(Date.UTC(2030, 5, 1) + 60_000)
  await expect.poll(() => cloud.now().getTime(), { interval: 1 }).toBeGreaterThan(start)
  await cloud.advance("1d")
  expect(cloud.now().getTime()).toBeGreaterThan(start + 86_400_000)
})

test("what falls due on the way of advance happens at its own time", async () => {
  const cloud = await open({ now: "2030-06-01T00:00:00Z" })
  const client = cloud.client(SQSClient)
  const QueueUrl = await makeQueue(client)
  const message = { QueueUrl, MessageBody: "x", DelaySeconds: 60 }
  await client.send(new SendMessageCommand(message))
  const receive = new ReceiveMessageCommand({
    QueueUrl,
    MessageSystemAttributeNames: ["ApproximateFirstReceiveTimestamp"],
    WaitTimeSeconds: 20,
  })
  await cloud.advance("45s")
  const waiting = client.send(receive)
  await cloud.settle()
  await cloud.advance("1h")
  const at = (await waiting).Messages?.[0]?.Attributes?.ApproximateFirstReceiveTimestamp
  expect(Number(at)).toBe(Date.UTC(2030, 5, 1) + 60_000)
})

test("in a frozen cloud a long poll ends by the machine's time", async () => {
  const cloud = await open()
  const client = cloud.client(SQSClient)
  const QueueUrl = await makeQueue(client)
  const before = cloud.now().getTime()
  const started = performance.now()
  const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 })
  expect((await client.send(receive)).Messages).toBeUndefined()
  expect(performance.now() - started).toBeGreaterThan(900)
  expect(cloud.now().getTime()).toBe(before)
})

test("advance ends a long poll, settle does not", async () => {
  const cloud = await open()
  const client = cloud.client(SQSClient)
  const QueueUrl = await makeQueue(client)
  let ended = false
  const poll = client
    .send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    .finally(() => (ended = true))
  await cloud.settle()
  await cloud.advance("19s")
  expect(ended).toBe(false)
  await cloud.advance("1s")
  expect((await poll).Messages).toBeUndefined()
})

test("close ends waits, and what comes later is refused", async () => {
  const cloud = await open()
  const client = cloud.client(SQSClient, { maxAttempts: 1 })
  const QueueUrl = await makeQueue(client)
  const poll = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
  await cloud.settle()
  await cloud.close()
  expect((await poll).Messages).toBeUndefined()
  await expect(queues(client)).rejects.toThrow("this cloud is closed")
  await cloud.close()
})

test("the cloud listens as well: clients of others meet the same state and the same clock", async () => {
  const cloud = await open({ account: "111122223333" })
  const { url } = await cloud.listen()
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const settings = { endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 }
  const client = new SQSClient(settings)
  onTestFinished(() => client.destroy())
  const QueueUrl = await makeQueue(client)
  expect(QueueUrl).toBe(`${url}/111122223333/jobs`)
  expect(await queues(cloud.client(SQSClient))).toHaveLength(1)
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", DelaySeconds: 60 }))
  await cloud.advance("60s")
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }))
  expect(Messages?.[0]?.Body).toBe("x")
  const health = await fetch(`${url}/_cloudarium/health`)
  expect(await health.json()).toMatchObject({ clock: { mode: "frozen" } })
  const port = Number(new URL(url).port)
  await expect(cloud.listen(port)).rejects.toThrow("EADDRINUSE")
  await cloud.close()
  await expect(queues(client)).rejects.toThrow("ECONNREFUSED")
})

test("an upload that the end of the cloud breaks off may be tried again, and is no fault", async () => {
  const cloud = await open()
  const s3 = cloud.client(S3Client, { maxAttempts: 1 })
  await s3.send(new CreateBucketCommand({ Bucket: "photos" }))
  const { promise: rest, resolve } = Promise.withResolvers<Buffer>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(100_000)
    begin()
    yield await rest
  }
  const Body = Readable.from(body())
  const put = new PutObjectCommand({ Bucket: "photos", Key: "a", Body, ContentLength: 200_000 })
  const ended = outcome(s3.send(put))
  await begun
  await cloud.close()
  expect(await ended).toBe(DOWN)
  resolve(Buffer.alloc(100_000))
  expect(cloud.reports).toEqual([])
})

test("a caller that gives up ends its own wait only", async () => {
  const cloud = await open()
  const client = cloud.client(SQSClient)
  const QueueUrl = await makeQueue(client)
  const abort = new AbortController()
  const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })
  const given = client.send(receive, { abortSignal: abort.signal })
  const stays = client.send(receive)
  await cloud.settle()
  abort.abort()
  await expect(given).rejects.toThrow("abort")
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))
  expect((await stays).Messages).toHaveLength(1)
})

test("snapshots keep and restore the whole state", async () => {
  const cloud = await open({ now: "2030-06-01T00:00:00Z" })
  const client = cloud.client(SQSClient)
  const QueueUrl = await makeQueue(client)
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "kept" }))
  expect(await cloud.saveSnapshot("one")).toMatchObject({ name: "one" })
  await client.send(new DeleteQueueCommand({ QueueUrl }))
  expect(await cloud.loadSnapshot("one")).toBe(true)
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }))
  expect(Messages?.[0]?.Body).toBe("kept")
  expect(await cloud.loadSnapshot("two")).toBe(false)
  expect(await queues(client)).toEqual([QueueUrl])
})

test.each<[CloudOptions, RegExp]>([
  [{ account: "123" }, /12 digits: 123/],
  [{ region: "mars-1" }, /no Region mars-1/],
  [{ now: "tomorrow" }, /not a time: tomorrow/],
  [{ clock: "runing" as "running" }, /clock is frozen or running, not runing/],
  [{ clok: "frozen" } as CloudOptions, /no setting clok: seed, account, region, now, clock, soc/],
])("settings that mean nothing are refused: %j", async (options, words) => {
  await expect(createCloud(options)).rejects.toThrow(words)
})

test("places that there are not cannot fail", async () => {
  const cloud = await open()
  await expect(cloud.fail({ region: "mars-1" })).rejects.toThrow(/no place mars-1/)
  await expect(cloud.heal({ az: "us-east-1z" })).rejects.toThrow(/no place/)
  for (const place of ["us-east-1a", {}, undefined])
    await expect(cloud.fail(place as never)).rejects.toThrow(/^name a place: \{ az:/)
})

test("a snapshot whose name would be no file's is refused, as by the control API", async () => {
  const cloud = await open()
  await expect(cloud.saveSnapshot("../x")).rejects.toThrow(/^a snapshot's name has up to 100/)
})

test("account and Region of the clients are the cloud's", async () => {
  const cloud = await open({ account: "111122223333", region: "eu-west-3" })
  const { Account, Arn } = await cloud.client(STSClient).send(new GetCallerIdentityCommand({}))
  expect([Account, Arn]).toEqual(["111122223333", "arn:aws:iam::111122223333:root"])
  const client = cloud.client(SQSClient)
  expect(await client.config.region()).toBe("eu-west-3")
  const own = new SQSClient(cloud.clientConfig({ region: "eu-west-1" }))
  await makeQueue(own)
  expect(await queues(own)).toHaveLength(1)
  expect(await queues(client)).toEqual([])
})

test("REGION-2: with one Region failed, the others work unchanged", async () => {
  const cloud = await open()
  const here = cloud.client(SQSClient, { maxAttempts: 1 })
  const there = cloud.client(SQSClient, { region: "us-west-2" })
  const [hereUrl, thereUrl] = [await makeQueue(here), await makeQueue(there)]
  await here.send(new SendMessageCommand({ QueueUrl: hereUrl, MessageBody: "kept" }))
  await cloud.fail({ region: "us-east-1" })
  expect(await outcome(queues(here))).toBe(DOWN)
  const send = new SendMessageCommand({ QueueUrl: hereUrl, MessageBody: "lost" })
  expect(await outcome(here.send(send))).toBe(DOWN)
  const sts = cloud.client(STSClient, { maxAttempts: 1 })
  expect(await outcome(sts.send(new GetCallerIdentityCommand({})))).toBe(DOWN)

  expect(await queues(there)).toEqual([thereUrl])
  await there.send(new SendMessageCommand({ QueueUrl: thereUrl, MessageBody: "works" }))
  const received = await there.send(new ReceiveMessageCommand({ QueueUrl: thereUrl }))
  expect(received.Messages?.[0]?.Body).toBe("works")

  await cloud.heal({ region: "us-east-1" })
  const kept = await here.send(
    new ReceiveMessageCommand({ QueueUrl: hereUrl, MaxNumberOfMessages: 10 }),
  )
  expect(kept.Messages?.map(({ Body }) => Body)).toEqual(["kept"])
})

test("REGION-7: SQS answers while one AZ is up", async () => {
  const cloud = await open()
  const client = cloud.client(SQSClient, { maxAttempts: 1 })
  const QueueUrl = await makeQueue(client)
  const zones = zonesOf(ACCOUNT, "us-east-1")
  for (const { name } of zones.slice(1)) {
    await cloud.fail({ az: name })
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: name }))
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }))
    expect(Messages?.[0]?.Body).toBe(name)
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  }
  await cloud.fail({ az: zones[0]!.id })
  expect(await outcome(queues(client))).toBe(DOWN)
  await cloud.heal({ az: zones[3]!.name })
  expect(await outcome(queues(client))).toBe("up")
})

test("the root of the account that made a queue may do everything with it, another root nothing", async () => {
  const cloud = await open()
  const root = cloud.client(SQSClient, keyOf("111122223333"))
  const other = cloud.client(SQSClient, { ...keyOf("444455556666"), maxAttempts: 1 })
  const QueueUrl = await makeQueue(root)
  const everything = [
    new SendMessageCommand({ QueueUrl, MessageBody: "x" }),
    new ReceiveMessageCommand({ QueueUrl }),
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: "1" } }),
    new DeleteQueueCommand({ QueueUrl }),
  ]
  for (const command of everything)
    expect(await outcome(other.send(command as never))).toMatch(/AccessDenied|QueueDoesNotExist/)
  for (const command of everything) expect(await outcome(root.send(command as never))).toBe("up")
})
