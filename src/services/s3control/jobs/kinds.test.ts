import {
  CreateBucketCommand,
  GetObjectAclCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3"
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import type { JobManifestGenerator, JobOperation } from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { openCloud as openGateway } from "../../../gateway/testing/open-cloud.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { ActionOperation } from "../../../registry/operation.ts"
import { openCloud } from "../../s3/testing/open-bucket.ts"
import {
  configure,
  headOf,
  makeRole,
  openSide,
  ruleTo,
  versionsOf,
  type Clients,
} from "../../s3/testing/open-replication.ts"
import { ACCOUNT, document, openBatch } from "../testing/open-batch.ts"

async function open() {
  const cloud = await openCloud({ now: "2027-01-04T00:00:00Z" })
  const batch = await openBatch(cloud)
  /** Runs an operation over `a` to its end; gives the rows of its report. */
  const run = async (operation: JobOperation) => {
    const id = await batch.create(operation, { Manifest: await batch.manifest("a") })
    await cloud.settle()
    expect((await batch.job(id)).Status).toBe("Complete")
    return batch.report(id)
  }
  return { cloud, ...batch, run }
}

const AT_A = { Bucket: "photos", Key: "a" }
const DONE = ["photos,a,,succeeded,200,,Successful"]

test("a copy grants no permission that objects do not have", async () => {
  const { put, run } = await open()
  await put("a", "x")
  const Grantee = { TypeIdentifier: "id" as const, Identifier: "0".repeat(64) }
  const copy = {
    TargetResource: "arn:aws:s3:::photos",
    AccessControlGrants: [{ Grantee, Permission: "WRITE" as const }],
  }
  await expect(run({ S3PutObjectCopy: copy })).rejects.toThrow("no permission of an object")
})

test("tags go, ACLs are set, archives are restored, keys are changed", async () => {
  const { cloud, s3, put, run } = await open()
  await put("a", "x", { Tagging: "t=1", StorageClass: "GLACIER" })
  expect(await run({ S3DeleteObjectTagging: {} })).toEqual(DONE)
  expect((await s3.send(new GetObjectTaggingCommand(AT_A))).TagSet).toEqual([])
  const Rules = [{ ObjectOwnership: "ObjectWriter" as const }]
  await s3.send(
    new PutBucketOwnershipControlsCommand({ Bucket: "photos", OwnershipControls: { Rules } }),
  )
  const { Owner } = await s3.send(new GetObjectAclCommand(AT_A))
  const Grantee = { TypeIdentifier: "id" as const, Identifier: Owner?.ID }
  const AccessControlList = {
    Owner: { ID: Owner?.ID },
    Grants: [{ Grantee, Permission: "READ" as const }],
  }
  expect(await run({ S3PutObjectAcl: { AccessControlPolicy: { AccessControlList } } })).toEqual(
    DONE,
  )
  const { Grants } = await s3.send(new GetObjectAclCommand(AT_A))
  expect(Grants?.map(({ Permission }) => Permission)).toEqual(["READ"])
  expect(
    await run({ S3InitiateRestoreObject: { ExpirationInDays: 3, GlacierJobTier: "STANDARD" } }),
  ).toEqual(DONE)
  expect((await s3.send(new HeadObjectCommand(AT_A))).Restore).toBe('ongoing-request="true"')
  const { KeyMetadata } = await cloud.client(KMSClient).send(new CreateKeyCommand({}))
  await put("a", "x")
  const SSEKMS = { KMSKeyArn: KeyMetadata?.Arn }
  const rows = await run({ S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS } } })
  // The role may do all of S3, and nothing of KMS.
  expect(rows[0]).toMatch(/^photos,a,,failed,4\d\d,/)
})

