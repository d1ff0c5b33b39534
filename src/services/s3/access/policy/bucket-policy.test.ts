import {
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newUser, policyOf } from "../../../../gateway/testing/identity.ts"
import { openBucket, refusalOf, type TestBucket } from "../../testing/open-bucket.ts"

const ARN = "arn:aws:s3:::photos"

type Statement = Readonly<Record<string, unknown>>

const putPolicy = ({ client, Bucket }: TestBucket, ...statements: Statement[]) =>
  client.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(...statements) }))

const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: `${ARN}/*` }

/** Somebody who does not sign. */
const nobody = ({ cloud }: TestBucket): S3Client =>
  cloud.client(S3Client, {
    forcePathStyle: true,
    signer: { sign: async (request: object) => request },
  })

const readBy = (client: S3Client, Key = "a"): Promise<string> =>
  refusalOf(client.send(new GetObjectCommand({ Bucket: "photos", Key })))

test("S3-20 S3-21 what is new is nobody's but the owner's", async () => {
  const bucket = await openBucket()
  await bucket.put("a", "x")
  expect(await readBy(nobody(bucket))).toBe("AccessDenied 403: Access Denied")
  const other = bucket.cloud.client(S3Client, {
    forcePathStyle: true,
    credentials: { accessKeyId: "222222222222", secretAccessKey: "test" },
  })
  expect(await readBy(other)).toBe("AccessDenied 403: Access Denied")
  const user = await newReader(bucket)
  expect(await readBy(user)).toBe(
    'AccessDenied 403: User: arn:aws:iam::000000000000:user/ann is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::photos/a" because no identity-based policy allows the s3:GetObject action',
  )
  expect(await bucket.text("a")).toBe("x")
})

test("S3-22 S3-25 S3-28 S3-29 a public policy opens the bucket where public access is not blocked", async () => {
  const bucket = await openBucket()
  await bucket.put("a", "x")
  const everybody = { ...READ, Principal: "*" }
  expect(await refusalOf(putPolicy(bucket, everybody))).toMatch(
    /^AccessDenied 403: .*BlockPublicPolicy/,
  )
  // A named principal is not the public.
  await putPolicy(bucket, { ...READ, Principal: { AWS: "arn:aws:iam::222222222222:root" } })
  expect(await statusOf(bucket)).toBe(false)
  const other = bucket.cloud.client(S3Client, {
    forcePathStyle: true,
    credentials: { accessKeyId: "222222222222", secretAccessKey: "test" },
  })
  expect(await readBy(other)).toBe("no refusal")
  const { client, Bucket } = bucket
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await putPolicy(bucket, everybody)
  expect(await statusOf(bucket)).toBe(true)
  expect(await readBy(nobody(bucket))).toBe("no refusal")
  // Who may not list is not told what is missing.
  expect(await readBy(nobody(bucket), "b")).toBe("AccessDenied 403: Access Denied")
})

test("S3-28 a public policy that is there already gives nothing to others once buckets are restricted", async () => {
  const bucket = await openBucket()
  await bucket.put("a", "x")
  const { client, Bucket, cloud } = bucket
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const guest = { AWS: "arn:aws:iam::222222222222:root" }
  await putPolicy(bucket, { ...READ, Principal: "*" }, { ...READ, Principal: guest })
  const other = cloud.client(S3Client, {
    forcePathStyle: true,
    credentials: { accessKeyId: "222222222222", secretAccessKey: "test" },
  })
  const user = await newReader(bucket)
  const readers = [nobody(bucket), other, user]
  const reads = async () =>
    Promise.all(readers.map(async (one) => (await readBy(one)).split(" ")[0]))
  expect(await reads()).toEqual(["no", "no", "no"])
  const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true }
  await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
  // Whom the policy names does not matter either: it is public as a whole.
  expect(await reads()).toEqual(["AccessDenied", "AccessDenied", "no"])
})

