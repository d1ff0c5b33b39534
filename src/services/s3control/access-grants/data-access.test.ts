import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import {
  CreateRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam"
import { CreateKeyCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { DeleteAccessGrantCommand } from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { keysOf, policyOf } from "../../../gateway/testing/identity.ts"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import {
  ACCOUNT,
  INSTANCE,
  MAY_ASK,
  openGrants,
  ROLE,
  rootOf,
  trust,
  userOf,
} from "../testing/open-grants.ts"

const read = (s3: S3Client, Key: string) =>
  refusalOf(s3.send(new GetObjectCommand({ Bucket: "photos", Key })))
const write = (s3: S3Client, Key: string) =>
  refusalOf(s3.send(new PutObjectCommand({ Bucket: "photos", Key, Body: "x" })))
const list = (s3: S3Client, Prefix?: string) =>
  refusalOf(
    s3.send(
      new ListObjectsV2Command({ Bucket: "photos", ...(Prefix !== undefined && { Prefix }) }),
    ),
  )

async function open() {
  const world = await openGrants()
  return { ...world, alice: await world.user("alice", ACCOUNT, MAY_ASK) }
}

const DENIED = /^AccessDenied 403/

test("credentials of a grant reach what it covers, and nothing else", async () => {
  const { alice, cloud, grant, vend } = await open()
  await grant()
  const { s3, keys, target, grantee, expires } = await vend(alice, "s3://photos/alice/*")
  expect(target).toBe("s3://photos/alice/*")
  expect(grantee).toBe(`arn:aws:iam::${ACCOUNT}:user/alice`)
  expect(expires?.getTime()).toBe(cloud.now().getTime() + 3_600_000)
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "photos", Key: "alice/1" }))
  expect(await Body?.transformToString()).toBe("alice/1")
  expect(await list(s3, "alice/")).toBe("no refusal")
  expect(await list(s3, "alice/2")).toBe("no refusal")
  for (const key of ["alicia", "bob/1"]) expect(await read(s3, key)).toMatch(DENIED)
  for (const prefix of [undefined, "", "ali", "bob/"])
    expect(await list(s3, prefix)).toMatch(DENIED)
  expect(await write(s3, "alice/3")).toMatch(DENIED)
  expect(await refusalOf(s3.send(new HeadBucketCommand({ Bucket: "photos" })))).toMatch(/403/)
  const { Arn } = await cloud.client(STSClient, keys).send(new GetCallerIdentityCommand({}))
  expect(Arn).toMatch(
    new RegExp(`^arn:aws:sts::${ACCOUNT}:assumed-role/vendor/access-grants-[0-9a-f-]{36}$`),
  )
  await cloud.advance("61m")
  expect(await read(s3, "alice/1")).toMatch(/^ExpiredToken/)
})

test("what is asked for decides: READ does not write, WRITE does not read", async () => {
  const { alice, grant, vend } = await open()
  await grant({ Permission: "READWRITE" })
  const target = "s3://photos/alice/*"
  const reader = await vend(alice, target)
  expect([await read(reader.s3, "alice/1"), await list(reader.s3, "alice/")]).toEqual([
    ...["no refusal", "no refusal"],
  ])
  expect(await write(reader.s3, "alice/1")).toMatch(DENIED)
  const writer = await vend(alice, target, { Permission: "WRITE" })
  expect(await write(writer.s3, "alice/new")).toBe("no refusal")
  expect(
    await refusalOf(
      writer.s3.send(new DeleteObjectCommand({ Bucket: "photos", Key: "alice/new" })),
    ),
  ).toBe("no refusal")
  expect(await read(writer.s3, "alice/1")).toMatch(DENIED)
  expect(await list(writer.s3, "alice/")).toMatch(DENIED)
  expect(await write(writer.s3, "bob/1")).toMatch(DENIED)
  const both = await vend(alice, target, { Permission: "READWRITE" })
  expect([await read(both.s3, "alice/1"), await write(both.s3, "alice/1")]).toEqual([
    ...["no refusal", "no refusal"],
  ])
})

test("where no grant covers the target with the permission, access is denied in AWS's words", async () => {
  const { alice, grant, user, vend } = await open()
  await grant()
  const words = (permission: string, target: string) =>
    `AccessDenied 403: You do not have ${permission} permissions to the requested S3 Prefix: ${target}`
  for (const target of ["s3://photos/bob/*", "s3://photos/alice*", "s3://photos/*", "s3://photos"])
    expect(await refusalOf(vend(alice, target))).toBe(words("READ", target))
  const ours = "s3://photos/alice/*"
  for (const Permission of ["WRITE", "READWRITE"] as const)
    expect(await refusalOf(vend(alice, ours, { Permission }))).toBe(words(Permission, ours))
  const bob = await user("bob", ACCOUNT, MAY_ASK)
  expect(await refusalOf(vend(bob, ours))).toBe(words("READ", ours))
  // Root is nobody whom anything is granted.
  expect(await refusalOf(vend(rootOf(ACCOUNT), ours))).toBe(words("READ", ours))
  for (const target of ["photos/alice/*", "s3://photos/*/x", "s3://", "s3://photos/alice/*/../b*"])
    expect(await refusalOf(vend(alice, target))).toMatch(/^InvalidRequest 400/)
  const carol = await user("carol", ACCOUNT)
  await grant({ Grantee: userOf("carol") })
  expect(await refusalOf(vend(carol, ours))).toMatch(/s3:GetDataAccess/)
})

