import {
  DeletePublicAccessBlockCommand as DeleteBucketBlockCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketAbacCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import {
  CreateAccessPointCommand,
  DeleteAccessPointCommand,
  DeletePublicAccessBlockCommand,
  GetAccessPointCommand,
  GetAccessPointPolicyCommand,
  GetAccessPointPolicyStatusCommand,
  GetPublicAccessBlockCommand,
  ListAccessPointsCommand,
  ListTagsForResourceCommand,
  PutAccessPointPolicyCommand,
  PutPublicAccessBlockCommand,
  S3ControlClient,
  TagResourceCommand,
  UntagResourceCommand,
  type CreateAccessPointCommandInput,
} from "@aws-sdk/client-s3-control"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newUser, policyOf } from "../../gateway/testing/identity.ts"
import { openBucket, refusalOf, type TestBucket } from "../s3/testing/open-bucket.ts"

const AccountId = "000000000000"
const ARN = `arn:aws:s3:us-east-1:${AccountId}:accesspoint/door`

interface TestPoint extends TestBucket {
  readonly control: S3ControlClient
  readonly alias: string
}

async function openPoint(more: object = {}): Promise<TestPoint> {
  const bucket = await openBucket()
  const control = bucket.cloud.client(S3ControlClient)
  const { Alias } = await control.send(
    new CreateAccessPointCommand({ AccountId, Name: "door", Bucket: "photos", ...more }),
  )
  await bucket.put("a", "x")
  return { ...bucket, control, alias: Alias ?? "" }
}

const putPolicy = ({ control }: TestPoint, ...statements: object[]) =>
  control.send(
    new PutAccessPointPolicyCommand({ AccountId, Name: "door", Policy: policyOf(...statements) }),
  )

const readBy = (client: S3Client, Bucket: string): Promise<string> =>
  refusalOf(client.send(new GetObjectCommand({ Bucket, Key: "a" })))

test("S3-140 an access point has an ARN and an alias, and leads to one bucket", async () => {
  const { cloud, control, alias } = await openPoint()
  // An ARN is a host of its own.
  const client = cloud.client(S3Client)
  expect(alias).toMatch(/^door-[a-z0-9]{34}-s3alias$/)
  const got = await control.send(new GetAccessPointCommand({ AccountId, Name: "door" }))
  expect(got).toMatchObject({
    Name: "door",
    Bucket: "photos",
    BucketAccountId: AccountId,
    NetworkOrigin: "Internet",
    AccessPointArn: ARN,
    Alias: alias,
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    Endpoints: { ipv4: "s3-accesspoint.us-east-1.amazonaws.com" },
  })
  for (const Bucket of [alias, ARN]) {
    await client.send(new PutObjectCommand({ Bucket, Key: "b", Body: "y" }))
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "b" }))
    expect(await Body?.transformToString()).toBe("y")
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket }))
    expect(KeyCount).toBe(2)
  }
})

test("access points are listed by name, and go; names are checked", async () => {
  const { control } = await openPoint()
  const create = (Name: string, Bucket = "photos") =>
    refusalOf(control.send(new CreateAccessPointCommand({ AccountId, Name, Bucket })))
  expect(await create("door")).toMatch(/^AccessPointAlreadyOwnedByYou 409/)
  expect(await create("xn-_test-alias")).toBe("InvalidURI 400: Couldn't parse the specified URI.")
  expect(await create("sa")).toMatch(/^InvalidURI/)
  expect(await create("other", "none")).toBe(
    "InvalidRequest 400: Amazon S3 AccessPoint can only be created for existing bucket",
  )
  const nowhere = { AccountId, Name: "other" } as CreateAccessPointCommandInput
  expect(await refusalOf(control.send(new CreateAccessPointCommand(nowhere)))).toMatch(
    /^MalformedXML 400/,
  )
  expect(await create("another")).toBe("no refusal")
  const list = (more = {}) => control.send(new ListAccessPointsCommand({ AccountId, ...more }))
  expect((await list()).AccessPointList?.map(({ Name }) => Name)).toEqual(["another", "door"])
  const { NextToken, AccessPointList } = await list({ MaxResults: 1 })
  expect(AccessPointList).toHaveLength(1)
  expect((await list({ NextToken })).AccessPointList?.map(({ Name }) => Name)).toEqual(["door"])
  const gone = { AccountId, Name: "door" }
  await control.send(new DeleteAccessPointCommand(gone))
  expect(await refusalOf(control.send(new GetAccessPointCommand(gone)))).toBe(
    "NoSuchAccessPoint 404: The specified accesspoint does not exist",
  )
})

