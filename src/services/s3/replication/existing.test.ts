import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { usageOf } from "../../../kernel/meter.ts"
import { bucketNamed } from "../buckets/bucket.ts"
import {
  ACCOUNT,
  allow,
  configure,
  document,
  headOf,
  letIn,
  makeRole,
  openSide,
  ruleTo,
  versionsOf,
  without,
  type Clients,
} from "../testing/open-replication.ts"
import { initiateReplication, replicationOf } from "./existing.ts"

const BATCH = "batchoperations.s3.amazonaws.com"

/** Two buckets without a rule, and the role of a batch job. */
async function openExisting() {
  const cloud = await openCloud()
  const config = gatewayConfig(cloud, ACCOUNT)
  const world: Clients = { client: (Client, more) => new Client({ ...config, ...more } as never) }
  await makeRole(world)
  const target = await openSide(world, "copies")
  const source = await openSide(world, "photos")
  const put = async (Key: string, Body: string): Promise<string> =>
    (await source.client.send(new PutObjectCommand({ Bucket: "photos", Key, Body }))).VersionId!
  const iam = world.client(IAMClient)
  const trust = document({ Principal: { Service: BATCH }, Action: "sts:AssumeRole" })
  await iam.send(new CreateRoleCommand({ RoleName: "batch", AssumeRolePolicyDocument: trust }))
  const mayInitiate = () =>
    iam.send(
      new PutRolePolicyCommand({
        ...{ RoleName: "batch", PolicyName: "p" },
        PolicyDocument: document({ Action: "s3:InitiateReplication", Resource: "*" }),
      }),
    )
  const rights = {
    ...{ account: ACCOUNT, region: "us-east-1", as: BATCH },
    role: `arn:aws:iam::${ACCOUNT}:role/batch`,
  }
  const initiate = (Key: string, VersionId: string, Bucket = "photos") =>
    initiateReplication(cloud.world.context(), rights, { Bucket, Key, VersionId })
  const stateOf = (key: string, versionId: string) =>
    cloud.world.read((tx) => {
      const { id } = bucketNamed(tx, "aws", "photos")!
      return replicationOf(tx, { bucket: id, key, versionId })
    })
  return { cloud, world, source, target, put, mayInitiate, initiate, stateOf }
}

test("what was there before the rule is replicated on request, by who may ask for it", async () => {
  const { cloud, world, source, target, put, mayInitiate, initiate, stateOf } = await openExisting()
  const old = await put("a", "old")
  await configure(source, ruleTo("copies", { Filter: { Prefix: "a" } }))
  await expect(initiate("a", old)).rejects.toThrow("perform: s3:InitiateReplication")
  await mayInitiate()
  expect(await initiate("a", old)).toEqual({ eligible: true })
  expect(await stateOf("a", old)).toEqual({ status: "PENDING" })
  await cloud.advance(60_000)
  expect(await stateOf("a", old)).toEqual({ status: "COMPLETED" })
  expect((await headOf(target, "a"))?.VersionId).toBe(old)
  const other = await put("b", "x")
  expect(await initiate("b", other)).toEqual({ eligible: false })
  await allow(world, { actions: without("ReplicateObject") })
  const failing = await put("a2", "x")
  await cloud.advance(60_000)
  const failure = "DstPutObjectNotPermitted"
  expect(await stateOf("a2", failing)).toEqual({ status: "FAILED", failure })
  await allow(world)
  await initiate("a2", failing)
  await cloud.advance(60_000)
  expect(await stateOf("a2", failing)).toEqual({ status: "COMPLETED" })
  await expect(initiate("a2", "x".repeat(32))).rejects.toThrow("Invalid version id")
})

test("what comes late stands among its key's versions where the source has it", async () => {
  const { cloud, source, target, put, mayInitiate, initiate } = await openExisting()
  await mayInitiate()
  const ids: string[] = []
  for (const Body of ["1", "2", "3", "4"]) {
    ids.push(await put("a", Body))
    await cloud.advance(1_000)
  }
  await configure(source, ruleTo("copies"))
  ids.push(await put("a", "5"))
  await source.client.send(new DeleteObjectCommand({ Bucket: "photos", Key: "b" }))
  await cloud.advance(60_000)
  for (const at of [1, 3, 0, 2]) {
    await initiate("a", ids[at]!)
    await cloud.advance(60_000)
  }
  const all = (await versionsOf(source)).filter((one) => one.startsWith("a"))
  expect(all).toEqual(ids.toReversed().map((id) => `a ${id}`))
  expect(await versionsOf(target)).toEqual(all)
  expect((await headOf(target, "a"))?.VersionId).toBe(ids[4])
})

test("replicas are replicated further on request alone", async () => {
  const { cloud, world, source, target, put, mayInitiate, initiate } = await openExisting()
  await mayInitiate()
  const third = await openSide(world, "third")
  await configure(source, ruleTo("copies"))
  await configure(target, ruleTo("third"))
  const id = await put("a", "x")
  await cloud.advance(60_000)
  expect(await versionsOf(third)).toEqual([])
  await initiate("a", id, "copies")
  await cloud.advance(60_000)
  expect(await versionsOf(third)).toEqual([`a ${id}`])
  expect((await headOf(target, "a"))?.ReplicationStatus).toBe("REPLICA")
})

test("a version from before versioning keeps its id, and takes the place of another such", async () => {
  const { cloud, world, source, mayInitiate, initiate } = await openExisting()
  await mayInitiate()
  const plain = world.client(S3Client, { forcePathStyle: true })
  const put = (Bucket: string, Body: string) =>
    plain.send(new PutObjectCommand({ Bucket, Key: "a", Body }))
  const sides = ["before", "after"] as const
  for (const Bucket of sides) {
    await plain.send(new CreateBucketCommand({ Bucket }))
    await put(Bucket, Bucket)
    const VersioningConfiguration = { Status: "Enabled" as const }
    await plain.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  }
  await configure({ ...source, Bucket: "before" }, ruleTo("after"))
  await initiate("a", "null", "before")
  await cloud.advance(60_000)
  expect(await versionsOf({ ...source, Bucket: "after" })).toEqual(["a null"])
  const { Body } = await plain.send(new GetObjectCommand({ Bucket: "after", Key: "a" }))
  expect(await Body?.transformToString()).toBe("before")
})

test("what leaves a Region is counted where it leaves, the request where it arrives", async () => {
  const { cloud, world, source, put } = await openExisting()
  const account = "222222222222"
  const far = await openSide(world, "far", { region: "eu-west-1", account })
  await letIn(far)
  await configure(source, ruleTo("far"), ruleTo("copies", { ID: "near", Priority: 2 }))
  const count = (of: string, usage: string) =>
    cloud.world.read((tx) =>
      usageOf(tx, of, { from: 0, to: tx.now + 1, limit: 1_000 })
        .filter(({ usageType }) => usageType === usage)
        .reduce((sum, { quantity }) => sum + quantity, 0),
    )
  const before = await count(account, "s3:requests-tier1")
  await put("a", "x".repeat(100))
  await cloud.advance(60_000)
  expect(await count(ACCOUNT, "s3:replication-bytes-out")).toBe(100)
  expect((await count(account, "s3:requests-tier1")) - before).toBe(1)
})
