import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  GetBucketOwnershipControlsCommand,
  DeleteBucketOwnershipControlsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  S3Client,
  type PutBucketAclCommandInput,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { canonicalId } from "../../owner.ts"
import { openBucket, openCloud, refusalOf, type TestBucket } from "../../testing/open-bucket.ts"

const OWNER = canonicalId("000000000000")
const GUEST = canonicalId("222222222222")
const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
const LOGS = "http://acs.amazonaws.com/groups/s3/LogDelivery"

/** A bucket of the days before ACLs were off. */
async function openWithAcls(): Promise<TestBucket> {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  const Rules = [{ ObjectOwnership: "ObjectWriter" as const }]
  await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  return bucket
}

const as = ({ cloud }: TestBucket, accessKeyId: string): S3Client =>
  cloud.client(S3Client, {
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey: "test" },
  })

const nobody = ({ cloud }: TestBucket): S3Client =>
  cloud.client(S3Client, {
    forcePathStyle: true,
    signer: { sign: async (request: object) => request },
  })

const readBy = (client: S3Client, Key = "a"): Promise<string> =>
  refusalOf(client.send(new GetObjectCommand({ Bucket: "photos", Key })))

test("S3-27 new buckets have ACLs switched off", async () => {
  const { client, Bucket, put } = await openBucket()
  const grants = async () => (await client.send(new GetBucketAclCommand({ Bucket }))).Grants
  const own = [{ Grantee: { ID: OWNER, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }]
  expect(await grants()).toEqual(own)
  const refusal = "AccessControlListNotSupported 400: The bucket does not allow ACLs"
  const putAcl = client.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" }))
  expect(await refusalOf(putAcl)).toBe(refusal)
  expect(await refusalOf(put("a", "x", { ACL: "public-read" }))).toBe(refusal)
  expect(await refusalOf(put("a", "x", { ACL: "bucket-owner-full-control" }))).toBe("no refusal")
  const object = client.send(new PutObjectAclCommand({ Bucket, Key: "a", ACL: "public-read" }))
  expect(await refusalOf(object)).toBe(refusal)
  expect((await client.send(new GetObjectAclCommand({ Bucket, Key: "a" }))).Grants).toEqual(own)
})

test("S3-27 a canned ACL lets everybody read, unless public ACLs are ignored or blocked", async () => {
  const bucket = await openWithAcls()
  const { client, Bucket, put } = bucket
  await put("a", "x", { ACL: "public-read" })
  await put("b", "x")
  expect(await readBy(nobody(bucket))).toBe("no refusal")
  expect(await readBy(nobody(bucket), "b")).toMatch(/^AccessDenied/)
  expect((await client.send(new GetObjectAclCommand({ Bucket, Key: "a" }))).Grants).toEqual([
    { Grantee: { ID: OWNER, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" },
    { Grantee: { URI: ALL_USERS, Type: "Group" }, Permission: "READ" },
  ])
  const block = (PublicAccessBlockConfiguration: object) =>
    client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
  await block({ IgnorePublicAcls: true })
  expect(await readBy(nobody(bucket))).toMatch(/^AccessDenied/)
  expect(await refusalOf(put("c", "x", { ACL: "public-read" }))).toBe("no refusal")
  await block({ BlockPublicAcls: true })
  expect(await readBy(nobody(bucket))).toBe("no refusal")
  expect(await refusalOf(put("c", "x", { ACL: "public-read" }))).toBe(
    "AccessDenied 403: Access Denied",
  )
})

test("S3-27 grants name other accounts", async () => {
  const bucket = await openWithAcls()
  const { client, Bucket, put } = bucket
  const guest = as(bucket, "222222222222")
  await put("a", "x", { GrantRead: `id="${GUEST}"` })
  expect(await readBy(guest)).toBe("no refusal")
  expect(await readBy(as(bucket, "333333333333"))).toMatch(/^AccessDenied/)
  const write = () => guest.send(new PutObjectCommand({ Bucket, Key: "theirs", Body: "y" }))
  expect(await refusalOf(write())).toMatch(/^AccessDenied/)
  await client.send(
    new PutBucketAclCommand({
      Bucket,
      AccessControlPolicy: {
        Owner: { ID: OWNER },
        Grants: [
          { Grantee: { Type: "CanonicalUser", ID: OWNER }, Permission: "FULL_CONTROL" },
          { Grantee: { Type: "CanonicalUser", ID: GUEST }, Permission: "WRITE" },
        ],
      },
    }),
  )
  expect(await refusalOf(write())).toBe("no refusal")
  // Whose object it is: the writer's, until the bucket's owner owns all.
  expect(await readBy(client, "theirs")).toMatch(/^AccessDenied/)
  expect(await readBy(guest, "theirs")).toBe("no refusal")
  const acl = { Bucket, Key: "theirs", ACL: "bucket-owner-full-control" as const }
  await guest.send(new PutObjectAclCommand(acl))
  expect(await readBy(client, "theirs")).toBe("no refusal")
})

test("with BucketOwnerPreferred and the canned ACL for it, what others write is the bucket owner's", async () => {
  const bucket = await openWithAcls()
  const { client, Bucket } = bucket
  const Rules = [{ ObjectOwnership: "BucketOwnerPreferred" as const }]
  await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
  await client.send(new PutBucketAclCommand({ Bucket, GrantWrite: `id="${GUEST}"` }))
  const guest = as(bucket, "222222222222")
  const ACL = "bucket-owner-full-control"
  await guest.send(new PutObjectCommand({ Bucket, Key: "given", ACL }))
  expect(await readBy(client, "given")).toBe("no refusal")
  expect((await client.send(new GetObjectAclCommand({ Bucket, Key: "given" }))).Owner).toEqual({
    ID: OWNER,
  })
})

test.each<[Partial<PutBucketAclCommandInput>, string]>([
  [{}, "MissingSecurityHeader 400: Your request was missing a required header"],
  [
    { ACL: "private", GrantRead: `uri="${LOGS}"` },
    "InvalidRequest 400: Specifying both Canned ACLs and Header Grants is not allowed",
  ],
  [{ GrantWrite: 'fakekey="1234"' }, "InvalidArgument 400: Argument format not recognized"],
  [{ GrantWrite: 'id="wrong-id"' }, "InvalidArgument 400: Invalid id"],
  [{ GrantWrite: `uri="${LOGS}x"` }, "InvalidArgument 400: Invalid group uri"],
  [
    { AccessControlPolicy: { Grants: [] } },
    "MalformedACLError 400: The XML you provided was not well-formed or did not validate against our published schema",
  ],
  [
    { ACL: "private", AccessControlPolicy: { Owner: { ID: OWNER }, Grants: [] } },
    "UnexpectedContent 400: This request does not support content",
  ],
])("the ACL %j is refused in AWS's words", async (acl, refusal) => {
  const { client, Bucket } = await openWithAcls()
  expect(await refusalOf(client.send(new PutBucketAclCommand({ Bucket, ...acl })))).toBe(refusal)
})

test("ownership controls and the public access block are put, read and taken away", async () => {
  const { client, Bucket } = await openBucket()
  const ownership = () => client.send(new GetBucketOwnershipControlsCommand({ Bucket }))
  const { OwnershipControls } = await ownership()
  expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }])
  const put = (OwnershipControls: object) =>
    refusalOf(
      client.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: OwnershipControls as never,
        }),
      ),
    )
  expect(await put({ Rules: [{ ObjectOwnership: "Mine" }] })).toMatch(/^MalformedXML 400/)
  expect(await put({ Rules: [] })).toMatch(/^MalformedXML 400/)
  await client.send(new DeleteBucketOwnershipControlsCommand({ Bucket }))
  expect(await refusalOf(ownership())).toBe(
    "OwnershipControlsNotFoundError 404: The bucket ownership controls were not found",
  )
  const block = () => client.send(new GetPublicAccessBlockCommand({ Bucket }))
  expect((await block()).PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  })
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  expect(await refusalOf(block())).toBe(
    "NoSuchPublicAccessBlockConfiguration 404: The public access block configuration was not found",
  )
})