test("S3-141 S3-142 the access point's policy and the bucket's must both allow", async () => {
  const point = await openPoint()
  const { alias, cloud, client } = point
  const Principal = { AWS: "222222222222" }
  const read = { Effect: "Allow", Action: "s3:GetObject" }
  const guest = await openGuest(point, { ...read, Resource: "*" })
  expect(await readBy(guest, alias)).toMatch(/^AccessDenied/)
  await putPolicy(point, { ...read, Principal, Resource: `${ARN}/object/*` })
  // The access point lets in, the bucket does not yet.
  expect(await readBy(guest, alias)).toMatch(/^AccessDenied/)
  // A bucket may leave it to its access points.
  const delegated = { StringEquals: { "s3:DataAccessPointAccount": AccountId } }
  const all = { ...read, Principal, Resource: "arn:aws:s3:::photos/*" }
  const Policy = policyOf({ ...all, Condition: delegated })
  await client.send(new PutBucketPolicyCommand({ Bucket: "photos", Policy }))
  expect(await readBy(guest, alias)).toBe("no refusal")
  // Not by the bucket's own name.
  expect(await readBy(guest, "photos")).toMatch(/^AccessDenied/)
  await putPolicy(point, { ...read, Principal, Resource: `${ARN}/object/b/*` })
  expect(await readBy(guest, alias)).toMatch(/^AccessDenied/)
  expect(cloud.reports).toEqual([])
})

test("an access point of a VPC refuses whoever comes from elsewhere", async () => {
  const point = await openPoint({ VpcConfiguration: { VpcId: "vpc-1a2b3c4d" } })
  expect(await readBy(point.client, point.alias)).toBe("AccessDenied 403: Access Denied")
  expect(await readBy(point.client, "photos")).toBe("no refusal")
  const { control } = point
  const got = await control.send(new GetAccessPointCommand({ AccountId, Name: "door" }))
  expect(got.NetworkOrigin).toBe("VPC")
})

test("a policy of an access point comes back; a public one is refused", async () => {
  const point = await openPoint()
  const { control } = point
  const get = () => control.send(new GetAccessPointPolicyCommand({ AccountId, Name: "door" }))
  expect(await refusalOf(get())).toMatch(/^NoSuchAccessPointPolicy 404/)
  const read = { Effect: "Allow", Action: "s3:GetObject", Resource: `${ARN}/object/*` }
  expect(await refusalOf(putPolicy(point, { ...read, Principal: "*" }))).toMatch(
    /^AccessDenied 403/,
  )
  const own = { ...read, Principal: { AWS: "222222222222" } }
  await putPolicy(point, own)
  expect((await get()).Policy).toBe(policyOf(own))
  const status = await control.send(
    new GetAccessPointPolicyStatusCommand({ AccountId, Name: "door" }),
  )
  expect(status.PolicyStatus?.IsPublic).toBe(false)
})

