import { IAMClient } from "@aws-sdk/client-iam"
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
  type ObjectLockConfiguration,
  type ObjectLockRetention,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openBucket, openCloud, refusalOf } from "../testing/open-bucket.ts"

const PROTECTED = "AccessDenied 403: Access Denied because object protected by object lock."
const MALFORMED =
  "MalformedXML 400: The XML you provided was not well-formed or did not validate against our " +
  "published schema"
const DAY_MS = 86_400_000

/** A bucket with Object Lock and one object, `a`. */
async function openLocked() {
  const cloud = await openCloud({ now: "2026-01-10T09:00:00Z" })
  const client = cloud.client(S3Client, { forcePathStyle: true })
  const Bucket = "vault"
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  const put = (more = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "value", ...more }))
  const { VersionId } = await put()
  const ref = { Bucket, Key: "a", VersionId }
  const inDays = (days: number) => new Date(cloud.now().getTime() + days * DAY_MS)
  const retain = (Retention: ObjectLockRetention, more = {}) =>
    client.send(new PutObjectRetentionCommand({ ...ref, Retention, ...more }))
  const remove = (more = {}) => client.send(new DeleteObjectCommand({ ...ref, ...more }))
  const head = (more = {}) => client.send(new HeadObjectCommand({ ...ref, ...more }))
  const configure = (ObjectLockConfiguration: ObjectLockConfiguration) =>
    client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }))
  const preset = (retention: object) =>
    configure({
      ObjectLockEnabled: "Enabled",
      Rule: { DefaultRetention: retention },
    })
  return { cloud, client, Bucket, put, ref, inDays, retain, remove, head, configure, preset }
}

const BYPASS = { BypassGovernanceRetention: true }

test("S3-166 Object Lock needs versioning, and keeps it on", async () => {
  const { client, Bucket, configure } = await openLocked()
  const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }))
  expect(Status).toBe("Enabled")
  const suspended = client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
  )
  expect(await refusalOf(suspended)).toBe(
    "InvalidBucketState 409: An Object Lock configuration is present on this bucket, so the " +
      "versioning state cannot be changed.",
  )
  await configure({ ObjectLockEnabled: "Enabled" })
  const plain = await openBucket()
  const enable = () =>
    plain.client.send(
      new PutObjectLockConfigurationCommand({
        Bucket: plain.Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
      }),
    )
  expect(await refusalOf(enable())).toBe(
    "InvalidBucketState 409: Versioning must be 'Enabled' on the bucket to apply a Object Lock " +
      "configuration",
  )
  const get = () =>
    plain.client.send(new GetObjectLockConfigurationCommand({ Bucket: plain.Bucket }))
  expect(await refusalOf(get())).toBe(
    "ObjectLockConfigurationNotFoundError 404: Object Lock configuration does not exist for this " +
      "bucket",
  )
  await plain.client.send(
    new PutBucketVersioningCommand({
      ...{ Bucket: plain.Bucket, VersioningConfiguration: { Status: "Enabled" } },
    }),
  )
  await enable()
  const { ObjectLockConfiguration } = await get()
  expect(ObjectLockConfiguration).toEqual({ ObjectLockEnabled: "Enabled" })
})

test("S3-166 S3-169 a locked version stays, whatever is written or deleted over it", async () => {
  const { cloud, client, Bucket, ref, put, inDays, retain, remove, head } = await openLocked()
  await retain({ Mode: "GOVERNANCE", RetainUntilDate: inDays(10) })
  expect(await refusalOf(remove())).toBe(PROTECTED)
  const many = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [ref] } }))
  expect(many.Errors?.[0]).toMatchObject({ Code: "AccessDenied", Key: "a" })
  await put()
  const marker = await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  expect(marker.DeleteMarker).toBe(true)
  expect(await head()).toMatchObject({ ObjectLockMode: "GOVERNANCE", ContentLength: 5 })
  expect(await refusalOf(remove())).toBe(PROTECTED)
  await cloud.advance("11d")
  await remove()
  expect(await refusalOf(head())).toContain("404")
})

test("S3-167 in compliance mode nobody deletes or shortens, the root user neither", async () => {
  const { cloud, inDays, retain, remove, head } = await openLocked()
  await retain({ Mode: "COMPLIANCE", RetainUntilDate: inDays(10) })
  expect(await refusalOf(remove(BYPASS))).toBe(PROTECTED)
  const shorter = { Mode: "COMPLIANCE", RetainUntilDate: inDays(5) } as const
  expect(await refusalOf(retain(shorter, BYPASS))).toBe(PROTECTED)
  const milder = { Mode: "GOVERNANCE", RetainUntilDate: inDays(20) } as const
  expect(await refusalOf(retain(milder, BYPASS))).toBe(PROTECTED)
  expect(await refusalOf(retain({}, BYPASS))).toBe(PROTECTED)
  await retain({ Mode: "COMPLIANCE", RetainUntilDate: inDays(15) })
  await cloud.advance("12d")
  expect(await refusalOf(remove())).toBe(PROTECTED)
  await cloud.advance("3d")
  await remove()
  expect(await refusalOf(head())).toContain("404")
})

test("S3-167 in governance mode the header counts, with its permission", async () => {
  const { cloud, ref, inDays, retain, remove } = await openLocked()
  await retain({ Mode: "GOVERNANCE", RetainUntilDate: inDays(10) })
  const { credentials } = await newUser(
    cloud.client(IAMClient),
    "keeper",
    { Action: "s3:*", Resource: "*" },
    { Effect: "Deny", Action: "s3:BypassGovernanceRetention", Resource: "*" },
  )
  const keeper = cloud.client(S3Client, { forcePathStyle: true, credentials })
  const tried = keeper.send(new DeleteObjectCommand({ ...ref, ...BYPASS }))
  expect(await refusalOf(tried)).toContain("s3:BypassGovernanceRetention")
  expect(await refusalOf(remove())).toBe(PROTECTED)
  const shorter = { Mode: "GOVERNANCE", RetainUntilDate: inDays(1) } as const
  expect(await refusalOf(retain(shorter))).toBe(PROTECTED)
  await retain(shorter, BYPASS)
  await remove(BYPASS)
})