test("a bucket that is made with a public ACL is refused, one that is made private has ACLs", async () => {
  const client = (await openCloud()).client(S3Client, { forcePathStyle: true })
  const create = (more: object) =>
    refusalOf(client.send(new CreateBucketCommand({ Bucket: "x-1", ...more })))
  expect(await create({ ACL: "public-read" })).toMatch(/^InvalidBucketAclWithObjectOwnership 400/)
  expect(await create({ ACL: "public-read", ObjectOwnership: "ObjectWriter" })).toMatch(
    /^AccessDenied 403/,
  )
  const enforced = { ACL: "private", ObjectOwnership: "BucketOwnerEnforced" }
  expect(await create({ ...enforced, Bucket: "x-2" })).toBe("no refusal")
  expect(await create({ ACL: "private" })).toBe("no refusal")
  const write = (Bucket: string) =>
    refusalOf(client.send(new PutObjectCommand({ Bucket, Key: "a", ACL: "private" })))
  expect(await write("x-1")).toBe("no refusal")
  expect(await write("x-2")).toMatch(/^AccessControlListNotSupported 400/)
  const { OwnershipControls } = await client.send(
    new GetBucketOwnershipControlsCommand({ Bucket: "x-1" }),
  )
  expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerPreferred" }])
})

test("what nobody signed is anonymous users', who may delete it, and nothing of others", async () => {
  const bucket = await openWithAcls()
  const { client, Bucket } = bucket
  await client.send(new PutBucketAclCommand({ Bucket, ACL: "public-read-write" }))
  await bucket.put("ours", "x")
  const everybody = nobody(bucket)
  const write = (Key: string, more = {}) =>
    refusalOf(everybody.send(new PutObjectCommand({ Bucket, Key, Body: "y", ...more })))
  expect(await write("theirs")).toBe("no refusal")
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, FetchOwner: true }))
  expect(Contents?.map(({ Key, Owner }) => [Key, Owner?.ID])).toEqual([
    ["ours", OWNER],
    ["theirs", "65a011a29cdf8ec533ec3d1ccaae921c"],
  ])
  // The bucket's owner has no part in it, beyond deleting it.
  expect(await readBy(client, "theirs")).toMatch(/^AccessDenied 403/)
  expect(await readBy(everybody, "theirs")).toBe("no refusal")
  expect(await readBy(as(bucket, "222222222222"), "theirs")).toMatch(/^AccessDenied 403/)
  expect(await write("theirs", { ACL: "public-read" })).toBe("no refusal")
  expect(await readBy(client, "theirs")).toBe("no refusal")
  const guest = as(bucket, "222222222222")
  const remove = (by: S3Client) =>
    refusalOf(by.send(new DeleteObjectCommand({ Bucket, Key: "theirs" })))
  expect(await remove(guest)).toMatch(/^AccessDenied 403/)
  // Recorded, of DeleteObjects by nobody.
  const Delete = { Objects: [{ Key: "ours" }, { Key: "theirs" }, { Key: "none" }] }
  const { Deleted, Errors } = await everybody.send(new DeleteObjectsCommand({ Bucket, Delete }))
  expect(Deleted?.map(({ Key }) => Key)).toEqual(["theirs"])
  expect(Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([
    ["ours", "AccessDenied"],
    ["none", "AccessDenied"],
  ])
  expect(await write("theirs")).toBe("no refusal")
  expect(await remove(client)).toBe("no refusal")
  // Who overwrites is the owner then.
  expect(await write("ours")).toBe("no refusal")
  expect(await readBy(client, "ours")).toMatch(/^AccessDenied 403/)
})

test("who may list a bucket by its ACL is told what is not there", async () => {
  const bucket = await openWithAcls()
  const { client, Bucket } = bucket
  expect(await readBy(nobody(bucket), "none")).toBe("AccessDenied 403: Access Denied")
  await client.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" }))
  expect(await readBy(nobody(bucket), "none")).toMatch(/^NoSuchKey 404/)
  await bucket.put("there", "x")
  expect(await readBy(nobody(bucket), "there")).toBe("AccessDenied 403: Access Denied")
})