test("S3-28 what an account blocks, its buckets cannot open", async () => {
  const { client, control, Bucket } = await openPoint()
  await client.send(new DeleteBucketBlockCommand({ Bucket }))
  const get = () => control.send(new GetPublicAccessBlockCommand({ AccountId }))
  expect(await refusalOf(get())).toBe(
    "NoSuchPublicAccessBlockConfiguration 404: The public access block configuration was not found",
  )
  const block = (PublicAccessBlockConfiguration: object) =>
    control.send(new PutPublicAccessBlockCommand({ AccountId, PublicAccessBlockConfiguration }))
  expect(await refusalOf(block({}))).toBe(
    "InvalidRequest 400: Must specify at least one configuration.",
  )
  await block({ BlockPublicPolicy: true })
  const open = {
    ...{ Effect: "Allow", Principal: "*", Action: "s3:GetObject" },
    Resource: "arn:aws:s3:::photos/*",
  }
  const put = () =>
    refusalOf(client.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(open) })))
  expect(await put()).toMatch(/^AccessDenied 403/)
  await control.send(new DeletePublicAccessBlockCommand({ AccountId }))
  expect(await put()).toBe("no refusal")
})

test("buckets and access points are tagged", async () => {
  const { control } = await openPoint()
  for (const ResourceArn of [ARN, "arn:aws:s3:::photos"]) {
    const list = () => control.send(new ListTagsForResourceCommand({ AccountId, ResourceArn }))
    expect((await list()).Tags ?? []).toEqual([])
    const Tags = [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ]
    await control.send(new TagResourceCommand({ AccountId, ResourceArn, Tags }))
    expect((await list()).Tags).toEqual(Tags)
    await control.send(new UntagResourceCommand({ AccountId, ResourceArn, TagKeys: ["a"] }))
    expect((await list()).Tags).toEqual(Tags.slice(1))
  }
})

test("policies see an access point's tags, and those of its bucket where ABAC is on", async () => {
  const { cloud, control, client, Bucket, alias } = await openPoint()
  const Tags = [{ Key: "team", Value: "red" }]
  const tag = (ResourceArn: string, by = control) =>
    refusalOf(by.send(new TagResourceCommand({ AccountId, ResourceArn, Tags })))
  const iam = cloud.client(IAMClient)
  const { credentials, may } = await newUser(iam, "ann")
  const own = cloud.client(S3ControlClient, { credentials })
  const ann = cloud.client(S3Client, { forcePathStyle: true, credentials })
  const get = (from: string) => readBy(ann, from)
  const onlyIf = (key: string) =>
    may({ Action: "*", Resource: "*", Condition: { StringEquals: { [`${key}/team`]: "red" } } })
  const describe = () => refusalOf(own.send(new GetAccessPointCommand({ AccountId, Name: "door" })))
  // "Using tags with S3 Access Points for general purpose buckets" has both keys.
  for (const key of ["aws:ResourceTag", "s3:AccessPointTag"]) {
    await onlyIf(key)
    await control.send(new UntagResourceCommand({ AccountId, ResourceArn: ARN, TagKeys: ["team"] }))
    for (const call of [() => get(alias), describe, () => tag(ARN, own)])
      expect(await call()).toMatch(/^AccessDenied 403/)
    await tag(ARN)
    for (const call of [() => get(alias), describe, () => tag(ARN, own)])
      expect(await call()).toBe("no refusal")
    expect(await get(Bucket)).toMatch(/^AccessDenied 403/)
  }
  const arn = `arn:aws:s3:::${Bucket}`
  await tag(arn)
  await onlyIf("s3:BucketTag")
  expect(await tag(arn, own)).toMatch(/^AccessDenied 403/)
  await client.send(new PutBucketAbacCommand({ Bucket, AbacStatus: { Status: "Enabled" } }))
  for (const call of [() => get(alias), () => get(Bucket), () => tag(arn, own)])
    expect(await call()).toBe("no refusal")
  // What the bucket has beside is not the access point's.
  await control.send(new UntagResourceCommand({ AccountId, ResourceArn: ARN, TagKeys: ["team"] }))
  await onlyIf("aws:ResourceTag")
  expect(await get(Bucket)).toBe("no refusal")
  expect(await get(alias)).toMatch(/^AccessDenied 403/)
})