test("S3-24 between accounts both sides must allow", async () => {
  const bucket = await openBucket()
  await bucket.put("a", "x")
  const iam = bucket.cloud.client(IAMClient, {
    credentials: { accessKeyId: "222222222222", secretAccessKey: "test" },
  })
  const user = await newReader(bucket, iam)
  await putPolicy(bucket, { ...READ, Principal: { AWS: "222222222222" } })
  expect(await readBy(user)).toBe("AccessDenied 403: Access Denied")
  await iam.send(
    new PutUserPolicyCommand({ UserName: "ann", PolicyName: "p", PolicyDocument: policyOf(READ) }),
  )
  expect(await readBy(user)).toBe("no refusal")
  await bucket.client.send(new DeleteBucketPolicyCommand({ Bucket: bucket.Bucket }))
  expect(await readBy(user)).toBe("AccessDenied 403: Access Denied")
})

test("S3-30 a policy can ask for HTTPS", async () => {
  const bucket = await openBucket()
  await bucket.put("a", "x")
  const deny = {
    ...{ Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: `${ARN}/*` },
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  }
  await putPolicy(bucket, deny)
  expect(await readBy(bucket.client)).toMatch(
    /^AccessDenied 403: .* with an explicit deny in a resource-based policy$/,
  )
})

test("a policy can name the networks that may come", async () => {
  const bucket = await openBucket()
  await bucket.put("a", "x")
  await putPolicy(bucket, {
    ...{ Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: `${ARN}/*` },
    Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } },
  })
  expect(await readBy(bucket.client)).toMatch(/^AccessDenied 403/)
})

test.each([
  ["", "Policies must be valid JSON and the first byte must be '{'"],
  ["words", "Policies must be valid JSON and the first byte must be '{'"],
  ["{}", "Missing required field Statement"],
  [policyOf(READ), "Missing required field Principal"],
  [policyOf({ ...READ, Principal: "*", Effect: "May" }), "Invalid effect: May"],
  [policyOf({ ...READ, Principal: { AWS: "ann" } }), "Invalid principal in policy"],
  [policyOf({ ...READ, Principal: "*", Action: "sqs:SendMessage" }), "Policy has invalid action"],
  [
    policyOf({ ...READ, Principal: "*", Resource: "arn:aws:s3:::other/*" }),
    "Policy has invalid resource",
  ],
  [
    policyOf({ ...READ, Principal: "*", Resource: ARN }),
    "Action does not apply to any resource(s) in statement",
  ],
  [
    policyOf({ ...READ, Principal: "*", Condition: { StringEquals: { "s3:color": "red" } } }),
    "Policy has an invalid condition key",
  ],
])("%s is refused: %s", async (Policy, message) => {
  const { client, Bucket } = await openBucket()
  const put = client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  expect(await refusalOf(put)).toBe(`MalformedPolicy 400: ${message}`)
})

test("S3-23 a bucket policy needs a principal, and an identity's may have none", async () => {
  const bucket = await openBucket()
  expect(await refusalOf(putPolicy(bucket, READ))).toBe(
    "MalformedPolicy 400: Missing required field Principal",
  )
  const iam = bucket.cloud.client(IAMClient)
  await newReader(bucket, iam)
  const PolicyDocument = policyOf({ ...READ, Principal: "*" })
  const put = new PutUserPolicyCommand({ UserName: "ann", PolicyName: "p", PolicyDocument })
  expect(await refusalOf(iam.send(put))).toMatch(/^MalformedPolicyDocument/)
})

test("S3-26 a policy has at most 20 KB", async () => {
  const bucket = await openBucket()
  const Principal = { AWS: "222222222222" }
  await putPolicy(bucket, { ...READ, Principal, Sid: "x".repeat(19_000) })
  expect(
    await refusalOf(putPolicy(bucket, { ...READ, Principal, Sid: "x".repeat(20_480) })),
  ).toMatch(/^PolicyTooLarge 400/)
})

