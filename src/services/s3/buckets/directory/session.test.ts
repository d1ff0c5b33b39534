import {
  CreateSessionCommand,
  GetObjectCommand,
  ListDirectoryBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newUser } from "../../../../gateway/testing/identity.ts"
import { openCloud, refusalOf } from "../../testing/open-bucket.ts"
import { raw } from "../../testing/raw.ts"
import {
  creation,
  DIRECTORY,
  openDirectory,
  type TestDirectory,
} from "../../testing/open-directory.ts"

/** A client that signs with a session's own keys. */
async function sessionClient({ cloud, client, Bucket }: TestDirectory, more: object = {}) {
  const { Credentials } = await client.send(new CreateSessionCommand({ Bucket, ...more }))
  if (!Credentials) throw new Error("no session")
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials
  const identity = {
    accessKeyId: AccessKeyId ?? "",
    secretAccessKey: SecretAccessKey ?? "",
    sessionToken: SessionToken ?? "",
  }
  return cloud.client(S3Client, {
    s3ExpressIdentityProvider: { getS3ExpressIdentity: () => Promise.resolve(identity) },
  })
}

/** A user with one policy, and a client with its keys. */
async function userClient({ cloud }: TestDirectory, statement: object) {
  const iam = cloud.client(IAMClient)
  const { credentials } = await newUser(iam, "ada", statement)
  return (more: object = {}) => cloud.client(S3Client, { credentials, ...more })
}

test("a session ends after five minutes of the clock, and is for one bucket", async () => {
  const opened = await openDirectory()
  const { cloud, client, Bucket, put } = opened
  await put("a", "1")
  const session = await sessionClient(opened)
  const get = new GetObjectCommand({ Bucket, Key: "a" })
  expect(await (await session.send(get)).Body?.transformToString()).toBe("1")
  await client.send(creation("other--use1-az4--x-s3"))
  const other = new GetObjectCommand({ Bucket: "other--use1-az4--x-s3", Key: "a" })
  expect(await refusalOf(session.send(other))).toBe("AccessDenied 403: Access Denied")
  await cloud.advance("4m")
  await session.send(get)
  await cloud.advance("1m")
  expect(await refusalOf(session.send(get))).toMatch(/^ExpiredToken 400/)
  // Clients go by their own clock: one that asks for a new session gets one.
  await (await sessionClient(opened)).send(get)
})

test("keys of a session are nothing for other services and buckets", async () => {
  const opened = await openDirectory()
  const { cloud, client, Bucket } = opened
  const { Credentials } = await client.send(new CreateSessionCommand({ Bucket }))
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  }
  const list = new ListObjectsV2Command({ Bucket: "photos" })
  expect(await refusalOf(cloud.client(S3Client, { credentials }).send(list))).toMatch(
    /^InvalidAccessKeyId 403/,
  )
})

test("a ReadOnly session reads and lists, and writes nothing", async () => {
  const opened = await openDirectory()
  const { Bucket, put } = opened
  await put("a", "1")
  const session = await sessionClient(opened, { SessionMode: "ReadOnly" })
  await session.send(new GetObjectCommand({ Bucket, Key: "a" }))
  await session.send(new ListObjectsV2Command({ Bucket }))
  const write = new PutObjectCommand({ Bucket, Key: "b", Body: "1" })
  expect(await refusalOf(session.send(write))).toBe("AccessDenied 403: Access Denied")
})

test("s3express:CreateSession is the one permission, and its mode a condition", async () => {
  const opened = await openDirectory()
  const { Bucket, put } = opened
  await put("a", "1")
  const resource = `arn:aws:s3express:us-east-1:000000000000:bucket/${Bucket}`
  const clientOf = await userClient(opened, {
    ...{ Effect: "Allow", Action: "s3express:CreateSession", Resource: resource },
    Condition: { StringEquals: { "s3express:SessionMode": "ReadOnly" } },
  })
  const reader = clientOf()
  // Nobody asked for a mode: the most that is allowed.
  await reader.send(new GetObjectCommand({ Bucket, Key: "a" }))
  const write = new PutObjectCommand({ Bucket, Key: "b", Body: "1" })
  expect(await refusalOf(reader.send(write))).toMatch(/^AccessDenied 403/)
  const asked = new CreateSessionCommand({ Bucket, SessionMode: "ReadWrite" })
  expect(await refusalOf(reader.send(asked))).toMatch(
    /^AccessDenied 403: User: arn:aws:iam::000000000000:user\/ada is not authorized to perform: s3express:CreateSession/,
  )
  // Without sessions each request is asked for.
  const plain = clientOf({ disableS3ExpressSessionAuth: true })
  await plain.send(new GetObjectCommand({ Bucket, Key: "a" }))
  expect(await refusalOf(plain.send(write))).toMatch(/^AccessDenied 403/)
})

test("a bucket policy lets another account make sessions", async () => {
  const opened = await openDirectory()
  const { cloud, client, Bucket, put } = opened
  await put("a", "1")
  const credentials = { accessKeyId: "111111111111", secretAccessKey: "test" }
  const get = new GetObjectCommand({ Bucket, Key: "a" })
  // A client keeps the refusal of a session, too: another one asks again.
  const other = () => cloud.client(S3Client, { credentials }).send(get)
  expect(await refusalOf(other())).toMatch(/^AccessDenied 403/)
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      ...{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::111111111111:root" } },
      ...{ Action: "s3express:CreateSession" },
      Resource: `arn:aws:s3express:us-east-1:000000000000:bucket/${Bucket}`,
    },
  })
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  expect(await (await other()).Body?.transformToString()).toBe("1")
  const bad = Policy.replace("s3express:CreateSession", "s3:GetObject")
  expect(await refusalOf(client.send(new PutBucketPolicyCommand({ Bucket, Policy: bad })))).toBe(
    "MalformedPolicy 400: Policy has invalid action",
  )
})

test("at AWS's own addresses the control endpoint makes the bucket, and only what is there has sessions", async () => {
  const cloud = await openCloud()
  const client = cloud.client(S3Client, { endpoint: undefined })
  const hosts = new Set<string>()
  client.middlewareStack.add(
    (next) => async (args) => {
      hosts.add((args.request as { readonly hostname: string }).hostname)
      return next(args)
    },
    { step: "finalizeRequest", priority: "low", name: "watch" },
  )
  const get = new GetObjectCommand({ Bucket: DIRECTORY, Key: "a" })
  expect(await refusalOf(client.send(get))).toMatch(/^NoSuchBucket 404/)
  const fresh = cloud.client(S3Client, { endpoint: undefined })
  await fresh.send(creation(DIRECTORY))
  await fresh.send(new PutObjectCommand({ Bucket: DIRECTORY, Key: "a", Body: "1" }))
  const listed = await fresh.send(new ListDirectoryBucketsCommand({}))
  expect(listed.Buckets?.map(({ Name }) => Name)).toEqual([DIRECTORY])
  expect([...hosts]).toEqual([`${DIRECTORY}.s3express-use1-az4.us-east-1.amazonaws.com`])
  // What is signed for buckets of the other kind finds nothing of it, signed or not.
  const path = `/${DIRECTORY}/a`
  for (const unsigned of [false, true])
    expect((await raw(cloud, { method: "GET", path, unsigned })).status).toBe(404)
})