test("who makes an access point with tags has to be let tag it, with those", async () => {
  const { cloud } = await openBucket()
  const { credentials, may } = await newUser(cloud.client(IAMClient), "ann")
  const own = cloud.client(S3ControlClient, { credentials })
  const create = (Name: string, Value?: string) =>
    refusalOf(
      own.send(
        new CreateAccessPointCommand({
          ...{ AccountId, Name, Bucket: "photos" },
          ...(Value !== undefined && { Tags: [{ Key: "team", Value }] }),
        }),
      ),
    )
  await may({ Action: "s3:CreateAccessPoint", Resource: "*" })
  expect(await create("one")).toBe("no refusal")
  expect(await create("two", "red")).toMatch(/^AccessDenied 403/)
  await may({
    ...{ Action: ["s3:CreateAccessPoint", "s3:TagResource"], Resource: "*" },
    Condition: { StringEquals: { "aws:RequestTag/team": "red" } },
  })
  expect(await create("two", "blue")).toMatch(/^AccessDenied 403/)
  expect(await create("two", "red")).toBe("no refusal")
})

test("what is for directory buckets or file systems only is refused, not passed over", async () => {
  const { control, Bucket } = await openPoint()
  const scoped = { AccountId, Name: "scoped", Bucket, Scope: { Prefixes: ["a/"] } }
  expect(await refusalOf(control.send(new CreateAccessPointCommand(scoped)))).toMatch(
    /^InvalidRequest 400: Scope/,
  )
  const listed = new ListAccessPointsCommand({ AccountId, DataSourceId: "fs-1" })
  expect(await refusalOf(control.send(listed))).toMatch(/^NotImplemented 501/)
})

/** A user of another account. */
async function openGuest({ cloud }: TestPoint, statement: object): Promise<S3Client> {
  const root = { accessKeyId: "222222222222", secretAccessKey: "test" }
  const iam = cloud.client(IAMClient, { credentials: root })
  const { credentials } = await newUser(iam, "ann", statement)
  return cloud.client(S3Client, { forcePathStyle: true, credentials })
}

test("policies see of what network an access point is, whose, and how the request is signed", async () => {
  const { cloud } = await openBucket()
  const iam = cloud.client(IAMClient)
  const { credentials, may } = await newUser(iam, "ann")
  const control = cloud.client(S3ControlClient, { credentials })
  const create = (more: object = {}) =>
    refusalOf(
      control.send(
        new CreateAccessPointCommand({ AccountId, Name: "door", Bucket: "photos", ...more }),
      ),
    )
  const get = () => refusalOf(control.send(new GetAccessPointCommand({ AccountId, Name: "door" })))
  const onlyIf = (Condition: object) =>
    may(
      { Action: ["s3:CreateAccessPoint", "s3:ListBucket"], Resource: "*", Condition },
      { Action: "s3:GetAccessPoint", Resource: "*", Condition },
    )
  const inVpc = { VpcConfiguration: { VpcId: "vpc-0123456789abcdef0" } }
  // AWS's guide has this one ("Configuring IAM policies for using access points").
  await onlyIf({ StringEquals: { "s3:AccessPointNetworkOrigin": "VPC" } })
  expect(await create()).toMatch(/^AccessDenied 403/)
  expect(await get()).toMatch(/^AccessDenied 403/)
  expect(await create(inVpc)).toBe("no refusal")
  expect(await get()).toBe("no refusal")
  await onlyIf({ ArnEquals: { "s3:DataAccessPointArn": ARN } })
  expect(await get()).toBe("no refusal")
  await onlyIf({
    StringEquals: {
      ...{ "s3:ResourceAccount": AccountId, "s3:DataAccessPointAccount": AccountId },
      ...{ "s3:authType": "REST-HEADER", "s3:signatureversion": "AWS4-HMAC-SHA256" },
    },
    NumericLessThan: { "s3:signatureAge": "600000" },
  })
  expect(await get()).toBe("no refusal")
  await onlyIf({ StringEquals: { "s3:authType": "REST-QUERY-STRING" } })
  expect(await get()).toMatch(/^AccessDenied 403/)
})