test("of several grants the closest is taken, and Minimal gives no more than the target", async () => {
  const { alice, grant, vend } = await open()
  await grant({ AccessGrantsLocationConfiguration: { S3SubPrefix: "photos/*" } })
  await grant()
  await grant({
    ...{ Permission: "WRITE", S3PrefixType: "Object" },
    AccessGrantsLocationConfiguration: { S3SubPrefix: "photos/alice/1" },
  })
  const targets = async (target: string, more = {}) => (await vend(alice, target, more)).target
  expect(await targets("s3://photos/bob/*")).toBe("s3://photos/*")
  expect(await targets("s3://photos/alice/1")).toBe("s3://photos/alice/*")
  expect(await targets("s3://photos/alice*")).toBe("s3://photos/*")
  expect(await targets("s3://photos/alice/1", { Permission: "WRITE" })).toBe("s3://photos/alice/1")
  expect(await refusalOf(vend(alice, "s3://photos/alice/1*", { Permission: "WRITE" }))).toMatch(
    DENIED,
  )
  // As the user guide has it: without a wildcard it is one object.
  const one = await vend(alice, "s3://photos/alice/1", { Privilege: "Minimal" })
  expect(one.target).toBe("s3://photos/alice/1")
  expect(await read(one.s3, "alice/1")).toBe("no refusal")
  expect(await read(one.s3, "alice/2")).toMatch(DENIED)
  const object = await vend(alice, "s3://photos/alice/2", {
    ...{ Privilege: "Minimal", TargetType: "Object" },
  })
  expect([await read(object.s3, "alice/1"), await read(object.s3, "alice/2")]).toEqual([
    ...[expect.stringMatching(DENIED), "no refusal"],
  ])
  expect(await refusalOf(vend(alice, "s3://photos/a*", { TargetType: "Object" }))).toMatch(
    /^InvalidRequest/,
  )
  const whole = await vend(alice, "s3://photos/bob/1")
  expect(whole.target).toBe("s3://photos/*")
  for (const prefix of [undefined, "x"]) expect(await list(whole.s3, prefix)).toBe("no refusal")
  expect(await refusalOf(whole.s3.send(new HeadBucketCommand({ Bucket: "photos" })))).toBe(
    "no refusal",
  )
})

test("signs of patterns in keys stand for themselves", async () => {
  const { alice, grant, s3, vend } = await open()
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: "photos", Key, Body: Key }))
  for (const key of ["q?/1", "qx/1", "${aws:username}/1", "alice/1"]) await put(key)
  for (const S3SubPrefix of ["photos/q?/*", "photos/${aws:username}/*"])
    await grant({ AccessGrantsLocationConfiguration: { S3SubPrefix } })
  const question = await vend(alice, "s3://photos/q?/*")
  expect(await read(question.s3, "q?/1")).toBe("no refusal")
  expect(await read(question.s3, "qx/1")).toMatch(DENIED)
  const variable = await vend(alice, "s3://photos/${aws:username}/*")
  expect(await read(variable.s3, "${aws:username}/1")).toBe("no refusal")
  expect(await read(variable.s3, "vendor/1")).toMatch(DENIED)
})

test("a bucket whose name begins with another's is not granted with it", async () => {
  const { alice, grant, vend } = await open()
  const made = await grant({ AccessGrantsLocationConfiguration: { S3SubPrefix: "photos" } })
  expect(made.GrantScope).toBe("s3://photos*")
  expect((await vend(alice, "s3://photos/bob/1")).target).toBe("s3://photos*")
  expect(await refusalOf(vend(alice, "s3://photos2/*"))).toMatch(DENIED)
})

