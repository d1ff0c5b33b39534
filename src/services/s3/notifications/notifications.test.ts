import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type Event,
  type PutBucketNotificationConfigurationCommandInput,
  type QueueConfiguration,
} from "@aws-sdk/client-s3"
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

const ARN = "arn:aws:sqs:us-east-1:000000000000:"
const ALL: Event[] = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*"]

const letIn = (queue: string, bucket = "photos"): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: ARN + queue,
        Condition: {
          ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${bucket}` },
          StringEquals: { "aws:SourceAccount": "000000000000" },
        },
      },
    ],
  })

/** A bucket, and a queue that lets S3 in for it. */
async function openNotified(rule: Partial<QueueConfiguration> = {}) {
  const bucket = await openBucket()
  const { cloud, client, Bucket } = bucket
  const sqs = cloud.client(SQSClient)
  const attributes = { Policy: letIn("events") }
  const created = await sqs.send(
    new CreateQueueCommand({ QueueName: "events", Attributes: attributes }),
  )
  const configure = (...QueueConfigurations: QueueConfiguration[]) =>
    client.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { QueueConfigurations },
      }),
    )
  const { QueueUrl } = created
  /** What has arrived, each as it was sent. */
  const received = async (): Promise<Record<string, never>[]> => {
    await cloud.settle()
    const bodies: Record<string, never>[] = []
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      )
      if (Messages.length === 0) return bodies
      for (const { Body = "", ReceiptHandle } of Messages) {
        bodies.push(JSON.parse(Body) as Record<string, never>)
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      }
    }
  }
  const rows = async () =>
    (await received()).flatMap((body) => (body["Records"] ?? []) as unknown as EventRecord[])
  const summary = async () =>
    (await rows()).map(({ eventName, s3 }) => `${eventName} ${s3.object.key}`).toSorted()
  await configure({ QueueArn: `${ARN}events`, Events: ALL, ...rule })
  return { ...bucket, sqs, QueueUrl, configure, received, rows, summary }
}

interface EventRecord {
  readonly eventName: string
  readonly s3: {
    readonly object: Readonly<Record<string, unknown>>
    readonly configurationId: string
  }
}

test("a queue gets a test message, and then every change as AWS tells it", async () => {
  const { put, received, rows, cloud } = await openNotified({ Id: "mine" })
  expect(await received()).toEqual([
    expect.objectContaining({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "photos" }),
  ])
  const { ETag } = await put("a b/ü+.jpg", "some bytes")
  expect(await rows()).toEqual([
    {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: "us-east-1",
      eventTime: cloud.now().toISOString(),
      eventName: "ObjectCreated:Put",
      userIdentity: { principalId: "AWS:000000000000" },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: {
        "x-amz-request-id": expect.any(String) as string,
        "x-amz-id-2": expect.any(String) as string,
      },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: "mine",
        bucket: {
          name: "photos",
          ownerIdentity: { principalId: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
          arn: "arn:aws:s3:::photos",
        },
        object: {
          key: "a+b/%C3%BC%2B.jpg",
          size: 10,
          eTag: JSON.parse(ETag ?? "") as string,
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/) as string,
        },
      },
    },
  ])
})

test("copies, parts, deletions and tags have events of their own", async () => {
  const { client, Bucket, put, received, rows, summary } = await openNotified()
  await received()
  await put("one", "1")
  await client.send(new CopyObjectCommand({ Bucket, Key: "two", CopySource: "photos/one" }))
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "big" }))
  const part = { Bucket, Key: "big", UploadId }
  const { ETag } = await client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: "p" }))
  const Parts = [{ PartNumber: 1, ETag }]
  await client.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts } }))
  const tags = { TagSet: [{ Key: "k", Value: "v" }] }
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: "one", Tagging: tags }))
  await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: "one" }))
  await client.send(new DeleteObjectCommand({ Bucket, Key: "one" }))
  await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "two" }, { Key: "none" }] } }),
  )
  const seen = await rows()
  expect(
    seen.map(({ eventName, s3 }) => `${eventName} ${String(s3.object["key"])}`).toSorted(),
  ).toEqual([
    "ObjectCreated:CompleteMultipartUpload big",
    "ObjectCreated:Copy two",
    "ObjectCreated:Put one",
    // Recorded: what a batch names was there or not.
    "ObjectRemoved:Delete none",
    "ObjectRemoved:Delete one",
    "ObjectRemoved:Delete two",
    "ObjectTagging:Delete one",
    "ObjectTagging:Put one",
  ])
  const removed = seen.find(({ eventName }) => eventName.startsWith("ObjectRemoved"))
  expect(Object.keys(removed?.s3.object ?? {})).toEqual(["key", "sequencer"])
  const versioning = { Status: "Enabled" } as const
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: versioning }))
  await put("three", "3")
  await client.send(new DeleteObjectCommand({ Bucket, Key: "three" }))
  expect(await summary()).toEqual([
    "ObjectCreated:Put three",
    "ObjectRemoved:DeleteMarkerCreated three",
  ])
})

test("the version null is not told; a marker that goes has no ETag", async () => {
  const { client, Bucket, put, received, rows } = await openNotified()
  const setTo = (Status: "Enabled" | "Suspended") =>
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
  await setTo("Enabled")
  const marker = { Bucket, Key: "a" }
  const { VersionId } = await client.send(new DeleteObjectCommand(marker))
  await setTo("Suspended")
  await received()
  await put("a", "x")
  await client.send(new DeleteObjectCommand({ ...marker, VersionId }))
  const told = (await rows()).map(({ eventName, s3 }) => [eventName, Object.keys(s3.object)])
  expect(Object.fromEntries(told)).toEqual({
    "ObjectCreated:Put": ["key", "size", "eTag", "sequencer"],
    "ObjectRemoved:Delete": ["key", "versionId", "sequencer"],
  })
})

test("a filter rule needs a name and a value", async () => {
  const { configure } = await openNotified()
  const given = (rule: object) =>
    refusalOf(
      configure({
        ...{ QueueArn: `${ARN}events`, Events: ["s3:ObjectCreated:Put"] },
        Filter: { Key: { FilterRules: [rule] } },
      }),
    )
  for (const rule of [{}, { Name: "prefix" }, { Value: "a" }])
    expect(await given(rule)).toMatch(/^MalformedXML 400/)
  expect(await given({ Name: "infix", Value: "a" })).toBe(
    "InvalidArgument 400: filter rule name must be either prefix or suffix",
  )
})

test("S3-147 keys are filtered by prefix and suffix", async () => {
  const FilterRules = [
    { Name: "prefix" as const, Value: "up/" },
    { Name: "suffix" as const, Value: ".jpg" },
  ]
  const { client, Bucket, put, received, summary } = await openNotified({
    Filter: { Key: { FilterRules } },
  })
  await received()
  for (const key of ["up/a.jpg", "up/a.png", "down/a.jpg"]) await put(key, "x")
  expect(await summary()).toEqual(["ObjectCreated:Put up/a.jpg"])
  const answer = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  expect(answer.QueueConfigurations).toEqual([
    {
      Id: expect.any(String) as string,
      QueueArn: `${ARN}events`,
      Events: ALL,
      // Recorded: names are answered with a capital.
      Filter: {
        Key: {
          FilterRules: [
            { Name: "Prefix", Value: "up/" },
            { Name: "Suffix", Value: ".jpg" },
          ],
        },
      },
    },
  ])
})

test("S3-148 rules for the same event must not overlap; others stand side by side", async () => {
  const { configure, put, received, rows } = await openNotified()
  await received()
  const rule = (id: string, events: Event[], prefix: string): QueueConfiguration => ({
    ...{ Id: id, QueueArn: `${ARN}events`, Events: events },
    Filter: { Key: { FilterRules: [{ Name: "prefix", Value: prefix }] } },
  })
  const [put1, created] = [["s3:ObjectCreated:Put"], ["s3:ObjectCreated:*"]] as Event[][]
  expect(await refusalOf(configure(rule("1", created!, "a/"), rule("2", put1!, "a/b/")))).toMatch(
    /^InvalidArgument 400: Configurations overlap/,
  )
  expect(await refusalOf(configure(rule("1", put1!, "a/"), rule("1", put1!, "b/")))).toMatch(
    /^InvalidArgument 400: Same ID/,
  )
  await configure(rule("1", created!, "a/"), rule("2", created!, "b/"))
  await received()
  await put("b/1", "x")
  expect((await rows()).map(({ s3 }) => s3.configurationId)).toEqual(["2"])
})

test("S3-150 a destination that does not let S3 deliver is refused, and nothing changes", async () => {
  const { configure, client, Bucket, sqs, QueueUrl, received, put, summary } = await openNotified()
  await received()
  await sqs.send(new CreateQueueCommand({ QueueName: "closed" }))
  const rule = (queue: string) => ({ QueueArn: ARN + queue, Events: ALL })
  const invalid = "InvalidArgument 400: Unable to validate the following destination configurations"
  expect(await refusalOf(configure(rule("closed")))).toBe(invalid)
  expect(await refusalOf(configure(rule("nowhere")))).toBe(invalid)
  expect(await refusalOf(configure({ QueueArn: "queue", Events: ALL }))).toBe(
    "InvalidArgument 400: The ARN could not be parsed",
  )
  await sqs.send(
    new CreateQueueCommand({
      QueueName: "events.fifo",
      Attributes: { FifoQueue: "true", Policy: letIn("events.fifo") },
    }),
  )
  expect(await refusalOf(configure(rule("events.fifo")))).toBe(invalid)
  const { QueueConfigurations } = await client.send(
    new GetBucketNotificationConfigurationCommand({ Bucket }),
  )
  expect(QueueConfigurations).toHaveLength(1)
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      SkipDestinationValidation: true,
      NotificationConfiguration: { QueueConfigurations: [rule("nowhere")] },
    }),
  )
  await configure(rule("events"))
  await received()
  await put("seen", "x")
  expect(await summary()).toEqual(["ObjectCreated:Put seen"])
  await configure()
  await put("unseen", "x")
  expect(await summary()).toEqual([])
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: "" } }))
})

test("a configuration that is not there is refused", async () => {
  const { client, Bucket } = await openBucket()
  const nothing = { Bucket } as PutBucketNotificationConfigurationCommandInput
  expect(await refusalOf(client.send(new PutBucketNotificationConfigurationCommand(nothing)))).toBe(
    "MissingRequestBodyError 400: Request Body is empty",
  )
})

test("S3-149 where its Region lags an event takes seconds, or a minute and more; it comes at least once", async () => {
  const { put, received, rows, cloud } = await openNotified()
  await received()
  const keys = async () => (await rows()).map(({ s3 }) => s3.object.key)
  await cloud.lag("3s")
  await put("soon")
  await cloud.lag("70s")
  await cloud.redeliver(1)
  await put("late")
  await cloud.lag(0)
  await cloud.redeliver(0)
  expect(await keys()).toEqual([])
  await cloud.advance(2_999)
  expect(await keys()).toEqual([])
  await cloud.advance(1)
  expect(await keys()).toEqual(["soon"])
  await cloud.advance(66_999)
  expect(await keys()).toEqual([])
  await cloud.advance(1)
  expect(await keys()).toEqual(["late", "late"])
  await put("now")
  expect(await keys()).toEqual(["now"])
})

test("an event is delivered at least once: where deliveries come again, twice", async () => {
  const { put, received, rows, cloud } = await openNotified()
  await received()
  await cloud.redeliver(1)
  await put("a", "some bytes")
  await cloud.settle()
  await cloud.redeliver(0)
  const [first, second, ...others] = await rows()
  expect(first).toMatchObject({ eventName: "ObjectCreated:Put", s3: { object: { key: "a" } } })
  expect(second).toEqual(first)
  expect(others).toEqual([])
})