test("checksums are computed from the bytes, and told in the report", async () => {
  const { put, run } = await open()
  await put("a", "hello")
  const [row = ""] = await run({ S3ComputeObjectChecksum: { ChecksumAlgorithm: "CRC32" } })
  const [head = "", message = ""] = row.split(',,"')
  expect(head).toBe("photos,a,,succeeded,200")
  expect(JSON.parse(message.slice(0, -1).replaceAll('""', '"'))).toEqual({
    ...{ checksum_base64: "NhCmhg==", checksum_hex: "3610A686" },
    ...{ checksumAlgorithm: "CRC32", checksumType: "FULL_OBJECT" },
    etag: "5d41402abc4b2a76b9719d911017c592",
  })
})

test("locks are set", async () => {
  const { s3, create, cloud, report } = await open()
  await s3.send(new CreateBucketCommand({ Bucket: "locked", ObjectLockEnabledForBucket: true }))
  const at = { Bucket: "locked", Key: "a" }
  await s3.send(new PutObjectCommand({ ...at, Body: "x" }))
  const put = new PutObjectCommand({ Bucket: "work", Key: "m", Body: '"locked","a"\r\n' })
  const { ETag } = await s3.send(put)
  const Manifest = {
    Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: ["Bucket", "Key"] },
    Location: { ObjectArn: "arn:aws:s3:::work/m", ETag },
  } as const
  const until = new Date("2027-02-01T00:00:00Z")
  const Retention = { Mode: "GOVERNANCE" as const, RetainUntilDate: until }
  const id = await create(
    { S3PutObjectRetention: { Retention } },
    { Manifest: { ...Manifest, Spec: { ...Manifest.Spec, Fields: ["Bucket", "Key"] } } },
  )
  await cloud.settle()
  expect(await report(id)).toEqual(["locked,a,,succeeded,200,,Successful"])
  expect((await s3.send(new GetObjectRetentionCommand(at))).Retention).toEqual(Retention)
  await create(
    { S3PutObjectLegalHold: { LegalHold: { Status: "ON" } } },
    { Manifest: { ...Manifest, Spec: { ...Manifest.Spec, Fields: ["Bucket", "Key"] } } },
  )
  await cloud.settle()
  expect((await s3.send(new GetObjectLegalHoldCommand(at))).LegalHold?.Status).toBe("ON")
})

test("a list of S3 Inventory is a manifest, with the versions that it names", async () => {
  const { cloud, s3, put, create, report, job } = await open()
  const VersioningConfiguration = { Status: "Enabled" as const }
  await s3.send(new PutBucketVersioningCommand({ Bucket: "photos", VersioningConfiguration }))
  const first = (await put("in a", "1")).VersionId ?? ""
  const second = (await put("in a", "2")).VersionId ?? ""
  const Principal = { Service: "s3.amazonaws.com" }
  const Policy = document({ Principal, Action: "s3:PutObject", Resource: "arn:aws:s3:::work/*" })
  await s3.send(new PutBucketPolicyCommand({ Bucket: "work", Policy }))
  await s3.send(
    new PutBucketInventoryConfigurationCommand({
      ...{ Bucket: "photos", Id: "all" },
      InventoryConfiguration: {
        ...{ Id: "all", IsEnabled: true, IncludedObjectVersions: "All" },
        Schedule: { Frequency: "Daily" },
        Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::work", Format: "CSV" } },
      },
    }),
  )
  await cloud.advance("1h")
  const Key = "photos/all/2027-01-04T01-00Z/manifest.json"
  const { ETag } = await s3.send(new HeadObjectCommand({ Bucket: "work", Key }))
  const id = await create(
    { S3PutObjectTagging: { TagSet: [{ Key: "a", Value: "1" }] } },
    {
      Manifest: {
        Spec: { Format: "S3InventoryReport_CSV_20161130" },
        Location: { ObjectArn: `arn:aws:s3:::work/${Key}`, ETag },
      },
    },
  )
  await cloud.settle()
  expect((await job(id)).Status).toBe("Complete")
  expect(await report(id)).toEqual(
    [first, second].map((one) => `photos,in%20a,${one},succeeded,200,,Successful`).toSorted(),
  )
  const old = { Bucket: "photos", Key: "in a", VersionId: first }
  expect((await s3.send(new GetObjectTaggingCommand(old))).TagSet).toHaveLength(1)
})

