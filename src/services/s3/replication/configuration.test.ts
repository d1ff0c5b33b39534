import {
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  S3Client,
  type ReplicationRule,
} from "@aws-sdk/client-s3"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openBucket, openCloud, refusalOf } from "../testing/open-bucket.ts"
import { configure, openReplication, openSide, ROLE, ruleTo } from "../testing/open-replication.ts"

const rtc = (Status: "Enabled" | "Disabled" = "Enabled") => ({
  ReplicationTime: { Status, Time: { Minutes: 15 } },
  Metrics: { Status, EventThreshold: { Minutes: 15 } },
})

test("S3-115 without versioning at both ends a configuration is refused", async () => {
  const cloud = await openCloud()
  const { client, Bucket } = await openBucket("photos", { cloud })
  await openSide(cloud, "copies")
  const put = (to: string) => refusalOf(configure({ client, Bucket }, ruleTo(to)))
  expect(await put("copies")).toBe(
    "InvalidRequest 400: Versioning must be 'Enabled' on the bucket to apply a replication configuration",
  )
  const versioned = { Bucket, VersioningConfiguration: { Status: "Enabled" as const } }
  await client.send(new PutBucketVersioningCommand(versioned))
  await openBucket("plain", { cloud })
  const unversioned = "InvalidRequest 400: Destination bucket must have versioning enabled."
  expect(await put("plain")).toBe(unversioned)
  expect(await put("nowhere")).toBe(unversioned)
  expect(await put("copies")).toBe("no refusal")
  const suspended = { Bucket, VersioningConfiguration: { Status: "Suspended" as const } }
  expect(await refusalOf(client.send(new PutBucketVersioningCommand(suspended)))).toMatch(
    "InvalidBucketState 409: A replication configuration is present on this bucket",
  )
})

test("a configuration is read as it was put, with ids, and taken away", async () => {
  const { client, Bucket, source } = await openReplication()
  const Destination = { ...rtc(), StorageClass: "STANDARD_IA" } as ReplicationRule["Destination"]
  const { ID: _, ...unnamed } = ruleTo("copies", { Filter: { Prefix: "Tax" }, Destination })
  await configure(source, unnamed)
  const read = () => client.send(new GetBucketReplicationCommand({ Bucket }))
  const { ReplicationConfiguration } = await read()
  expect(ReplicationConfiguration).toEqual({
    Role: ROLE,
    Rules: [{ ...unnamed, ID: expect.stringMatching(/^[0-9a-f-]{36}$/) }],
  })
  for (const _time of [1, 2]) {
    const { $metadata } = await client.send(new DeleteBucketReplicationCommand({ Bucket }))
    expect($metadata.httpStatusCode).toBe(204)
  }
  expect(await refusalOf(read())).toBe(
    "ReplicationConfigurationNotFoundError 404: The replication configuration was not found",
  )
})

test("a rule that says too little, too much or what cannot be is refused", async () => {
  const { source } = await openReplication()
  const put = (...rules: ReplicationRule[]) => refusalOf(configure(source, ...rules))
  const of = (rule: Partial<ReplicationRule>) => put(ruleTo("copies", rule))
  const to = (more: object) => of({ Destination: { Bucket: "", ...more } })
  const tag = { Key: "a", Value: "b" }
  const enabled = { Status: "Enabled" as const }
  const malformed = /^MalformedXML 400/
  const { Priority: _, ...unordered } = ruleTo("copies")
  const { DeleteMarkerReplication: __, ...silent } = ruleTo("copies")
  const {
    Filter: ___,
    Priority: ____,
    DeleteMarkerReplication: _____,
    ...former
  } = ruleTo("copies")
  const faults: [Promise<string>, RegExp][] = [
    [put(), malformed],
    [of({ Status: "On" as never }), malformed],
    [of({ Prefix: "a" }), malformed],
    [of({ Filter: { Prefix: "a", Tag: tag } }), malformed],
    [put(former), malformed],
    [put(unordered), /InvalidRequest 400: Priority must be specified/],
    [put(silent), /InvalidRequest 400: DeleteMarkerReplication must be specified/],
    [
      of({ Filter: { Tag: tag }, DeleteMarkerReplication: enabled }),
      /not supported if any Tag filter/,
    ],
    [of({ Filter: { And: { Tags: [tag, tag] } } }), /Duplicate Tag Keys/],
    [of({ ExistingObjectReplication: enabled }), /InvalidRequest 400: ExistingObjectReplication/],
    [
      put({ ...former, Prefix: "", DeleteMarkerReplication: enabled }),
      /DeleteMarkerReplication cannot/,
    ],
    [
      put(ruleTo("copies"), ruleTo("copies", { ID: "b" })),
      /InvalidRequest 400: Found duplicate priority 1/,
    ],
    [put(ruleTo("copies"), ruleTo("copies", { Priority: 2 })), /Rule Id must be unique/],
    [
      put({ ...former, ID: "a", Prefix: "x" }, { ...former, ID: "b", Prefix: "xy" }),
      /overlapping prefixes/,
    ],
    [of({ ID: "ü" }), /InvalidArgument 400: Rule ID must not contain non-ASCII/],
    [of({ ID: "x".repeat(256) }), /InvalidArgument 400: ID length/],
    [to({ StorageClass: "COLD" }), /InvalidStorageClass 400/],
    [
      to({ AccessControlTranslation: { Owner: "Destination" } }),
      /InvalidRequest 400: Account must/,
    ],
    [to({ Account: "" }), /InvalidArgument 400: Account is empty/],
    [to({ Account: "222222222222" }), /must match the destination bucket owner/],
    [to({ ReplicationTime: rtc().ReplicationTime }), /both ReplicationTime and Metrics or neither/],
    [to({ ...rtc(), Metrics: rtc("Disabled").Metrics }), /must have the same status/],
    [to({ ...rtc(), Metrics: enabled }), /must contain an EventThreshold/],
    [to({ ...rtc(), ReplicationTime: { ...enabled, Time: { Minutes: 10 } } }), /value must be 15/],
    [
      of({ SourceSelectionCriteria: { SseKmsEncryptedObjects: enabled } }),
      /EncryptionConfiguration must/,
    ],
    [to({ EncryptionConfiguration: { ReplicaKmsKeyID: "x" } }), /SseKmsEncryptedObjects must/],
    [put(ruleTo("photos")), /cannot be the same as the source bucket/],
  ]
  for (const [refusal, fault] of faults) expect(await refusal).toMatch(fault)
  expect(await put({ ...former, Prefix: "x" })).toBe("no refusal")
})

test("who configures replication passes the role on, and may be kept from it", async () => {
  const { cloud, Bucket } = await openReplication()
  const ann = await newUser(cloud.client(IAMClient), "ann")
  const { credentials } = ann
  const client = cloud.client(S3Client, { forcePathStyle: true, credentials })
  const put = (Role = ROLE) => {
    const ReplicationConfiguration = { Role, Rules: [ruleTo("copies")] }
    return refusalOf(
      client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration })),
    )
  }
  const may = (...more: object[]) =>
    ann.may({ Action: "s3:PutReplicationConfiguration", Resource: "*" }, ...more)
  await may()
  expect(await put()).toMatch(
    /^AccessDenied 403: .* perform: iam:PassRole on resource: .*replicator/,
  )
  const Condition = { StringEquals: { "iam:PassedToService": "s3.amazonaws.com" } }
  await may({ Action: "iam:PassRole", Resource: ROLE, Condition })
  expect(await put()).toBe("no refusal")
  expect(await put("replicator")).toBe("InvalidArgument 400: Invalid role ARN")
})