test("S3-168 a legal hold stays until it is taken off, with a retention or without", async () => {
  const { cloud, client, ref, remove, head } = await openLocked()
  const get = () => client.send(new GetObjectLegalHoldCommand(ref))
  const hold = (Status: "ON" | "OFF") =>
    client.send(new PutObjectLegalHoldCommand({ ...ref, LegalHold: { Status } }))
  expect(await refusalOf(get())).toBe(
    "NoSuchObjectLockConfiguration 404: The specified object does not have a ObjectLock " +
      "configuration",
  )
  await hold("ON")
  expect((await head()).ObjectLockLegalHoldStatus).toBe("ON")
  await cloud.advance("4000d")
  expect(await refusalOf(remove(BYPASS))).toBe(PROTECTED)
  await hold("OFF")
  expect((await get()).LegalHold).toEqual({ Status: "OFF" })
  await remove()
})

test("new objects are locked by the bucket's default or by their own headers; copies are not", async () => {
  const { client, Bucket, put, inDays, preset, head } = await openLocked()
  await preset({ Mode: "GOVERNANCE", Days: 3 })
  const first = await put()
  const until = async (VersionId: string | undefined) =>
    (await head({ VersionId })).ObjectLockRetainUntilDate
  expect(await until(first.VersionId)).toEqual(inDays(3))
  const own = { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: inDays(7) }
  const second = await put(own)
  expect(await until(second.VersionId)).toEqual(inDays(7))
  await preset({ Mode: "GOVERNANCE", Years: 1 })
  expect(await until((await put()).VersionId)).toEqual(inDays(365))
  await client.send(
    new PutObjectLockConfigurationCommand({
      ...{ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } },
    }),
  )
  const CopySource = `${Bucket}/a?versionId=${second.VersionId}`
  await client.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource }))
  const copied = await head({ Key: "b", VersionId: undefined })
  expect(copied.ObjectLockMode).toBeUndefined()
})

test("locks that are none", async () => {
  const { put, preset, configure, retain, inDays, client, ref } = await openLocked()
  expect(await refusalOf(configure({}))).toBe(MALFORMED)
  expect(
    await refusalOf(client.send(new PutObjectLockConfigurationCommand({ Bucket: ref.Bucket }))),
  ).toBe("MissingRequestBodyError 400: Request Body is empty")
  expect(await refusalOf(preset({ Mode: "GOVERNANCE" }))).toBe(MALFORMED)
  expect(await refusalOf(preset({ Mode: "GOVERNANCE", Days: 1, Years: 1 }))).toBe(MALFORMED)
  expect(await refusalOf(preset({ Mode: "governance", Days: 1 }))).toBe(MALFORMED)
  for (const period of [{ Days: 0 }, { Years: -1 }])
    expect(await refusalOf(preset({ Mode: "GOVERNANCE", ...period }))).toBe(
      "InvalidArgument 400: Default retention period must be a positive integer value",
    )
  expect(await refusalOf(retain({ Mode: "GOVERNANCE" }))).toBe(MALFORMED)
  expect(await refusalOf(retain({ Mode: "GOVERNANCE", RetainUntilDate: inDays(-1) }))).toBe(
    "InvalidArgument 400: The retain until date must be in the future!",
  )
  const past = retain({ Mode: "GOVERNANCE", RetainUntilDate: new Date(Date.UTC(2020, 0, 1)) })
  await expect(past).rejects.toMatchObject({ ArgumentValue: "Tue Dec 31 16:00:00 PST 2019" })
  const both =
    "InvalidArgument 400: x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must " +
    "both be supplied"
  expect(await refusalOf(put({ ObjectLockMode: "GOVERNANCE" }))).toBe(both)
  expect(await refusalOf(put({ ObjectLockRetainUntilDate: inDays(1) }))).toBe(both)
  const unknown = { ObjectLockMode: "BAD", ObjectLockRetainUntilDate: inDays(1) }
  expect(await refusalOf(put(unknown))).toBe("InvalidArgument 400: Unknown wormMode directive.")
  const never = client.send(new GetObjectRetentionCommand(ref))
  expect(await refusalOf(never)).toContain("NoSuchObjectLockConfiguration 404")
})

test("buckets without Object Lock know nothing of it", async () => {
  const { client, Bucket, put } = await openBucket()
  await put("a", "x")
  const missing = "InvalidRequest 400: Bucket is missing Object Lock Configuration"
  const ref = { Bucket, Key: "a" }
  expect(await refusalOf(client.send(new GetObjectRetentionCommand(ref)))).toBe(missing)
  expect(await refusalOf(client.send(new GetObjectLegalHoldCommand(ref)))).toBe(missing)
  const hold = (more: object) =>
    refusalOf(client.send(new PutObjectLegalHoldCommand({ ...ref, ...more })))
  expect(await hold({ LegalHold: { Status: "ON" } })).toBe(missing)
  expect(await hold({})).toMatch(/^MalformedXML 400/)
  expect(await refusalOf(client.send(new DeleteObjectCommand({ ...ref, ...BYPASS })))).toBe(
    "InvalidArgument 400: x-amz-bypass-governance-retention is only applicable to Object Lock " +
      "enabled buckets.",
  )
})