const generator = (
  Filter: NonNullable<JobManifestGenerator["S3JobManifestGenerator"]>["Filter"],
): JobManifestGenerator => ({
  S3JobManifestGenerator: {
    ...{ SourceBucket: "arn:aws:s3:::photos", EnableManifestOutput: false, Filter },
  },
})

test("a manifest is generated from what a bucket has, by names, sizes and classes", async () => {
  const { cloud, put, create, report, job, allow } = await open()
  await put("in/a.txt", "xx")
  await put("in/b.txt", "x")
  await put("in/c.txt", "xx", { StorageClass: "STANDARD_IA" })
  await put("in/d.jpg", "xx")
  await put("out/e.txt", "xx")
  const ManifestGenerator = generator({
    KeyNameConstraint: { MatchAnyPrefix: ["in/"], MatchAnySuffix: [".txt"] },
    ...{ ObjectSizeGreaterThanBytes: 1, MatchAnyStorageClass: ["STANDARD"] },
  })
  const operation: JobOperation = { S3DeleteObjectTagging: {} }
  const { S3JobManifestGenerator: wanted } = ManifestGenerator
  const kept = {
    ...{ Bucket: "arn:aws:s3:::work", ManifestPrefix: "made" },
    ...{ ManifestFormat: "S3InventoryReport_CSV_20211130" as const },
    ManifestEncryption: { SSES3: {} },
  }
  const keeping = await create(operation, {
    ManifestGenerator: {
      S3JobManifestGenerator: {
        ...{ SourceBucket: "arn:aws:s3:::photos", Filter: wanted?.Filter },
        ...{ EnableManifestOutput: true, ManifestOutputLocation: kept },
      },
    },
  })
  await cloud.settle()
  const { GeneratedManifestDescriptor: made } = await job(keeping)
  expect(made?.Format).toBe("S3InventoryReport_CSV_20211130")
  expect(made?.Location?.ObjectArn).toBe(`arn:aws:s3:::work/made/job-${keeping}/manifest.json`)
  // What was made is a manifest for another job.
  const Spec = { Format: "S3InventoryReport_CSV_20161130" } as const
  const again = await create(operation, { Manifest: { Spec, Location: made?.Location } })
  await cloud.settle()
  expect(await report(again)).toEqual(["photos,in%2Fa.txt,,succeeded,200,,Successful"])
  const id = await create(operation, { ManifestGenerator })
  await cloud.settle()
  expect(await report(id)).toEqual(["photos,in%2Fa.txt,,succeeded,200,,Successful"])
  await allow("s3:GetObject", "s3:DeleteObjectTagging", "s3:ListBucket")
  const refused = await create(operation, { ManifestGenerator })
  await cloud.settle()
  expect((await job(refused)).FailureReasons?.[0]?.FailureReason).toContain(
    "s3:PutInventoryConfiguration",
  )
})

test("what was there before its rule is replicated by a batch job", async () => {
  const { cloud, s3, put, create, report, job } = await open()
  const VersioningConfiguration = { Status: "Enabled" as const }
  await s3.send(new PutBucketVersioningCommand({ Bucket: "photos", VersioningConfiguration }))
  const ids = [(await put("a", "1")).VersionId, (await put("a", "2")).VersionId]
  await put("b", "1")
  await makeRole(cloud)
  const target = await openSide(cloud, "copies")
  await configure({ Bucket: "photos", client: s3 }, ruleTo("copies", { Filter: { Prefix: "a" } }))
  const id = await create(
    { S3ReplicateObject: {} },
    {
      ManifestGenerator: generator({
        ...{ EligibleForReplication: true, ObjectReplicationStatuses: ["NONE", "FAILED"] },
      }),
    },
  )
  await cloud.settle()
  expect((await job(id)).Status).toBe("Active")
  await cloud.advance("1m")
  expect((await job(id)).Status).toBe("Complete")
  expect(await report(id)).toEqual(
    ids.map((one) => `photos,a,${one},succeeded,200,,Successful`).toSorted(),
  )
  expect((await versionsOf(target)).toSorted()).toEqual(ids.map((one) => `a ${one}`).toSorted())
  expect((await headOf(target, "a"))?.ReplicationStatus).toBe("REPLICA")
})

