import {
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
} from "@aws-sdk/client-iam"
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  PutBucketVersioningCommand,
  S3Client,
  type VersioningConfiguration,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { codeAt, stepAt } from "../../iam/mfa/totp.ts"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

const REQUIRED = "AccessDenied 403: Mfa Authentication must be used for this request"
const OWNER_ONLY = "AccessDenied 403: This operation may only be performed by the bucket owner"

/** A bucket of an account whose root user has a device. */
async function openGuarded() {
  const bucket = await openBucket("guarded", { config: { endpoint: "https://localhost" } })
  const { cloud, client, Bucket } = bucket
  const iam = cloud.client(IAMClient)
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "root" }),
  )
  const { SerialNumber = "", Base32StringSeed = [] } = VirtualMFADevice ?? {}
  const seed = Buffer.from(Base32StringSeed).toString()
  const codeOf = (off = 0) => codeAt(seed, stepAt(cloud.now().getTime()) + off)
  await iam.send(
    new EnableMFADeviceCommand({
      ...{ UserName: "root", SerialNumber },
      ...{ AuthenticationCode1: codeOf(-1), AuthenticationCode2: codeOf() },
    }),
  )
  /** What the device shows half a minute later: no code works twice. */
  const mfa = async () => {
    await cloud.advance("30s")
    return `${SerialNumber} ${codeOf()}`
  }
  const configure = (VersioningConfiguration: VersioningConfiguration, MFA?: string) =>
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration, MFA }))
  return { ...bucket, iam, mfa, configure }
}

test("S3-53 with MFA Delete on, versioning changes only with a code", async () => {
  const { client, Bucket, configure, mfa } = await openGuarded()
  await configure({ Status: "Enabled", MFADelete: "Enabled" }, await mfa())
  const { Status, MFADelete } = await client.send(new GetBucketVersioningCommand({ Bucket }))
  expect({ Status, MFADelete }).toEqual({ Status: "Enabled", MFADelete: "Enabled" })
  expect(await refusalOf(configure({ Status: "Suspended" }))).toBe(REQUIRED)
  const shown = await mfa()
  const wrong = shown.slice(0, -1) + String((Number(shown.at(-1)) + 1) % 10)
  expect(await refusalOf(configure({ Status: "Suspended" }, wrong))).toBe(
    "AccessDenied 403: Access Denied",
  )
  await configure({ Status: "Suspended" }, shown)
  expect(await refusalOf(configure({ Status: "Enabled" }, shown))).toBe(
    "AccessDenied 403: Access Denied",
  )
})

test("S3-54 with MFA Delete on, a version goes only with a code; a marker needs none", async () => {
  const { client, Bucket, put, text, configure, mfa } = await openGuarded()
  await configure({ Status: "Enabled", MFADelete: "Enabled" }, await mfa())
  const { VersionId } = await put("a", "one")
  await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  const remove = (MFA?: string) =>
    client.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId, MFA }))
  expect(await refusalOf(remove())).toBe(REQUIRED)
  expect(await text("a", { VersionId })).toBe("one")
  await remove(await mfa())
  expect(await refusalOf(text("a", { VersionId }))).toContain("NoSuchVersion")
})

test("saying that MFA Delete is off where it is off needs no code", async () => {
  const { configure, client, Bucket } = await openGuarded()
  await configure({ Status: "Enabled", MFADelete: "Disabled" })
  const { Status, MFADelete } = await client.send(new GetBucketVersioningCommand({ Bucket }))
  expect({ Status, MFADelete }).toEqual({ Status: "Enabled", MFADelete: "Disabled" })
})

test("a code is taken over HTTPS only", async () => {
  const { cloud, Bucket, mfa } = await openGuarded()
  const plain = cloud.client(S3Client, { forcePathStyle: true })
  const VersioningConfiguration = { Status: "Enabled", MFADelete: "Enabled" } as const
  const configured = plain.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration, MFA: await mfa() }),
  )
  expect(await refusalOf(configured)).toContain("must use HTTPS")
})

test("S3-55 a user cannot set MFA Delete, whatever it may do otherwise", async () => {
  const { cloud, Bucket, iam, mfa } = await openGuarded()
  const { credentials } = await newUser(iam, "admin", { Action: "*", Resource: "*" })
  const user = cloud.client(S3Client, { forcePathStyle: true, credentials })
  const configure = async (VersioningConfiguration: VersioningConfiguration, MFA?: string) =>
    refusalOf(user.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration, MFA })))
  expect(await configure({ Status: "Enabled", MFADelete: "Enabled" }, await mfa())).toBe(OWNER_ONLY)
  expect(await configure({ Status: "Enabled" })).toBe("no refusal")
})
