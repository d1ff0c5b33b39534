import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import {
  DeleteBucketReplicationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  DeleteObjectCommand,
  RestoreObjectCommand,
  type Event,
  type ReplicationRule,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import {
  allow,
  configure,
  document,
  openReplication,
  ruleTo,
  without,
  type Setup,
} from "../testing/open-replication.ts"

const EUROPE = "eu-west-1"
const TIMED: ReplicationRule["Destination"] = {
  Bucket: "",
  ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } },
  Metrics: { Status: "Enabled", EventThreshold: { Minutes: 15 } },
}

interface Told {
  readonly eventName: string
  readonly eventVersion: string
  readonly userIdentity: object
  readonly s3: { readonly object: { readonly key: string } }
  readonly replicationEventData?: object
}

/** A replication whose source tells a queue of what becomes of it. */
async function openTold(setup: Setup = {}, Events: Event[] = ["s3:Replication:*"]) {
  const replication = await openReplication({ target: { region: EUROPE }, ...setup })
  const { cloud, client, Bucket } = replication
  const sqs = cloud.client(SQSClient)
  const Policy = document({
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: "*",
  })
  const made = await sqs.send(new CreateQueueCommand({ QueueName: "told", Attributes: { Policy } }))
  const { QueueUrl } = made
  const QueueArn = "arn:aws:sqs:us-east-1:000000000000:told"
  const QueueConfigurations = [{ QueueArn, Events }]
  const NotificationConfiguration = { QueueConfigurations }
  await client.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }),
  )
  const told = async (): Promise<Told[]> => {
    const all: Told[] = []
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      )
      if (Messages.length === 0) return all
      for (const { Body = "", ReceiptHandle } of Messages) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
        all.push(...((JSON.parse(Body) as { Records?: Told[] }).Records ?? []))
      }
    }
  }
  await told()
  return { ...replication, told }
}

const names = (all: Told[]): string[] =>
  all.map(({ eventName, s3 }) => `${eventName.slice("Replication:".length)} ${s3.object.key}`)

test("S3-121 what is later than 15 minutes is told of, and when it came after all", async () => {
  const { cloud, put, statuses, told, settled } = await openTold({ rule: { Destination: TIMED } })
  await put("quick", "x")
  await settled()
  expect(await statuses("quick")).toEqual(["COMPLETED", "REPLICA"])
  await cloud.fail({ region: EUROPE })
  await put("late", "x")
  await cloud.advance("14m")
  expect(await told()).toEqual([])
  await cloud.advance("2m")
  const [missed, ...others] = await told()
  expect(others).toEqual([])
  expect(missed).toMatchObject({
    eventName: "Replication:OperationMissedThreshold",
    eventVersion: "2.2",
    userIdentity: { principalId: "s3.amazonaws.com" },
    replicationEventData: {
      replicationRuleId: "all",
      destinationBucket: "arn:aws:s3:::copies",
      s3Operation: "OBJECT_PUT",
      threshold: "15",
    },
  })
  await cloud.heal({ region: EUROPE })
  await cloud.advance("2m")
  expect(await statuses("late")).toEqual(["COMPLETED", "REPLICA"])
  expect(names(await told())).toEqual(["OperationReplicatedAfterThreshold late"])
})

test("a Region that fails delays replication, and nothing is lost", async () => {
  const { cloud, put, heads, statuses } = await openReplication({
    target: { region: EUROPE },
  })
  await cloud.fail({ region: EUROPE })
  for (const Key of ["a", "b", "c"]) await put(Key, Key)
  await cloud.advance("2h")
  expect((await heads("a"))[0]?.ReplicationStatus).toBe("PENDING")
  await cloud.heal({ region: EUROPE })
  await cloud.advance("1m")
  for (const Key of ["a", "b", "c"]) expect(await statuses(Key)).toEqual(["COMPLETED", "REPLICA"])
})

test("what is on its way survives: it goes on from where a snapshot has it", async () => {
  const { cloud, put, statuses } = await openReplication({ target: { region: EUROPE } })
  await put("a", Buffer.alloc(100_000, "x"))
  await cloud.saveSnapshot("pending")
  await cloud.reset()
  expect(await cloud.loadSnapshot("pending")).toBe(true)
  expect((await statuses("a"))[0]).toBe("PENDING")
  await cloud.advance("1m")
  expect(await statuses("a")).toEqual(["COMPLETED", "REPLICA"])
})

test("why something failed is told to those who asked for metrics", async () => {
  const { cloud, put, told, settled, source, target } = await openTold()
  const metrics = { Bucket: "", Metrics: { Status: "Enabled" as const } }
  await allow(cloud, { actions: without("ReplicateObject") })
  await put("untold", "x")
  await settled()
  expect(await told()).toEqual([])
  await configure(source, ruleTo("copies", { Destination: metrics }))
  await put("a", "x")
  await settled()
  await allow(cloud)
  await target.client.send(
    new PutBucketVersioningCommand({
      Bucket: "copies",
      VersioningConfiguration: { Status: "Suspended" },
    }),
  )
  await put("b", "x")
  await settled()
  const all = await told()
  expect(names(all)).toEqual(["OperationFailedReplication a", "OperationFailedReplication b"])
  expect(all.map(({ replicationEventData }) => replicationEventData)).toMatchObject([
    { failureReason: "DstPutObjectNotPermitted" },
    { failureReason: "DstBucketUnversioned" },
  ])
})

test("what a rule no longer asks for is not tracked any more", async () => {
  const { cloud, client, Bucket, put, told, statuses } = await openTold({
    rule: { Destination: TIMED },
  })
  await put("a", "x")
  await client.send(new DeleteBucketReplicationCommand({ Bucket }))
  await cloud.advance("20m")
  expect(names(await told())).toEqual(["OperationNotTracked a"])
  expect(await statuses("a")).toEqual([undefined, undefined])
})

test("S3-146 objects that come, go, are restored and replicated: all families are told of", async () => {
  const families: Event[] = [
    ...(["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] as const),
    ...(["s3:ObjectRestore:*", "s3:Replication:*"] as const),
  ]
  const Metrics = { Status: "Enabled" as const }
  const setup = { rule: { Destination: { Bucket: "", Metrics } } }
  const { cloud, client, Bucket, put, settled, told } = await openTold(setup, families)
  await allow(cloud, { actions: without("ReplicateObject") })
  await put("a", "x")
  await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  await settled()
  await put("cold", "x", { StorageClass: "GLACIER" })
  const RestoreRequest = { Days: 1 }
  await client.send(new RestoreObjectCommand({ Bucket, Key: "cold", RestoreRequest }))
  await cloud.advance("3d")
  expect((await told()).map(({ eventName }) => eventName).toSorted()).toEqual([
    ...["ObjectCreated:Put", "ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated"],
    ...["ObjectRestore:Completed", "ObjectRestore:Delete", "ObjectRestore:Post"],
    "Replication:OperationFailedReplication",
  ])
})