interface Event {
  readonly invocationId: string
  readonly job: object
  readonly tasks: readonly { readonly taskId: string; readonly s3Key: string }[]
}

/** A function of Lambda that says of each key what becomes of its task. */
async function openLambda(say: (key: string, seen: number) => object) {
  const cloud = await openGateway()
  const events: Event[] = []
  const Invoke: ActionOperation<{ Payload: Uint8Array; FunctionName: string }, object> = {
    ...{ kind: "action", name: "Invoke", authorize: unchecked("a test's") },
    run: (_ctx, { Payload }) => {
      const event = JSON.parse(Buffer.from(Payload).toString()) as Event
      const { taskId, s3Key = "" } = event.tasks[0] ?? {}
      const seen = events.filter(({ tasks }) => tasks[0]?.s3Key === s3Key).length
      events.push(event)
      const result = { taskId, ...say(s3Key, seen) }
      if ("error" in result)
        return Promise.resolve({ FunctionError: "Unhandled", Payload: Buffer.from('{"e":1}') })
      const answer = { invocationSchemaVersion: "1.0", results: [result] }
      return Promise.resolve({ Payload: Buffer.from(JSON.stringify(answer)) })
    },
  }
  plugIn(cloud, "lambda", { Invoke })
  const config = gatewayConfig(cloud, ACCOUNT)
  const world: Clients = { client: (Client, more) => new Client({ ...config, ...more } as never) }
  return { cloud, events, ...(await openBatch(world)) }
}

const FunctionArn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`

test("a function does each task and says what became of it", async () => {
  const { cloud, events, manifest, create, job, report } = await openLambda((key, seen) => {
    if (key === "thrown") return { error: true }
    if (key === "later" && seen === 0)
      return { resultCode: "TemporaryFailure", resultString: "busy" }
    if (key === "bad") return { resultCode: "PermanentFailure", resultString: "no, never" }
    return { resultCode: "Succeeded", resultString: "done" }
  })
  const Manifest = await manifest("a b", "later", "bad", "thrown")
  const id = await create({ LambdaInvoke: { FunctionArn } }, { Manifest })
  await cloud.advance(0)
  expect((await job(id)).Status).toBe("Complete")
  expect(await report(id)).toEqual([
    "photos,a%20b,,succeeded,200,,done",
    'photos,bad,,failed,200,PermanentFailure,"no, never"',
    "photos,later,,succeeded,200,,done",
    'photos,thrown,,failed,200,PermanentFailure,"Lambda returned function error: {""e"":1}"',
  ])
  expect(events[0]).toMatchObject({
    ...{ invocationSchemaVersion: "1.0", job: { id } },
    tasks: [{ s3Key: "a%20b", s3VersionId: null, s3BucketArn: "arn:aws:s3:::photos" }],
  })
  const second = await create(
    {
      LambdaInvoke: { FunctionArn, InvocationSchemaVersion: "2.0", UserArguments: { k: "v" } },
    },
    { Manifest: await manifest("c") },
  )
  await cloud.advance(0)
  expect(events.at(-1)).toMatchObject({
    job: { id: second, userArguments: { k: "v" } },
    tasks: [{ s3Key: "c", s3Bucket: "photos" }],
  })
})
