import {
  DeleteObjectCommand,
  S3Client,
  PutObjectCommand,
  PutBucketPolicyCommand,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
} from "@aws-sdk/client-s3"
import { DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { canonicalId } from "../owner.ts"
import {
  allow,
  configure,
  document,
  letIn,
  openReplication,
  openSide,
  ruleTo,
  versionsOf,
  without,
  type TestReplication,
} from "../testing/open-replication.ts"

const OTHER = "222222222222"
const markers = { DeleteMarkerReplication: { Status: "Enabled" as const } }

test("S3-123 what the role, or the bucket's owner, may not read is not replicated: FAILED", async () => {
  const replication = await openReplication({ source: { ObjectOwnership: "ObjectWriter" } })
  const { cloud, put, settled, statuses, source } = replication
  for (const action of [
    "GetObjectVersionForReplication",
    "GetObjectVersionAcl",
    "GetReplicationConfiguration",
  ]) {
    await allow(cloud, { actions: without(action) })
    await put(action, "x")
    await settled()
    expect(await statuses(action)).toEqual(["FAILED", undefined])
  }
  await allow(cloud)
  // Somebody else's object in the bucket is somebody else's to share.
  const guest = await guestOf(replication)
  const write = (Key: string, ACL?: "bucket-owner-read" | "bucket-owner-full-control") =>
    guest.send(new PutObjectCommand({ Bucket: "photos", Key, Body: "x", ACL }))
  await write("private")
  await write("shared", "bucket-owner-full-control")
  await settled()
  expect(
    (await versionsOf({ ...source, Bucket: "copies" })).map((one) => one.split(" ")[0]),
  ).toEqual(["shared"])
  expect(await statuses("shared")).toEqual(["COMPLETED", "REPLICA"])
})

async function guestOf({ cloud, client, Bucket }: TestReplication): Promise<S3Client> {
  const Policy = document({
    Principal: { AWS: OTHER },
    Action: "s3:Put*",
    Resource: `arn:aws:s3:::${Bucket}/*`,
  })
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const credentials = { accessKeyId: OTHER, secretAccessKey: "test" }
  return cloud.client(S3Client, { forcePathStyle: true, credentials })
}

test("each right at the destination is asked for where it is needed", async () => {
  const { cloud, put, settled, statuses, client, source, target } = await openReplication({
    rule: markers,
  })
  await put("kept", "x")
  await settled()
  await allow(cloud, { actions: without("ReplicateTags", "ReplicateDelete") })
  await put("plain", "x")
  await put("tagged", "x", { Tagging: "a=b" })
  await client.send(new DeleteObjectCommand({ Bucket: "photos", Key: "kept" }))
  await settled()
  expect(await statuses("plain")).toEqual(["COMPLETED", "REPLICA"])
  expect(await statuses("tagged")).toEqual(["FAILED", undefined])
  expect((await statuses("kept"))[1]).toBe("REPLICA")
  await allow(cloud, { actions: without("GetObjectVersionTagging") })
  await put("untold", "x", { Tagging: "a=b" })
  await settled()
  expect(await statuses("untold")).toEqual(["COMPLETED", "REPLICA"])
  const { TagSet } = await client.send(
    new GetObjectTaggingCommand({ Bucket: "copies", Key: "untold" }),
  )
  expect(TagSet).toEqual([])
  expect(source.Bucket).not.toBe(target.Bucket)
})

test("a role that is gone, or does not trust S3, replicates nothing", async () => {
  const { cloud, put, settled, statuses } = await openReplication()
  const iam = cloud.client(IAMClient)
  await iam.send(new DeleteRolePolicyCommand({ RoleName: "replicator", PolicyName: "replication" }))
  await iam.send(new DeleteRoleCommand({ RoleName: "replicator" }))
  await put("a", "x")
  await settled()
  expect(await statuses("a")).toEqual(["FAILED", undefined])
})

test("another account's bucket takes replicas only where its policy lets the role in", async () => {
  const { cloud, put, settled, source } = await openReplication()
  const foreign = await openSide(cloud, "foreign", { account: OTHER })
  await configure(source, ruleTo("foreign"))
  await put("a", "x")
  await settled()
  expect(await versionsOf(foreign)).toEqual([])
  await letIn(foreign)
  await put("b", "x")
  await settled()
  expect((await versionsOf(foreign)).length).toBe(1)
})

test("S3-120 a replica is the source's owner's, or by the rule the destination's", async () => {
  const { cloud, put, settled, source } = await openReplication()
  const ours = canonicalId("000000000000")
  const theirs = canonicalId(OTHER)
  const foreign = await openSide(cloud, "foreign", {
    account: OTHER,
    ObjectOwnership: "ObjectWriter",
  })
  await letIn(foreign)
  const ownerAt = async (Key: string) => {
    const { Owner, Grants } = await foreign.client
      .send(new GetObjectAclCommand({ Bucket: "foreign", Key }))
      .catch(async () => {
        const { client } = source
        return client.send(new GetObjectAclCommand({ Bucket: "foreign", Key }))
      })
    return [Owner?.ID, Grants?.map(({ Grantee }) => Grantee?.ID)]
  }
  await configure(source, ruleTo("foreign"))
  await put("a", "x")
  await settled()
  expect(await ownerAt("a")).toEqual([ours, [ours]])
  const Destination = {
    Bucket: "",
    Account: OTHER,
    AccessControlTranslation: { Owner: "Destination" as const },
  }
  await configure(source, ruleTo("foreign", { Destination }))
  await put("b", "x")
  await settled()
  expect(await ownerAt("b")).toEqual([theirs, [theirs]])
  await allow(cloud, { actions: without("ObjectOwnerOverrideToBucketOwner") })
  await put("c", "x")
  await settled()
  expect((await versionsOf(foreign)).map((one) => one.split(" ")[0])).toEqual(["a", "b"])
})