test("a policy comes back as it was put, and is gone when it is deleted", async () => {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  const get = () => client.send(new GetBucketPolicyCommand({ Bucket }))
  expect(await refusalOf(get())).toBe("NoSuchBucketPolicy 404: The bucket policy does not exist")
  await putPolicy(bucket, { ...READ, Principal: { AWS: "222222222222" } })
  expect((await get()).Policy).toBe(policyOf({ ...READ, Principal: { AWS: "222222222222" } }))
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
  expect(await refusalOf(get())).toMatch(/^NoSuchBucketPolicy/)
})

test("the owner's root can always change the policy; what it denies is denied", async () => {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  await putPolicy(bucket, {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [ARN, `${ARN}/*`],
  })
  expect(await refusalOf(bucket.put("a", "x"))).toMatch(/^AccessDenied/)
  expect(await refusalOf(client.send(new DeleteBucketPolicyCommand({ Bucket })))).toBe("no refusal")
  expect(await refusalOf(bucket.put("a", "x"))).toBe("no refusal")
})

test("conditions see what requests say: prefix, ACL, encryption, tags", async () => {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  const deny = (Action: string, Condition: object) => ({
    ...{ Effect: "Deny", Principal: "*", Action, Condition },
    Resource: [ARN, `${ARN}/*`],
  })
  await bucket.put("secret", "x", { Tagging: "level=top" })
  await putPolicy(
    bucket,
    deny("s3:ListBucket", { StringNotLike: { "s3:prefix": "public/*" } }),
    deny("s3:PutObject", { StringEquals: { "s3:x-amz-storage-class": "GLACIER" } }),
    deny("s3:PutObjectTagging", { StringEquals: { "s3:RequestObjectTag/level": "top" } }),
    deny("s3:GetObject", { StringEquals: { "s3:ExistingObjectTag/level": "top" } }),
    deny("s3:DeleteObject", { StringEquals: { "s3:authType": "REST-HEADER" } }),
  )
  const list = (Prefix?: string) => client.send(new ListObjectsV2Command({ Bucket, Prefix }))
  expect(await refusalOf(list())).toMatch(/^AccessDenied/)
  expect(await refusalOf(list("public/a"))).toBe("no refusal")
  expect(await refusalOf(bucket.put("a", "x", { StorageClass: "GLACIER" }))).toMatch(
    /^AccessDenied/,
  )
  expect(await refusalOf(bucket.put("a", "x", { Tagging: "level=top" }))).toMatch(/^AccessDenied/)
  expect(await refusalOf(bucket.put("a", "x", { Tagging: "level=low" }))).toBe("no refusal")
  expect(await readBy(client, "secret")).toMatch(/^AccessDenied/)
  expect(await readBy(client, "a")).toBe("no refusal")
})

test("who may list some prefix only is told what is not there under it", async () => {
  const bucket = await openBucket()
  await putPolicy(bucket, {
    ...{ Effect: "Allow", Principal: "*", Action: "s3:ListBucket", Resource: ARN },
    Condition: {
      StringLike: { "s3:prefix": "public/*" },
      StringEquals: { "aws:PrincipalAccount": "222222222222" },
    },
  })
  const credentials = { accessKeyId: "222222222222", secretAccessKey: "test" }
  const guest = bucket.cloud.client(S3Client, { forcePathStyle: true, credentials })
  expect(await readBy(guest, "public/none")).toMatch(/^NoSuchKey 404/)
  expect(await readBy(guest, "private/none")).toMatch(/^AccessDenied 403/)
})

async function statusOf({ client, Bucket }: TestBucket): Promise<boolean | undefined> {
  const { PolicyStatus } = await client.send(new GetBucketPolicyStatusCommand({ Bucket }))
  return PolicyStatus?.IsPublic
}

async function newReader({ cloud }: TestBucket, iam = cloud.client(IAMClient)): Promise<S3Client> {
  const { credentials } = await newUser(iam, "ann")
  return cloud.client(S3Client, { forcePathStyle: true, credentials })
}