test("a role's sessions are its grantee, with whatever name", async () => {
  const { cloud, grant, iam, vend } = await open()
  const RoleName = "analyst"
  const anybody = policyOf({ Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: anybody }))
  const PolicyDocument = policyOf(MAY_ASK)
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument }))
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`
  await grant({ Grantee: { GranteeType: "IAM", GranteeIdentifier: RoleArn } })
  const { Credentials } = await cloud
    .client(STSClient)
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "anna" }))
  const session = { credentials: keysOf(Credentials) }
  // Credentials of a session, and yet no role chaining: they may last longer than an hour.
  await iam.send(new UpdateRoleCommand({ RoleName: "vendor", MaxSessionDuration: 43_200 }))
  const { s3, grantee, expires } = await vend(session, "s3://photos/alice/1", {
    DurationSeconds: 43_200,
  })
  expect(grantee).toBe(RoleArn)
  expect(expires?.getTime()).toBe(cloud.now().getTime() + 43_200_000)
  expect(await read(s3, "alice/1")).toBe("no refusal")
})

test("sessions last as long as asked, within the role's own limit", async () => {
  const { alice, cloud, grant, vend } = await open()
  await grant()
  const ask = (DurationSeconds: number) => vend(alice, "s3://photos/alice/*", { DurationSeconds })
  expect((await ask(900)).expires?.getTime()).toBe(cloud.now().getTime() + 900_000)
  expect(await refusalOf(ask(3_601))).toBe(
    "StsValidationError 400: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  )
  for (const seconds of [899, 43_201])
    expect(await refusalOf(ask(seconds))).toMatch(
      /^StsValidationError 400: 1 validation error detected: Value '\d+' at 'durationSeconds'/,
    )
})

test("the location's role must let S3 in, and name who comes through it", async () => {
  const { alice, grant, iam, vend } = await open()
  await grant()
  const trusts = (PolicyDocument: string) =>
    iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "vendor", PolicyDocument }))
  const ask = () => vend(alice, "s3://photos/alice/*")
  await trusts(trust({ Action: "sts:AssumeRole" }))
  expect(await refusalOf(ask())).toBe(
    `StsNotAuthorizedError 403: User: access-grants.s3.amazonaws.com is not authorized to perform: sts:SetSourceIdentity on resource: ${ROLE}`,
  )
  await trusts(trust({ Condition: { StringEquals: { "aws:SourceAccount": "999999999999" } } }))
  expect(await refusalOf(ask())).toBe(
    `StsNotAuthorizedError 403: User: access-grants.s3.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
  )
  await trusts(trust({ Condition: { StringEquals: { "sts:SourceIdentity": "alice" } } }))
  expect(await refusalOf(ask())).toBe("no refusal")
})

test("s3:AccessGrantsInstanceArn holds a role to credentials of the instance", async () => {
  const { alice, cloud, grant, iam, vend } = await open()
  await grant()
  const mayRead = (arn: string) =>
    iam.send(
      new PutRolePolicyCommand({
        ...{ RoleName: "vendor", PolicyName: "p" },
        PolicyDocument: policyOf({
          ...{ Action: ["s3:GetObject", "s3:ListBucket"], Resource: "*" },
          Condition: { ArnEquals: { "s3:AccessGrantsInstanceArn": arn } },
        }),
      }),
    )
  await mayRead(INSTANCE)
  const { s3 } = await vend(alice, "s3://photos/alice/*")
  expect([await read(s3, "alice/1"), await list(s3, "alice/")]).toEqual([
    ...["no refusal", "no refusal"],
  ])
  await mayRead(INSTANCE.replace("us-east-1", "eu-west-1"))
  expect(await read(s3, "alice/1")).toMatch(DENIED)
  // Who assumes the role himself has no such key.
  await mayRead(INSTANCE)
  await iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: "vendor",
      PolicyDocument: policyOf({ Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }),
    }),
  )
  const { Credentials } = await cloud
    .client(STSClient)
    .send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "me" }))
  const credentials = keysOf(Credentials)
  const direct = cloud.client(S3Client, { forcePathStyle: true, credentials })
  expect(await read(direct, "alice/1")).toMatch(DENIED)
})

test("encrypted objects are read through S3; the key itself is out of reach", async () => {
  const { alice, cloud, grant, s3, vend } = await open()
  await grant({ Permission: "READWRITE" })
  const kms = cloud.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const SSEKMSKeyId = KeyMetadata?.Arn
  const sealed = { Bucket: "photos", ServerSideEncryption: "aws:kms", SSEKMSKeyId } as const
  await s3.send(new PutObjectCommand({ ...sealed, Key: "alice/sealed", Body: "secret" }))
  const both = await vend(alice, "s3://photos/alice/*", { Permission: "READWRITE" })
  expect(await read(both.s3, "alice/sealed")).toBe("no refusal")
  expect(
    await refusalOf(both.s3.send(new PutObjectCommand({ ...sealed, Key: "alice/2", Body: "x" }))),
  ).toBe("no refusal")
  const writer = await vend(alice, "s3://photos/alice/*", { Permission: "WRITE" })
  expect(await read(writer.s3, "alice/sealed")).toMatch(DENIED)
  const direct = cloud
    .client(KMSClient, both.keys)
    .send(new GenerateDataKeyCommand({ KeyId: SSEKMSKeyId, KeySpec: "AES_256" }))
  expect(await refusalOf(direct)).toMatch(/^AccessDenied/)
})

test("a grant that is gone gives nothing more; what it gave goes on to its end", async () => {
  const { alice, control, grant, vend } = await open()
  const { AccessGrantId } = await grant()
  const { s3 } = await vend(alice, "s3://photos/alice/*")
  await control.send(new DeleteAccessGrantCommand({ AccountId: ACCOUNT, AccessGrantId }))
  expect(await refusalOf(vend(alice, "s3://photos/alice/*"))).toMatch(DENIED)
  expect(await read(s3, "alice/1")).toBe("no refusal")
})
